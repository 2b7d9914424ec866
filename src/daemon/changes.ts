/** Owns the gathering of what happens to jobs, for those who look at the whole queue: no more often than they wish. */

import type { Changes } from "../model/verbs.ts";
import type { Events } from "../store/events.ts";
import type { Timers } from "./timers.ts";

/** Hears of jobs from now on. Two takings are at least `gap` ms apart, whatever happens in between. */
export function gatherChanges(events: Events, timers: Timers, gap: number): Changes {
  let jobs = new Set<number>();
  let rests = false;
  let closed = false;
  let taker: (() => void) | null = null;
  const give = (): void => {
    if (rests || !taker) return;
    taker();
    taker = null;
  };
  const deafen = events.heed((job) => {
    jobs.add(job);
    // What is heard inside of a transaction is looked at after it.
    if (taker && !rests && jobs.size === 1) setImmediate(give);
  });
  const rest = (): void => {
    rests = true;
    timers.after(gap, () => {
      rests = false;
      if (jobs.size > 0) give();
    });
  };
  return {
    async take(within) {
      if (closed) return null;
      const taking = new Promise<void>((resolve) => {
        taker = resolve;
      });
      const forget = within === undefined ? undefined : timers.after(within, give);
      if (jobs.size > 0) give();
      await taking;
      forget?.();
      const taken = jobs;
      jobs = new Set();
      rest();
      return closed ? null : taken;
    },
    close() {
      closed = true;
      deafen();
      taker?.();
    },
  };
}
