/** Owns the rows of elements that started: every change of state goes through here and is checked to be lawful. */

import type { Database } from "better-sqlite3";
import { type Alteration, type Element, lawful, type Outcome, type State } from "../model/job.ts";
import type { Usage } from "../model/usage.ts";
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
  ending(which: Which, end: { readonly by: number | null; readonly stop: StoredElement["stop"] }): void;
  held(which: Which, holds: Element["holds"]): void;
  /** The element has this of its own from now on. */
  altered(which: Which, own: Alteration): void;
  /** Its processes were told to stop, or to go on. */
  stopped(which: Which, stopped: boolean): void;
  ended(which: Which, end: End): void;
  /** The element is to wait again: this run becomes history. Says how it ended if it had not. */
  requeued(which: Which, end: End): void;
  /** Elements removed (at that epoch ms) before they started count as not having ended well. */
  countRemoved(job: number, removed: { readonly count: number; readonly at: number }): void;
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

type Reading = "of" | "earlierRuns" | "byOwnId" | "alive" | "aliveOf" | "endedSince" | "earlierRunsSince";

function readers(database: Database): Pick<Elements, Reading> {
  const of = database.prepare<[number], ElementRow>("SELECT * FROM elements WHERE job = ? ORDER BY idx");
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
  const insert = database.prepare<ElementRow>(insertElement);
  const write = database.prepare<ElementRow>(changeElement);
  const keepRun = database.prepare<[number, number]>(
    "INSERT INTO runs SELECT * FROM elements WHERE job = ? AND idx = ?",
  );
  const drop = database.prepare<[number, number]>("DELETE FROM elements WHERE job = ? AND idx = ?");

  /** Writes the element in its new state and gives the row as it was. */
  const move = (which: Which, to: State, change: Partial<ElementRow>): ElementRow => {
    const row = find(which);
    if (!row || !(row.state === to || lawful[row.state].includes(to))) throw unlawful(which, row?.state, to);
    write.run({ ...row, ...change, state: to === "waiting" ? "ended" : to });
    return row;
  };
  return {
    insert(element) {
      insert.run(writeElement(element));
      count.run({ ...noCounts, job: element.job, active: 1, start: element.startedAt });
    },
    started(which, { pid, startedAt }) {
      const state = find(which)?.state === "ending" ? "ending" : "running";
      move(which, state, { pid, started_at: startedAt });
    },
    suspend: (which) => void move(which, "suspended", {}),
    resume: (which) => void move(which, "running", {}),
    ending: (which, { by, stop }) => void move(which, "ending", { ended_by: by, stop }),
    held(which, holds) {
      const row = find(which);
      if (row) write.run({ ...row, holds: JSON.stringify(holds) });
    },
    altered(which, own) {
      const row = find(which);
      if (row) write.run({ ...row, own: writeOwn({ own }) });
    },
    stopped(which, stopped) {
      const row = find(which);
      if (row) write.run({ ...row, stopped: stopped ? 1 : 0 });
    },
    ended(which, end) {
      move(which, "ended", endRow(end));
      count.run({ ...noCounts, job: which.job, active: -1, ...outcomeCounts(end.outcome) });
    },
    requeued(which, end) {
      const before = move(which, "waiting", endRow(end));
      keepRun.run(which.job, which.index ?? plain);
      drop.run(which.job, which.index ?? plain);
      count.run({ ...noCounts, job: which.job, ...uncounted(before) });
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

function endRow(end: End): Partial<ElementRow> {
  return {
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

const insertElement = `
INSERT INTO elements VALUES (
  :job, :idx, :restarts, :id, :state, :outcome, :holds, :node, :cpu_list, :gpu_list, :started_at, :ended_at, :pid,
  :code, :signal, :ended_by, :stop, :remark, :usage, :own, :stopped, :queue, :shares
)`;

const changeElement = `
UPDATE elements SET
  state = :state, outcome = :outcome, holds = :holds, started_at = :started_at, ended_at = :ended_at, pid = :pid,
  code = :code, signal = :signal, ended_by = :ended_by, stop = :stop, remark = :remark, usage = :usage, own = :own, stopped = :stopped
WHERE job = :job AND idx = :idx`;
