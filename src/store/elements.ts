/** Owns the rows of elements that started: every change of state goes through here and is checked to be lawful. */

import type { Database } from "better-sqlite3";
import { type Alteration, type Element, lawful, type Outcome, type State } from "../model/job.ts";
import type { Usage } from "../model/usage.ts";
import { type EndRow, elementChanges } from "./element-changes.ts";
import { type ElementRow, readElement, type StoredElement, writeElement, writeUsage } from "./element-rows.ts";
import { writeOwn } from "./own.ts";

/** Which element: `index` null for a plain job. */
export interface Which {
  readonly job: number;
  readonly index: number | null;
}

/** How many elements of a job stand where, and when the latest one started (epoch ms). */
export interface Tally {
  readonly active: number;
  readonly ok: number;
  readonly notOk: number;
  readonly lastStart: number | null;
}

/** What an end leaves behind. */
export type End = Usage & Pick<Element, "outcome" | "code" | "signal" | "startedAt" | "endedAt" | "remark">;

export interface Elements {
  get(which: Which): StoredElement | null;
  of(job: number): StoredElement[];
  /** The ways in which elements of the job ended, each once. */
  waysOf(job: number): readonly Pick<Element, "outcome" | "code" | "signal">[];
  earlierRuns(job: number): StoredElement[];
  /** Element with an id of its own, also of an earlier run. */
  byOwnId(id: number): Which | null;
  alive(): StoredElement[];
  aliveOf(job: number): StoredElement[];
  /** Ended (or an earlier run that ended) at or after that time (epoch ms). */
  endedSince(at: number): StoredElement[];
  earlierRunsSince(at: number): StoredElement[];
  /** Null for a job that nobody knows. */
  tally(job: number): Tally | null;
  /** Id of the element's latest earlier run. */
  lastRunId(which: Which): number | null;
  /** Whether an element of the array has the array's own id. */
  ownIdTaken(job: number): boolean;
  insert(element: StoredElement): void;
  started(which: Which, start: { readonly pid: number; readonly startedAt: number }): void;
  /** Only `running` ↔ `suspended`, and `ending` with who asked and why. */
  suspend(which: Which): void;
  resume(which: Which): void;
  /** Lets what was to be put back run on, as its target would not do it. */
  spared(which: Which): void;
  ending(which: Which, end: { readonly by: number | null; readonly stop: StoredElement["stop"] }): void;
  held(which: Which, holds: Element["holds"]): void;
  /** The element has this of its own from now on. */
  altered(which: Which, own: Alteration): void;
  /** Its processes were told to stop, or to go on. */
  stopped(which: Which, stopped: boolean): void;
  ended(which: Which, end: End): void;
  /** The element is to wait again: this run becomes history. Says how it ended if it had not. */
  requeued(which: Which, end: End): void;
  /** Elements removed (at that epoch ms; fewer than none: that were not removed after all) before they started count as not having ended well. */
  countRemoved(job: number, removed: { readonly count: number; readonly at: number | null }): void;
}

/** The statements about elements, prepared once. */
export function elementTable(database: Database): Elements {
  const get = database.prepare<[number, number], ElementRow>("SELECT * FROM elements WHERE job = ? AND idx = ?");
  const find = (which: Which): ElementRow | undefined => get.get(which.job, which.index ?? plain);
  return {
    get: (which) => {
      const row = find(which);
      return row ? readElement(row) : null;
    },
    ...readers(database),
    ...summaries(database),
    ...writers(database, find),
  };
}

const plain = -1;

type Reading = "of" | "waysOf" | "earlierRuns" | "byOwnId" | "alive" | "aliveOf" | "endedSince" | "earlierRunsSince";

function readers(database: Database): Pick<Elements, Reading> {
  const of = database.prepare<[number], ElementRow>("SELECT * FROM elements WHERE job = ? ORDER BY idx");
  const ways = database.prepare<[number], Pick<ElementRow, "outcome" | "code" | "signal">>(
    "SELECT DISTINCT outcome, code, signal FROM elements WHERE job = ?",
  );
  const runs = database.prepare<[number], ElementRow>("SELECT * FROM runs WHERE job = ? ORDER BY idx, restarts");
  const own = database.prepare<{ id: number }, { job: number; idx: number }>(
    `SELECT job, idx FROM elements WHERE id = :id AND id <> job
     UNION SELECT job, idx FROM runs WHERE id = :id AND id <> job LIMIT 1`,
  );
  const alive = database.prepare<[], ElementRow>(
    "SELECT * FROM elements INDEXED BY elements_alive WHERE state <> 'ended' ORDER BY job, idx",
  );
  const aliveOf = database.prepare<[number], ElementRow>(
    "SELECT * FROM elements INDEXED BY elements_alive WHERE job = ? AND state <> 'ended' ORDER BY idx",
  );
  const ended = database.prepare<[number], ElementRow>(
    "SELECT * FROM elements WHERE state = 'ended' AND ended_at >= ?",
  );
  const runsSince = database.prepare<[number], ElementRow>("SELECT * FROM runs WHERE ended_at >= ?");
  return {
    of: (job) => of.all(job).map(readElement),
    waysOf: (job) => ways.all(job),
    earlierRuns: (job) => runs.all(job).map(readElement),
    byOwnId: (id) => {
      const row = own.get({ id });
      return row ? { job: row.job, index: row.idx === plain ? null : row.idx } : null;
    },
    alive: () => alive.all().map(readElement),
    aliveOf: (job) => aliveOf.all(job).map(readElement),
    endedSince: (at) => ended.all(at).map(readElement),
    earlierRunsSince: (at) => runsSince.all(at).map(readElement),
  };
}

type Summary = "tally" | "lastRunId" | "ownIdTaken";

function summaries(database: Database): Pick<Elements, Summary> {
  const tally = database.prepare<[number], Tally>(
    "SELECT active, ok, not_ok AS notOk, last_start AS lastStart FROM tallies WHERE job = ?",
  );
  const lastRun = database
    .prepare<[number, number], number>("SELECT id FROM runs WHERE job = ? AND idx = ? ORDER BY restarts DESC LIMIT 1")
    .pluck();
  const taken = database
    .prepare<{ job: number }, number>(
      `SELECT EXISTS (SELECT 1 FROM elements WHERE job = :job AND id = :job)
           OR EXISTS (SELECT 1 FROM runs WHERE job = :job AND id = :job)`,
    )
    .pluck();
  return {
    tally: (job) => tally.get(job) ?? null,
    lastRunId: (which) => lastRun.get(which.job, which.index ?? plain) ?? null,
    ownIdTaken: (job) => taken.get({ job }) === 1,
  };
}

type Writing = Exclude<keyof Elements, Reading | Summary | "get">;

function writers(database: Database, find: (which: Which) => ElementRow | undefined): Pick<Elements, Writing> {
  const count = database.prepare<Counts>(countSql);
  const stateOf = database
    .prepare<[number, number], State>("SELECT state FROM elements WHERE job = ? AND idx = ?")
    .pluck();
  const change = elementChanges(database);

  /** The state as it is; throws where the other one can't follow. */
  const leaving = (which: Which, to: State): State => {
    const from = stateOf.get(which.job, which.index ?? plain);
    if (from && (from === to || lawful[from].includes(to))) return from;
    throw unlawful(which, from, to);
  };
  return {
    insert(element) {
      change.insert.run(writeElement(element));
      count.run({ ...noCounts, job: element.job, active: 1, start: element.startedAt });
    },
    started(which, { pid, startedAt }) {
      const ending = stateOf.get(which.job, which.index ?? plain) === "ending";
      leaving(which, ending ? "ending" : "running");
      change.started.run(ending ? "ending" : "running", pid, startedAt, which.job, which.index ?? plain);
    },
    suspend(which) {
      leaving(which, "suspended");
      change.state.run("suspended", which.job, which.index ?? plain);
    },
    resume(which) {
      leaving(which, "running");
      change.state.run("running", which.job, which.index ?? plain);
    },
    spared(which) {
      leaving(which, "running");
      change.spared.run(which.job, which.index ?? plain);
    },
    ending(which, { by, stop }) {
      leaving(which, "ending");
      change.ending.run(by, stop, which.job, which.index ?? plain);
    },
    held: (which, holds) => void change.held.run(JSON.stringify(holds), which.job, which.index ?? plain),
    altered: (which, own) => void change.own.run(writeOwn({ own }), which.job, which.index ?? plain),
    stopped: (which, stopped) => void change.stopped.run(stopped ? 1 : 0, which.job, which.index ?? plain),
    ended(which, end) {
      leaving(which, "ended");
      change.ended.run(endRow(which, end));
      count.run({ ...noCounts, job: which.job, active: -1, ...outcomeCounts(end.outcome) });
    },
    requeued(which, end) {
      leaving(which, "waiting");
      const before = find(which);
      change.ended.run(endRow(which, end));
      change.keepRun.run(which.job, which.index ?? plain);
      change.drop.run(which.job, which.index ?? plain);
      if (before) count.run({ ...noCounts, job: which.job, ...uncounted(before) });
    },
    countRemoved: (job, removed) => void count.run({ ...noCounts, job, notOk: removed.count, start: removed.at }),
  };
}

function unlawful(which: Which, from: State | undefined, to: State): Error {
  return new Error(`element ${which.job}.${which.index ?? "-"} is ${from ?? "unknown"} and can't become ${to}`);
}

interface Counts {
  readonly job: number;
  readonly active: number;
  readonly ok: number;
  readonly notOk: number;
  readonly start: number | null;
}

const noCounts = { active: 0, ok: 0, notOk: 0, start: null };

function outcomeCounts(outcome: Outcome | null): { ok: number; notOk: number } {
  return outcome === "completed" ? { ok: 1, notOk: 0 } : { ok: 0, notOk: 1 };
}

/** What to count for a run that is no longer the element's last word. */
function uncounted(before: ElementRow): { active: number; ok: number; notOk: number } {
  if (before.state !== "ended") return { active: -1, ok: 0, notOk: 0 };
  const counted = outcomeCounts(before.outcome);
  return { active: 0, ok: -counted.ok, notOk: -counted.notOk };
}

function endRow(which: Which, end: End): EndRow {
  return {
    job: which.job,
    idx: which.index ?? plain,
    outcome: end.outcome,
    code: end.code,
    signal: end.signal,
    started_at: end.startedAt,
    ended_at: end.endedAt,
    remark: end.remark,
    usage: writeUsage(end),
  };
}

const countSql = `
UPDATE tallies SET
  active = active + :active, ok = ok + :ok, not_ok = not_ok + :notOk,
  last_start = max(coalesce(:start, last_start), coalesce(last_start, :start))
WHERE job = :job`;
