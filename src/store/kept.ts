/** Owns what the store has read already: rows by job, until something is written to them. */

/** What was read, by job. */
export interface Kept<T> {
  /** What is known of the job, else what `read` gives; nothing that is null is kept. */
  of(job: number, read: (job: number) => T): T;
  /** The job's rows are written to. */
  forget(job: number): void;
  forgetAll(): void;
}

/** Rows of so many jobs: listings of long queues find all of theirs, and a walk through a long history stays small. */
const most = 32_768;

export function createKept<T>(): Kept<T> {
  const rows = new Map<number, T>();
  return {
    of(job, read) {
      const known = rows.get(job);
      if (known !== undefined) return known;
      const found = read(job);
      if (found === null) return found;
      if (rows.size >= most) rows.clear();
      rows.set(job, found);
      return found;
    },
    forget: (job) => void rows.delete(job),
    forgetAll: () => rows.clear(),
  };
}
