/** Owns the questions of those who look at the whole queue: what ended lately, and the elements of a job page by page. */

import type { Database } from "better-sqlite3";
import { type ElementRow, readElement, type StoredElement } from "./element-rows.ts";

export interface Overview {
  /** Jobs of which something ended at or after that time (epoch ms). */
  endedSince(at: number): number[];
  /** Started elements of a job, in order of index, from the one at that place on. */
  page(job: number, page: { readonly from: number; readonly count: number }): StoredElement[];
  /** How many elements of the job have started. */
  started(job: number): number;
  /** What ran to its end, in order of job and index behind that place. */
  ended(after: { readonly job: number; readonly index: number }, count: number): EndedRun[];
  /** An element that runs; null if none does. */
  active(job: number): StoredElement | null;
  /** The element that ended last; null if none did. */
  last(job: number): StoredElement | null;
}

/** When an element was submitted, started and ended (epoch ms); of a job, `index` -1 for a plain one. */
export interface EndedRun {
  readonly job: number;
  readonly index: number;
  readonly submittedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The statements, prepared once. */
export function overviewTable(database: Database): Overview {
  const ended = database
    .prepare<[number], number>(
      "SELECT DISTINCT job FROM elements INDEXED BY elements_by_end WHERE state = 'ended' AND ended_at >= ?",
    )
    .pluck();
  const page = database.prepare<[number, number, number], ElementRow>(
    "SELECT * FROM elements WHERE job = ? ORDER BY idx LIMIT ? OFFSET ?",
  );
  const runs = database.prepare<{ job: number; index: number; count: number }, EndedRun>(
    `SELECT job, idx AS "index", submitted_at AS submittedAt, started_at AS startedAt, ended_at AS endedAt
     FROM elements JOIN jobs ON jobs.id = job
     WHERE (job, idx) > (:job, :index) AND state = 'ended' AND started_at IS NOT NULL ORDER BY job, idx LIMIT :count`,
  );
  const started = database.prepare<[number], number>("SELECT count(*) FROM elements WHERE job = ?").pluck();
  const active = database.prepare<[number], ElementRow>(
    "SELECT * FROM elements INDEXED BY elements_alive WHERE job = ? AND state <> 'ended' ORDER BY idx LIMIT 1",
  );
  const last = database.prepare<[number], ElementRow>(
    "SELECT * FROM elements WHERE job = ? ORDER BY ended_at DESC LIMIT 1",
  );
  const one = (row: ElementRow | undefined): StoredElement | null => (row ? readElement(row) : null);
  return {
    endedSince: (at) => ended.all(at),
    page: (job, { from, count }) => page.all(job, count, from).map(readElement),
    started: (job) => started.get(job) ?? 0,
    ended: (after, count) => runs.all({ ...after, count }),
    active: (job) => one(active.get(job)),
    last: (job) => one(last.get(job)),
  };
}
