/** Owns the one way to be woken later: timers that tests can move along with the clock. */

export interface Timers {
  /** Calls back once after so many milliseconds; the answer takes it back. */
  after(ms: number, run: () => void): () => void;
}

/** Longest time a Node timer can wait, in milliseconds. A caller looks at the clock when it wakes, so earlier is harmless. */
const longestMs = 2 ** 31 - 1;

export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, Math.min(longestMs, Math.max(0, ms)));
    return () => clearTimeout(timer);
  },
};
