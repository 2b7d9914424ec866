/** Owns how work is put between two statements that make it one piece. */

import type { Database } from "better-sqlite3";

/** The statements around a piece of work; `undo` takes back what it did where it fails. */
export interface Words {
  readonly begin: string;
  readonly end: string;
  readonly undo: readonly string[];
}

/**
 * Runs work as one piece. Its statements are prepared once: what the library has for that makes itself anew for each piece,
 * which took longer than the statements.
 */
export function bracket(database: Database, words: Words): <T>(work: () => T) => T {
  const [begin, end] = [database.prepare(words.begin), database.prepare(words.end)];
  const undo = words.undo.map((word) => database.prepare(word));
  return (work) => {
    begin.run();
    try {
      const result = work();
      end.run();
      return result;
    } catch (error) {
      // Some failures have undone everything already.
      if (database.inTransaction) for (const statement of undo) statement.run();
      throw error;
    }
  };
}
