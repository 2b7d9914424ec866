// The timeline of one job in the Node runner: rows that fall due one after the other.

import type { TimelineRow } from "../model/launch.ts";

/** Longest time a Node timer can wait, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** A job's timeline. */
export interface Timeline {
  /** Rows count from now; `replace` drops those that are not yet due. */
  schedule(rows: readonly TimelineRow[], how: "replace" | "add"): void;
  stop(): void;
}

/** Calls `fire` with each row when it is due, rows of the same moment in their order. */
export function startTimeline(fire: (row: TimelineRow) => void): Timeline {
  let waiting: { dueMs: number; row: TimelineRow }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const turn = (): void => {
    clearTimeout(timer);
    for (let next = waiting[0]; next && next.dueMs <= performance.now(); next = waiting[0]) {
      waiting.shift();
      fire(next.row);
    }
    const next = waiting[0];
    if (next)
      timer = setTimeout(turn, Math.min(longestTimerMs, Math.max(0, Math.ceil(next.dueMs - performance.now()))));
  };
  return {
    schedule: (rows, how) => {
      const added = rows.map((row) => ({ dueMs: performance.now() + row.afterMs, row }));
      waiting = [...(how === "replace" ? [] : waiting), ...added].sort((a, b) => a.dueMs - b.dueMs);
      turn();
    },
    stop: () => {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
