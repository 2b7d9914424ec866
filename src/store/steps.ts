/** Owns the rows of steps. */

import type { Database } from "better-sqlite3";
import type { Step } from "../model/step.ts";

export interface Steps {
  /** The number of the next step in that run of the element. */
  next(run: Pick<Step, "job" | "index" | "restarts">): number;
  insert(step: Step): void;
  ended(step: Step): void;
  of(job: number): Step[];
}

const plain = -1;

/** The statements about steps, prepared once. */
export function stepTable(database: Database): Steps {
  const next = database
    .prepare<[number, number, number], number>(
      "SELECT COALESCE(MAX(step) + 1, 0) FROM steps WHERE job = ? AND idx = ? AND restarts = ?",
    )
    .pluck();
  const insert = database.prepare<StepRow>(insertStep);
  const ended = database.prepare<StepRow>(endStep);
  const of = database.prepare<[number], StepRow>("SELECT * FROM steps WHERE job = ? ORDER BY idx, restarts, step");
  return {
    next: ({ job, index, restarts }) => next.get(job, index ?? plain, restarts) ?? 0,
    insert: (step) => void insert.run(write(step)),
    ended: (step) => void ended.run(write(step)),
    of: (job) => of.all(job).map(read),
  };
}

const insertStep = `
INSERT INTO steps VALUES (
  :job, :idx, :restarts, :step, :name, :ranks, :nodes, :cpus, :started_at, :ended_at, :outcome, :code, :signal
)`;

const endStep = `
UPDATE steps SET ended_at = :ended_at, outcome = :outcome, code = :code, signal = :signal
WHERE job = :job AND idx = :idx AND restarts = :restarts AND step = :step`;

interface StepRow {
  readonly job: number;
  readonly idx: number;
  readonly restarts: number;
  readonly step: number;
  readonly name: string;
  readonly ranks: number;
  readonly nodes: number;
  readonly cpus: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: Step["outcome"];
  readonly code: number | null;
  readonly signal: number | null;
}

function write({ index, startedAt, endedAt, gpuList: _, ...rest }: Step): StepRow {
  return { ...rest, idx: index ?? plain, started_at: startedAt, ended_at: endedAt };
}

function read({ idx, started_at, ended_at, ...rest }: StepRow): Step {
  return { ...rest, index: idx === plain ? null : idx, startedAt: started_at, endedAt: ended_at, gpuList: [] };
}
