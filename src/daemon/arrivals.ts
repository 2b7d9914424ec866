/** Owns jobs that are kept and take their place in the queue only behind the answer to who submitted them. */

export interface Arrivals {
  /** The job takes its place behind the answers that are about to be given, and before another event. */
  add(job: number): void;
  /** All take their places now: somebody looks. */
  settle(): void;
}

/** `place` may throw; then the job, on disk, is placed when `again` calls back. */
export function createArrivals(
  place: (job: number) => void,
  again: (job: number, error: unknown, retry: () => void) => void,
): Arrivals {
  let waiting: number[] = [];
  const attempt = (job: number): void => {
    try {
      place(job);
    } catch (error) {
      again(job, error, () => attempt(job));
    }
  };
  const settle = (): void => {
    const jobs = waiting;
    waiting = [];
    for (const job of jobs) attempt(job);
  };
  return {
    add(job) {
      // Ticks come behind the promises that lead to an answer.
      if (waiting.length === 0) process.nextTick(settle);
      waiting.push(job);
    },
    settle,
  };
}
