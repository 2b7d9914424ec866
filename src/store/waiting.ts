/** Owns the rows of what waits and of what was removed before it started. */

import type { Database } from "better-sqlite3";
import { hasIndex, joinedIndices, readIndices, withoutIndices, writeIndices } from "../model/indices.ts";
import type { Hold, Removed, Waiting } from "../model/job.ts";
import { readOnce } from "./interned.ts";
import { readJson, writeJson } from "./json.ts";
import { createKept } from "./kept.ts";
import { readOwn, writeOwn } from "./own.ts";

export interface WaitingTable {
  /** What waits of a job, lowest index first. The position in this list is the part's number in listings. */
  of(job: number): readonly Waiting[];
  /** All jobs of which something waits. */
  jobs(): number[];
  /** Makes this the whole of what waits of the job; parts that wait alike become one. */
  replace(job: number, parts: readonly Waiting[]): void;
  /** The elements of the part at that position before `firstLeft` have started; null: all of them have. */
  advance(job: number, position: number, firstLeft: number | null): void;
  addRemoved(removed: Removed): void;
  /** The element was not removed after all: it is taken out of what was, and given as it was removed. Null: it wasn't. */
  takeRemoved(job: number, index: number | null): Removed | null;
  removedOf(job: number): Removed[];
  /** Jobs of which something was removed at or after that time (epoch ms). */
  removedSince(at: number): number[];
  /** What was read may have been undone. */
  forgetAll(): void;
}

/** The statements about waiting elements, prepared once. */
export function waitingTable(database: Database): WaitingTable {
  const all = database.prepare<[number], WaitingRow>("SELECT * FROM waiting WHERE job = ? ORDER BY part");
  const jobs = database.prepare<[], number>("SELECT DISTINCT job FROM waiting ORDER BY job").pluck();
  const parts = database.prepare<[number], number>("SELECT part FROM waiting WHERE job = ? ORDER BY part").pluck();
  const clear = database.prepare<[number]>("DELETE FROM waiting WHERE job = ?");
  const drop = database.prepare<[number, number]>("DELETE FROM waiting WHERE job = ? AND part = ?");
  const advance = database.prepare<[number, number, number]>(
    "UPDATE waiting SET first_left = ? WHERE job = ? AND part = ?",
  );
  const insert = database.prepare<WaitingRow>(
    "INSERT INTO waiting VALUES (:job, :part, :indices, :first_left, :holds, :error, :restarts, :begin_at, :own)",
  );
  const kept = createKept<readonly Waiting[]>();
  const readWaiting = waitingReader();
  const read = (job: number): readonly Waiting[] => all.all(job).map(readWaiting);
  return {
    of: (job) => kept.of(job, read),
    jobs: () => jobs.all(),
    forgetAll: kept.forgetAll,
    replace(job, wanted) {
      kept.forget(job);
      clear.run(job);
      for (const [part, each] of mergeAlike(wanted).entries()) insert.run(writeWaiting(each, part));
    },
    advance(job, position, firstLeft) {
      kept.forget(job);
      // Numbers of rows have gaps where a part was used up; positions don't.
      const part = parts.all(job)[position] ?? -1;
      if (firstLeft === null) drop.run(job, part);
      else advance.run(firstLeft, job, part);
    },
    ...removedTable(database),
  };
}

type Removing = "addRemoved" | "takeRemoved" | "removedOf" | "removedSince";

function removedTable(database: Database): Pick<WaitingTable, Removing> {
  const add = database.prepare<Omit<RemovedRow, "part">>(
    `INSERT INTO removed VALUES (:job, (SELECT coalesce(max(part) + 1, 0) FROM removed WHERE job = :job),
       :indices, :outcome, :restarts, :removed_at, :removed_by, :own)`,
  );
  const all = database.prepare<[number], RemovedRow>("SELECT * FROM removed WHERE job = ? ORDER BY part");
  const since = database
    .prepare<[number], number>("SELECT DISTINCT job FROM removed INDEXED BY removed_by_time WHERE removed_at >= ?")
    .pluck();
  const part = database.prepare<[number, number]>("DELETE FROM removed WHERE job = ? AND part = ?");
  const cut = database.prepare<[string, number, number]>("UPDATE removed SET indices = ? WHERE job = ? AND part = ?");
  return {
    takeRemoved(job, index) {
      const rows = all.all(job);
      const row = rows.find(({ indices }) =>
        indices === null ? index === null : hasIndex(readIndices(indices), index ?? -1),
      );
      if (!row) return null;
      const rest = row.indices === null ? [] : withoutIndices(readIndices(row.indices), [[index ?? 0, index ?? 0]]);
      if (rest.length > 0) cut.run(writeIndices(rest), job, row.part);
      else part.run(job, row.part);
      return readRemoved(row);
    },
    addRemoved: (removed) => {
      add.run({
        job: removed.job,
        indices: removed.indices && writeIndices(removed.indices),
        outcome: removed.outcome,
        restarts: removed.restarts,
        removed_at: removed.removedAt,
        removed_by: removed.removedBy,
        own: writeOwn(removed),
      });
    },
    removedOf: (job) => all.all(job).map(readRemoved),
    removedSince: (at) => since.all(at),
  };
}

/** Parts that differ in nothing but their indices become one; lowest index first. */
export function mergeAlike(parts: readonly Waiting[]): Waiting[] {
  const alike = new Map<string, Waiting>();
  for (const part of parts) {
    const key = JSON.stringify([part.holds, part.error, part.restarts, part.beginAt, part.own]);
    const known = alike.get(key);
    const indices = known?.indices && part.indices ? joinedIndices(known.indices, part.indices) : part.indices;
    alike.set(key, { ...part, indices });
  }
  return [...alike.values()].sort((a, b) => (a.indices?.[0]?.[0] ?? 0) - (b.indices?.[0]?.[0] ?? 0));
}

/** The part without the indices before `firstLeft`. */
export function advanced(part: Waiting, firstLeft: number): Waiting {
  const { indices } = part;
  const first = indices?.[0];
  if (!indices || !first || first[0] >= firstLeft) return part;
  // Nearly always the first run alone changes; a long list is then copied once and not searched.
  let at = 0;
  while (at < indices.length && (indices[at]?.[1] ?? 0) < firstLeft) at++;
  const run = indices[at];
  if (!run || run[0] >= firstLeft) return { ...part, indices: indices.slice(at) };
  return { ...part, indices: [[firstLeft, run[1]], ...indices.slice(at + 1)] };
}

interface WaitingRow {
  readonly job: number;
  readonly part: number;
  readonly indices: string | null;
  readonly first_left: number;
  readonly holds: string;
  readonly error: string | null;
  readonly restarts: number;
  readonly begin_at: number;
  readonly own: string | null;
}

interface RemovedRow {
  readonly job: number;
  readonly part: number;
  readonly indices: string | null;
  readonly outcome: Removed["outcome"];
  readonly restarts: number;
  readonly removed_at: number;
  readonly removed_by: number | null;
  readonly own: string | null;
}

function writeWaiting(part: Waiting, number: number): WaitingRow {
  return {
    job: part.job,
    part: number,
    indices: part.indices && writeIndices(part.indices),
    first_left: part.indices?.[0]?.[0] ?? 0,
    holds: writeJson(part.holds),
    error: part.error,
    restarts: part.restarts,
    begin_at: part.beginAt,
    own: writeOwn(part),
  };
}

function waitingReader(): (row: WaitingRow) => Waiting {
  const holds = readOnce((text) => readJson<readonly Hold[]>(text));
  return (row) => {
    const part: Waiting = {
      job: row.job,
      indices: row.indices === null ? null : readIndices(row.indices),
      holds: holds(row.holds),
      error: row.error,
      restarts: row.restarts,
      beginAt: row.begin_at,
      ...readOwn(row),
    };
    return advanced(part, row.first_left);
  };
}

function readRemoved(row: RemovedRow): Removed {
  return {
    job: row.job,
    indices: row.indices === null ? null : readIndices(row.indices),
    outcome: row.outcome,
    restarts: row.restarts,
    removedAt: row.removed_at,
    removedBy: row.removed_by,
    ...readOwn(row),
  };
}
