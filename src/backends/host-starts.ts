/** Owns how starts come to a plain machine: their files are made there, many starts at a time, then they are launched. */

import type { StartFailure } from "../model/launch.ts";
import { repliesIn, scriptOf } from "./dialogue.ts";
import { movedCopy, sendCopy } from "./host-copies.ts";
import { type HostStart, launchThere, type Moved, makeText } from "./host-files.ts";
import type { HostFacts, HostLink, HostPlace } from "./host-link.ts";

/** So many starts share one script. */
export const startsAtOnce = 32;

const patienceMs = 60_000;

export interface StartPlace {
  readonly place: HostPlace;
  /** Paths that are others there. */
  readonly moved: (facts: HostFacts) => readonly Moved[];
  readonly log: (line: string) => void;
}

/** What became of the files of a start. */
export type Made = { readonly failed: string } | { readonly failed: null; readonly gone: boolean };

/** Makes the files of starts, in their order; null where nobody knows whether they are made. */
export async function makeFiles(
  around: StartPlace,
  facts: HostFacts,
  starts: readonly HostStart[],
): Promise<readonly Made[] | null> {
  const { place, log } = around;
  for (const { copy, launch } of starts) {
    const trouble = copy ? await sendCopy(place, facts, copy) : null;
    if (trouble === null) continue;
    log(`the files of ${launch.key} are not at ${facts.hostName} yet: ${trouble}`);
    return null;
  }
  const parts = starts.map((start) => makeText(start, { own: facts.own, moved: movedFor(around, facts, start) }));
  const ran = await place.transport.run(scriptOf(parts), patienceMs);
  const replies = ran.kind === "ran" ? repliesIn(ran.out) : null;
  if (replies === null || replies.length !== starts.length) return null;
  return replies.map(({ code, out, err }) => {
    if (code === 0) return { failed: null, gone: out.trim() === "gone" };
    log(`files of a start at ${facts.hostName}: ${err.trim()}`);
    return { failed: /space/.test(err) ? "ENOSPC" : "EACCES" };
  });
}

/** Launches a start of which the files are made; answers why that is not to be. */
export function handOver(
  around: StartPlace,
  link: HostLink,
  { start, made }: { readonly start: HostStart; readonly made: Made },
): StartFailure | null {
  const { launch, fallbackNotice } = start;
  if (made.failed !== null) return { key: launch.key, stage: "files", errno: made.failed, path: launch.file };
  const there = launchThere(launch, movedFor(around, link.facts, start));
  const said = { afterMs: 0, signal: 0, scope: "leader", tag: "", notice: fallbackNotice } as const;
  const falls = made.gone && launch.fallbackCwd !== "" && fallbackNotice !== "";
  link.orders.launch(falls ? { ...there, cwd: there.fallbackCwd, timeline: [said, ...there.timeline] } : there);
  return null;
}

function movedFor({ moved }: StartPlace, facts: HostFacts, { copy }: HostStart): readonly Moved[] {
  return copy ? [...movedCopy(facts, copy), ...moved(facts)] : moved(facts);
}
