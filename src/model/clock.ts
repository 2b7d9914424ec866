/** Owns the one way to ask for the time and to be woken later: a clock that tests can move. */

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; the answer takes it back. */
  after(ms: number, run: () => void): () => void;
}

/** Longest time a Node timer can wait, in milliseconds. A caller looks at the clock when it wakes, so earlier is harmless. */
const longestMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(longestMs, Math.max(0, ms)));
    return () => clearTimeout(timer);
  },
};
