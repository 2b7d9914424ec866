/** Owns how what is long over leaves the store: in slices, so that others are answered meanwhile. */

import type { Database } from "better-sqlite3";

export interface Purge {
  /** Up to `limit` ids above `after` of jobs of which nothing waits or runs and all ended before that epoch ms. */
  over(asked: { readonly before: number; readonly after: number; readonly limit: number }): number[];
  /** Rows about elements of a job. */
  size(job: number): number;
  /** Removes up to `limit` rows about the job, and the job with the last of them; whether it is gone. */
  remove(job: number, limit: number): boolean;
  /** Gives up to `pages` free pages back to the disk; whether there are more. With the last of them the file gets smaller. */
  shrink(pages: number): boolean;
}

/** The statements about what is over, prepared once. */
export function purgeTable(database: Database): Purge {
  const over = database.prepare<{ before: number; after: number; limit: number }, number>(overSql).pluck();
  const size = database
    .prepare<{ job: number }, number>(
      `SELECT (SELECT count(*) FROM elements WHERE job = :job) + (SELECT count(*) FROM runs WHERE job = :job)`,
    )
    .pluck();
  const many = bulky.map((sql) => database.prepare<{ job: number; limit: number }>(sql));
  const rest = last.map((sql) => database.prepare<{ job: number }>(sql));
  return {
    over: (asked) => over.all(asked),
    size: (job) => size.get({ job }) ?? 0,
    remove(job, limit) {
      let left = limit;
      for (const statement of many) {
        left -= statement.run({ job, limit: left }).changes;
        if (left <= 0) return false;
      }
      for (const statement of rest) statement.run({ job });
      return true;
    },
    shrink(pages) {
      database.pragma(`incremental_vacuum(${pages})`);
      const isMore = Number(database.pragma("freelist_count", { simple: true })) > 0;
      // Until the log is brought into it the file is as long as it was.
      if (!isMore) database.pragma("wal_checkpoint(PASSIVE)");
      return isMore;
    },
  };
}

const overSql = `
SELECT id FROM jobs JOIN tallies ON tallies.job = jobs.id
WHERE id > :after AND active = 0 AND submitted_at < :before
  AND NOT EXISTS (SELECT 1 FROM waiting WHERE waiting.job = id)
  AND NOT EXISTS (SELECT 1 FROM elements WHERE elements.job = jobs.id AND coalesce(ended_at, :before) >= :before)
  AND NOT EXISTS (SELECT 1 FROM removed WHERE removed.job = id AND removed_at >= :before)
ORDER BY id LIMIT :limit`;

/** What an array has many of. */
const bulky: readonly string[] = [
  "DELETE FROM steps WHERE (job, idx, restarts, step) IN (SELECT job, idx, restarts, step FROM steps WHERE job = :job LIMIT :limit)",
  "DELETE FROM runs WHERE (job, idx, restarts) IN (SELECT job, idx, restarts FROM runs WHERE job = :job LIMIT :limit)",
  "DELETE FROM elements WHERE (job, idx) IN (SELECT job, idx FROM elements WHERE job = :job LIMIT :limit)",
  "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE job = :job LIMIT :limit)",
];

const last: readonly string[] = [
  "DELETE FROM removed WHERE job = :job",
  "DELETE FROM dispatches WHERE job = :job",
  "DELETE FROM forwarded WHERE job = :job",
  "DELETE FROM tallies WHERE job = :job",
  "DELETE FROM submissions WHERE job = :job",
  "DELETE FROM jobs WHERE id = :job",
];
