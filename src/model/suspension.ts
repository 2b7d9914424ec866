/** Owns how long an element has been suspended, from what was noted when it was stopped and let go on. */

import type { Element } from "./job.ts";
import type { HistoryEvent } from "./verbs.ts";

/** Null where the element was never suspended. Times are epoch ms, lengths ms. */
export interface Suspension {
  readonly last: number;
  /** How long it had run before that. */
  readonly ranBefore: number;
  /** All of its suspensions together, up to now. */
  readonly total: number;
}

/** The suspensions of this run of the element. */
export function suspensionOf(history: readonly HistoryEvent[], element: Element, now: number): Suspension | null {
  const startedAt = element.startedAt ?? now;
  let found: Suspension | null = null;
  let since: number | null = null;
  let total = 0;
  for (const { at, index, what } of history) {
    if (index !== element.index || at < startedAt) continue;
    if (what === "suspended" && since === null) {
      found = { last: at, ranBefore: at - startedAt - total, total };
      since = at;
    }
    if ((what === "resumed" || what === "ended") && since !== null) {
      total += at - since;
      since = null;
    }
  }
  if (since !== null) total += (element.endedAt ?? now) - since;
  return found && { ...found, total };
}
