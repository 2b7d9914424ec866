/** Owns the rows of what happened to jobs: only ever added to. */

import type { Database } from "better-sqlite3";
import type { HistoryEvent } from "../model/verbs.ts";

export interface Events {
  add(job: number, event: HistoryEvent): void;
  of(job: number): HistoryEvent[];
}

/** The statements about events, prepared once. */
export function eventTable(database: Database): Events {
  const add = database.prepare<HistoryEvent & { job: number }>(
    "INSERT INTO events (at, job, idx, what, why) VALUES (:at, :job, :index, :what, :why)",
  );
  const all = database.prepare<[number], HistoryEvent>(
    'SELECT at, idx AS "index", what, why FROM events WHERE job = ? ORDER BY seq',
  );
  return {
    add: (job, event) => void add.run({ ...event, job }),
    of: (job) => all.all(job),
  };
}
