/** Owns the letters that qstat calls states by, in the order in which they stand together. */

import type { Element, Waiting } from "../../model/job.ts";

/** The state of what waits: `qw`, `hqw`, `Eqw`, `Rq`. */
export function waitingState(part: Waiting, held: boolean): string {
  // What was started before is no longer waiting for the first time: it has no w.
  const queued = part.restarts > 0 && part.error === null ? "Rq" : "qw";
  return `${part.error === null ? "" : "E"}${held ? "h" : ""}${queued}`;
}

/** The state of what was started: `t`, `r`, `s` (`S` with its queue, `T` because of its load), with `d` for what is being deleted, `h` for held, `R` for run again. */
export function elementState(element: Element, by: { readonly queue: boolean; readonly load: boolean }): string {
  const stopped = element.state === "suspended";
  const letters: readonly (readonly [string, boolean])[] = [
    ["d", element.state === "ending" && element.endedBy !== null],
    ["h", element.holds.length > 0],
    ["R", element.restarts > 0],
    ["s", stopped && !by.queue && !by.load],
    ["S", stopped && by.queue],
    ["T", stopped && by.load && !by.queue],
    ["t", element.state === "starting"],
    ["r", element.state === "running" || element.state === "ending"],
    ["z", element.state === "ended"],
  ];
  return letters.map(([letter, set]) => (set ? letter : "")).join("");
}
