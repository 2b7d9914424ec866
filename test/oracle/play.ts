/** Owns the playing of a scenario: on the real one first, then here with the ids that came up there. */

import { setTimeout as pause } from "node:timers/promises";
import { normalise } from "../conformance/normal.ts";
import type { Family, Ran } from "../conformance/oracle-like.ts";
import type { Outcome } from "../conformance/play.ts";
import { realFamilies } from "./families.ts";
import { openReal, type Real } from "./real.ts";
import type { Line, Scenario } from "./scenario.ts";
import { openOurs, type Side } from "./side.ts";

/** Seconds that an awaited command may say no. */
const patience = 90;

interface Played {
  readonly line: Line;
  readonly ran: Ran;
  /** Ids announced by this command. */
  readonly ids: readonly number[];
}

/** How each compared command of a scenario came out; what the real one did not get to is `unrecorded`. */
export async function playScenario(family: Family, real: Real, scenario: Scenario): Promise<readonly Outcome[]> {
  const theirs = await onSide(family, await openReal(family, real), { lines: scenario.lines, before: [] });
  const stuck = theirs.played.findIndex(({ line, ran }) => line.kind === "awaited" && ran.exit !== "0");
  const lines = stuck === -1 ? scenario.lines : scenario.lines.slice(0, stuck);
  const ours = await onSide(family, await openOurs(family, real.user), { lines, before: theirs.played });
  return scenario.lines.flatMap((line, at): readonly Outcome[] => {
    const [golden, mine] = [theirs.played[at], ours.played[at]];
    if (!golden || !mine) return [{ command: line.command, verdict: "unrecorded", pairs: [] }];
    const pairs = (["out", "err", "exit"] as const)
      .map((name) => ({ name, golden: theirs.plain(golden.ran[name]), ours: ours.plain(mine.ran[name]) }))
      .filter((pair) => pair.golden !== pair.ours);
    const compared = line.kind === "compared" || pairs.length > 0;
    return compared ? [{ command: line.command, verdict: pairs.length === 0 ? "equal" : "different", pairs }] : [];
  });
}

interface OneSide {
  readonly played: readonly Played[];
  readonly plain: (text: string) => string;
}

async function onSide(
  family: Family,
  side: Side,
  { lines, before }: { readonly lines: readonly Line[]; readonly before: readonly Played[] },
): Promise<OneSide> {
  const played: Played[] = [];
  const ids = () => played.flatMap((each) => each.ids);
  try {
    for (const [at, line] of lines.entries()) {
      const [first] = before[at]?.ids ?? [];
      if (first !== undefined) side.nextId(first);
      const names = ids().map((id, index) => `J${index + 1}=${id}; `);
      const ran = await runLine(side, line, names.join(""));
      played.push({ line, ran, ids: line.kind === "compared" ? announced(family, ran) : [] });
      if (line.kind === "awaited" && ran.exit !== "0") break;
    }
  } finally {
    await side.close(ids());
  }
  return { played, plain: (text) => normalise(text, family, "w", side.places) };
}

async function runLine(side: Side, { kind, command }: Line, names: string): Promise<Ran> {
  if (kind === "compared") return side.run(names + command);
  const last = Date.now() + patience * 1000;
  for (;;) {
    const ran = await side.run(`${names}${command}`);
    if (ran.exit === "0" || Date.now() > last) return { out: "", err: "", exit: ran.exit };
    await pause(300);
  }
}

function announced(family: Family, { out, err }: Ran): readonly number[] {
  const found = [...`${out}\n${err}`.matchAll(realFamilies[family].announced)];
  return found.map(([, one, other]) => Number(one ?? other));
}
