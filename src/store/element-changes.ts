/** Owns the statements that change the rows of elements. */

import type { Database } from "better-sqlite3";
import type { State } from "../model/job.ts";
import type { ElementRow, Stop } from "./element-rows.ts";

/** One statement for each change, prepared once, which writes no more than that. */
export function elementChanges(database: Database) {
  return {
    insert: database.prepare<ElementRow>(insertElement),
    state: database.prepare<[State, number, number]>("UPDATE elements SET state = ? WHERE job = ? AND idx = ?"),
    started: database.prepare<[State, number, number, number, number]>(
      "UPDATE elements SET state = ?, pid = ?, started_at = ? WHERE job = ? AND idx = ?",
    ),
    ending: database.prepare<[number | null, Stop | null, number, number]>(
      "UPDATE elements SET state = 'ending', ended_by = ?, stop = ? WHERE job = ? AND idx = ?",
    ),
    spared: database.prepare<[number, number]>(
      "UPDATE elements SET state = 'running', ended_by = NULL, stop = NULL WHERE job = ? AND idx = ?",
    ),
    ended: database.prepare<EndRow>(endElement),
    held: database.prepare<[string, number, number]>("UPDATE elements SET holds = ? WHERE job = ? AND idx = ?"),
    own: database.prepare<[string | null, number, number]>("UPDATE elements SET own = ? WHERE job = ? AND idx = ?"),
    stopped: database.prepare<[number, number, number]>("UPDATE elements SET stopped = ? WHERE job = ? AND idx = ?"),
    keepRun: database.prepare<[number, number]>("INSERT INTO runs SELECT * FROM elements WHERE job = ? AND idx = ?"),
    drop: database.prepare<[number, number]>("DELETE FROM elements WHERE job = ? AND idx = ?"),
  };
}

/** What an end writes. */
export type EndRow = Pick<
  ElementRow,
  "job" | "idx" | "outcome" | "code" | "signal" | "started_at" | "ended_at" | "remark" | "usage"
>;

const insertElement = `
INSERT INTO elements VALUES (
  :job, :idx, :restarts, :id, :state, :outcome, :holds, :node, :cpu_list, :gpu_list, :started_at, :ended_at, :pid,
  :code, :signal, :ended_by, :stop, :remark, :usage, :own, :stopped, :queue, :shares
)`;

const endElement = `
UPDATE elements SET
  state = 'ended', outcome = :outcome, code = :code, signal = :signal, started_at = :started_at, ended_at = :ended_at,
  remark = :remark, usage = :usage
WHERE job = :job AND idx = :idx`;
