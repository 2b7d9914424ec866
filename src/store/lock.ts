/** Owns the lock by which one daemon at a time has a state directory: a crash releases it. */

import Database from "better-sqlite3";
import { wordedFailure } from "./failures.ts";

export interface Lock {
  release(): void;
}

/** Takes the lock kept in the file at that path; null while another process has it. */
export function tryLock(path: string): Lock | null {
  try {
    const database = new Database(path, { timeout: 0 });
    try {
      database.pragma("journal_mode = MEMORY");
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    return { release: () => void database.close() };
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return null;
    throw wordedFailure(path, error);
  }
}
