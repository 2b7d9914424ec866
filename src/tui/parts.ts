/** Owns asking for the parts of unfolded jobs: only those in sight, and again when their job moved. */

import type { Look } from "../model/watch.ts";
import type { Jobs } from "./jobs.ts";
import { linesOf } from "./lines.ts";
import type { Link } from "./link.ts";
import { roomFor, type State } from "./state.ts";

/** Parts asked for at a time. */
const pageSize = 200;

/** Asks for what a state lacks; `moved` jobs are asked for anew. One question for a job at a time. */
export function createAsker(link: Pick<Link, "look">, jobs: Jobs, heard: (look: Look) => void) {
  const asking = new Set<number>();
  const again = new Set<number>();
  return function ask(state: State, moved: ReadonlySet<number>): void {
    if (state.unfolded.size === 0) return;
    for (const job of moved) if (state.unfolded.has(job)) again.add(job);
    for (const [job, from] of missingParts(state, jobs, again)) {
      if (asking.has(job)) continue;
      asking.add(job);
      again.delete(job);
      void link.look({ job, from, count: pageSize }).then((look) => {
        asking.delete(job);
        if (look && look.total > 0) heard(look);
      });
    }
  };
}

/** Of each unfolded job in sight: from where on its parts are to be asked for. */
function* missingParts(state: State, jobs: Jobs, moved: ReadonlySet<number>): Generator<[job: number, from: number]> {
  const lines = linesOf(jobs, state);
  const seen = new Set<number>();
  for (let at = state.top; at < state.top + roomFor(state.size); at++) {
    const line = lines.at(at);
    if (line?.kind !== "job" && line?.kind !== "part") continue;
    const { id } = line.job.head;
    const known = state.unfolded.get(id);
    if (!known || seen.has(id)) continue;
    const place = line.kind === "part" ? line.place : 0;
    const isUnknown = line.kind === "part" && line.part === null;
    if (known.total > 0 && !isUnknown && !moved.has(id)) continue;
    seen.add(id);
    yield [id, isUnknown ? Math.max(0, place - pageSize / 2) : known.from];
  }
}
