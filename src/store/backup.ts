/** Owns copies of the store: made while it is in use, and put in its place again. */

import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { RefusedError } from "../model/errors.ts";
import { wordedFailure } from "./failures.ts";
import { migrate } from "./migrations/migrate.ts";

/** Pages copied before others have their turn. */
const pagesAtATime = 500;

/** Writes a copy of the open store to that path, which must not exist. Throws RefusedError or UnreachableError. */
export async function backUp(database: Database.Database, path: string): Promise<void> {
  if (existsSync(path)) throw new RefusedError(`${path} exists already; say another name or remove it`);
  const part = `${path}.part`;
  try {
    await database.backup(part, { progress: () => pagesAtATime });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw wordedFailure(path, error);
  }
}

/** What a restored store holds. */
export interface Restored {
  readonly jobs: number;
  /** Jobs that waited when the copy was made; they are held now. */
  readonly held: number;
  /** Where the store that was replaced is kept. */
  readonly kept: string;
}

/** Throws RefusedError for a file that is no copy of a store, or a damaged one. */
export function checkBackup(path: string): void {
  try {
    const copy = new Database(path, { readonly: true, fileMustExist: true });
    try {
      if (copy.pragma("quick_check(1)", { simple: true }) !== "ok") throw new RefusedError(`${path} is damaged`);
      copy.prepare("SELECT next FROM counters WHERE name = 'job'").get();
    } finally {
      copy.close();
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new RefusedError(`${path} is not a copy of a store: ${error.message}`);
  }
}

/**
 * Puts the copy `from` in the place of the closed store `to`, which is kept beside it. What waited in the copy is held,
 * because some of it may have run since; what ran counts as lost with its node; numbers go on above both stores' own.
 */
export function restore({
  from,
  to,
  now,
}: {
  readonly from: string;
  readonly to: string;
  readonly now: number;
}): Restored {
  const fresh = `${to}.restoring`;
  copyFileSync(from, fresh);
  const next = nextId(to);
  const database = new Database(fresh);
  try {
    database.pragma("journal_mode = DELETE");
    migrate(database);
    const held = database.transaction(() => settle(database, { next, now }))();
    const jobs = Number(database.prepare("SELECT count(*) FROM jobs").pluck().get());
    database.close();
    const kept = `${to}.before-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
    renameSync(to, kept);
    for (const ending of ["-wal", "-shm"]) rmSync(`${to}${ending}`, { force: true });
    renameSync(fresh, to);
    return { jobs, held, kept };
  } catch (error) {
    database.close();
    rmSync(fresh, { force: true });
    throw wordedFailure(from, error);
  }
}

function nextId(path: string): number {
  const database = new Database(path);
  try {
    return Number(database.prepare("SELECT next FROM counters WHERE name = 'job'").pluck().get());
  } finally {
    database.close();
  }
}

/** Says in the copy what is so now; how many jobs wait. */
function settle(database: Database.Database, { next, now }: { readonly next: number; readonly now: number }): number {
  database.prepare("UPDATE counters SET next = max(next, ?) WHERE name = 'job'").run(next);
  database
    .prepare(
      `UPDATE tallies SET
         not_ok = not_ok + (SELECT count(*) FROM elements WHERE elements.job = tallies.job AND state <> 'ended'),
         active = 0
       WHERE active <> 0`,
    )
    .run();
  database
    .prepare(
      `UPDATE elements SET state = 'ended', outcome = 'nodeFailed', ended_at = ?,
         remark = 'ran when the copy was made that this store was restored from; its end is not known'
       WHERE state <> 'ended'`,
    )
    .run(now);
  database
    .prepare(
      `UPDATE waiting SET holds = json_insert(holds, '$[#]', 'user')
       WHERE NOT EXISTS (SELECT 1 FROM json_each(waiting.holds) WHERE value = 'user')`,
    )
    .run();
  return Number(database.prepare("SELECT count(DISTINCT job) FROM waiting").pluck().get());
}
