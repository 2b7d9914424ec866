/** Owns how changes are committed: on disk before they are acknowledged, or in batches that records elsewhere repeat. */

import type { Database } from "better-sqlite3";
import { bracket } from "./bracket.ts";
import { wordedFailure } from "./failures.ts";

export interface Transactions {
  /** All of the work or nothing; on disk when it returns. Throws UnreachableError when the disk says no. */
  durable<T>(work: () => T): T;
  /** All of the work or nothing. A crash of the daemon doesn't undo it; a loss of power may, within a moment. */
  relaxed<T>(work: () => T): T;
  /** Like `durable`, sharing its commit with everything else that is asked for in the same turn. */
  shared<T>(work: () => T): Promise<T>;
  /** Commits what `shared` still has to. */
  flush(): void;
}

interface Asked {
  readonly run: () => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** What transactions ask of their store. */
export interface Keeper {
  /** Throws where the file is not what was opened. */
  present(): void;
  /** Something that was written is undone. */
  undone(): void;
  /** What was written is to get to the disk within a moment. */
  soon(): void;
}

/** The three ways to commit, over one connection. */
export function createTransactions(database: Database, keeper: Keeper): Transactions {
  const commit = committer(database, keeper);
  const attempt = attempts(database);
  const changes = database.prepare<[], number>("SELECT total_changes()").pluck();
  let asked: Asked[] = [];
  const flush = (): void => {
    const batch = asked;
    asked = [];
    if (batch.length > 0) settle({ commit, attempt, keeper }, batch);
  };
  return {
    durable: (work) => commit(work, "FULL"),
    relaxed(work) {
      const before = changes.get();
      const result = commit(work, "NORMAL");
      // Many a turn only looks.
      if (changes.get() !== before) keeper.soon();
      return result;
    },
    shared: (work) =>
      new Promise((resolve, reject) => {
        if (asked.length === 0) setImmediate(flush);
        let result: ReturnType<typeof work>;
        asked.push({
          run: () => {
            result = work();
          },
          done: () => resolve(result),
          failed: reject,
        });
      }),
    flush,
  };
}

type Commit = <T>(work: () => T, synchronous: "FULL" | "NORMAL") => T;

function committer(database: Database, { present, undone }: Keeper): Commit {
  const whole = bracket(database, { begin: "BEGIN IMMEDIATE", end: "COMMIT", undo: ["ROLLBACK"] });
  let level = "";
  return (work, synchronous) => {
    if (database.inTransaction) return work();
    try {
      present();
      if (level !== synchronous) database.exec(`PRAGMA synchronous = ${synchronous}`);
      level = synchronous;
      return whole(work);
    } catch (error) {
      undone();
      throw wordedFailure(database.name, error);
    }
  };
}

interface Means {
  readonly commit: Commit;
  readonly attempt: Attempt;
  readonly keeper: Keeper;
}

/** One commit for the batch. Work that fails on its own takes nobody with it; a failed commit fails them all. */
function settle({ commit, attempt, keeper }: Means, batch: readonly Asked[]): void {
  const kept: Asked[] = [];
  const refused: (() => void)[] = [];
  try {
    commit(() => {
      for (const each of batch) {
        const error = attempt(each.run);
        if (error === null) kept.push(each);
        else {
          keeper.undone();
          refused.push(() => each.failed(error.cause));
        }
      }
    }, "FULL");
  } catch (error) {
    for (const each of batch) each.failed(error);
    return;
  }
  for (const each of kept) each.done();
  for (const tell of refused) tell();
}

/** Null if it went well. Once the database itself gave the whole transaction up, there is no point in going on. */
type Attempt = (run: () => void) => { readonly cause: unknown } | null;

function attempts(database: Database): Attempt {
  const undo = ["ROLLBACK TO attempt", "RELEASE attempt"];
  const part = bracket(database, { begin: "SAVEPOINT attempt", end: "RELEASE attempt", undo });
  return (run) => {
    try {
      part(run);
      return null;
    } catch (error) {
      if (!database.inTransaction) throw error;
      return { cause: wordedFailure(database.name, error) };
    }
  };
}
