/** Owns the rows of what happened to jobs: only ever added to. */

import type { Database } from "better-sqlite3";
import type { HistoryEvent } from "../model/verbs.ts";

export interface Events {
  add(job: number, event: HistoryEvent): void;
  of(job: number): HistoryEvent[];
  /** The job itself was removed from the store: there is no row to add any more. */
  forgotten(job: number): void;
  /** Calls back with each job to which something happens, within the transaction; the answer ends that. */
  heed(hear: (job: number) => void): () => void;
}

/** The statements about events, prepared once. */
export function eventTable(database: Database): Events {
  const add = database.prepare<HistoryEvent & { job: number }>(
    "INSERT INTO events (at, job, idx, what, why) VALUES (:at, :job, :index, :what, :why)",
  );
  const all = database.prepare<[number], HistoryEvent>(
    'SELECT at, idx AS "index", what, why FROM events WHERE job = ? ORDER BY seq',
  );
  const listeners = new Set<(job: number) => void>();
  const tell = (job: number): void => {
    for (const hear of listeners) hear(job);
  };
  return {
    add(job, event) {
      add.run({ ...event, job });
      tell(job);
    },
    forgotten: tell,
    heed(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    of: (job) => all.all(job),
  };
}
