/** Owns the rows of steps. */

import type { Database } from "better-sqlite3";
import type { Step } from "../model/step.ts";
import { readJson, writeJson } from "./json.ts";

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
  :job, :idx, :restarts, :step, :name, :ranks, :nodes, :cpus, :started_at, :ended_at, :outcome, :code, :signal, :usage, :ended_by, :submit_line
)`;

const endStep = `
UPDATE steps SET ended_at = :ended_at, outcome = :outcome, code = :code, signal = :signal, usage = :usage, ended_by = :ended_by
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
  readonly usage: string | null;
  readonly ended_by: number | null;
  readonly submit_line: string;
}

function write({
  index,
  startedAt,
  endedAt,
  gpuList: _,
  wallTime: _left,
  usage,
  endedBy,
  submitLine,
  ...rest
}: Step): StepRow {
  const times = { started_at: startedAt, ended_at: endedAt };
  const ends = { usage: usage && writeJson(usage), ended_by: endedBy ?? null };
  return { ...rest, ...times, ...ends, submit_line: submitLine, idx: index ?? plain };
}

function read({ idx, started_at, ended_at, usage, ended_by, submit_line, ...rest }: StepRow): Step {
  const times = { startedAt: started_at, endedAt: ended_at };
  return {
    ...rest,
    ...times,
    index: idx === plain ? null : idx,
    submitLine: submit_line,
    gpuList: [],
    wallTime: null,
    usage: usage === null ? null : readJson(usage),
    ...(ended_by === null ? {} : { endedBy: ended_by }),
  };
}
