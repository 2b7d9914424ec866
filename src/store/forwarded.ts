/** Owns the rows of jobs that go to a target: how far they are on their way. */

import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { type Dispatch, type Forwarded, type ForwardStage, markStart, type Told } from "../model/forwarding.ts";
import { type Indices, readIndices, writeIndices } from "../model/indices.ts";
import { readJson, writeJson } from "./json.ts";

export interface ForwardedJobs {
  /** A new one, with a mark that no other job of anybody has. `held`: what its own words hold. */
  insert(job: number, target: string, held: Indices): void;
  of(job: number): Forwarded | null;
  /** Those that are not over, in the order of their submission. */
  underWay(): Forwarded[];
  change(forwarded: Forwarded): void;
  /** Those at one target that are not over, in the order of their submission. */
  underWayAt(target: string): Forwarded[];
  /** How many of them there are. */
  countAt(target: string): number;
  /** Keeps what the job's target is to be told once; its number. */
  tell(job: number, about: Told): number;
  /** What a target was not told yet of jobs that it has, in the order in which it was asked for. */
  untold(target: string): Dispatch[];
  told(dispatch: number): void;
}

/** The statements about forwarded jobs, prepared once. */
export function forwardedTable(database: Database): ForwardedJobs {
  const insert = database.prepare<Row>(
    "INSERT INTO forwarded VALUES (:job, :target, :mark, :stage, :native, :numbering, :held_there)",
  );
  const one = database.prepare<[number], Row>("SELECT * FROM forwarded WHERE job = ?");
  const underWay = database.prepare<[], Row>(
    "SELECT * FROM forwarded INDEXED BY forwarded_under_way WHERE stage <> 'over' ORDER BY job",
  );
  const change = database.prepare<Row>(
    `UPDATE forwarded SET stage = :stage, native = :native, numbering = :numbering, held_there = :held_there,
       target = :target, mark = :mark
     WHERE job = :job`,
  );
  const at = database.prepare<[string], Row>(
    "SELECT * FROM forwarded INDEXED BY forwarded_at_target WHERE target = ? AND stage <> 'over' ORDER BY job",
  );
  const count = database
    .prepare<[string], number>(
      "SELECT count(*) FROM forwarded INDEXED BY forwarded_at_target WHERE target = ? AND stage <> 'over'",
    )
    .pluck();
  const tell = database.prepare<[number, string]>("INSERT INTO dispatches (job, about) VALUES (?, ?)");
  const untold = database.prepare<[string], { readonly seq: number; readonly job: number; readonly about: string }>(
    `SELECT seq, dispatches.job AS job, about FROM dispatches JOIN forwarded ON forwarded.job = dispatches.job
     WHERE target = ? AND stage IN ('sent', 'over') ORDER BY seq`,
  );
  const told = database.prepare<[number]>("DELETE FROM dispatches WHERE seq = ?");
  return {
    underWayAt: (target) => at.all(target).map(read),
    countAt: (target) => count.get(target) ?? 0,
    tell: (job, about) => Number(tell.run(job, writeJson(about)).lastInsertRowid),
    untold: (target) => untold.all(target).map(({ seq, job, about }) => ({ seq, job, about: readJson(about) })),
    told: (dispatch) => void told.run(dispatch),
    insert(job, target, held) {
      const mark = `${markStart}${job}-${randomBytes(6).toString("hex")}`;
      const numbering = { kind: "same" } as const;
      insert.run(write({ job, target, mark, stage: "due", native: null, numbering, heldThere: held }));
    },
    of(job) {
      const row = one.get(job);
      return row ? read(row) : null;
    },
    underWay: () => underWay.all().map(read),
    change: (forwarded) => void change.run(write(forwarded)),
  };
}

interface Row {
  readonly job: number;
  readonly target: string;
  readonly mark: string;
  readonly stage: ForwardStage;
  readonly native: string | null;
  readonly numbering: string;
  readonly held_there: string;
}

function write({ numbering, heldThere, ...row }: Forwarded): Row {
  return { ...row, numbering: writeJson(numbering), held_there: writeIndices(heldThere) };
}

function read({ numbering, held_there: held, ...row }: Row): Forwarded {
  return { ...row, numbering: readJson(numbering), heldThere: readIndices(held) };
}
