/** Owns the words for a store that can't be read or written, whatever the reason. */

import { errnoOf, UnreachableError } from "../model/errors.ts";

/** The failure as an UnreachableError that says what to do; anything that isn't the database's is given back as it is. */
export function wordedFailure(path: string, error: unknown): unknown {
  if (error instanceof UnreachableError || !(error instanceof Error)) return error;
  const code = errnoOf(error);
  const advice = advices.find(([start]) => code.startsWith(start))?.[1];
  return advice ? new UnreachableError(`the store ${path} ${advice} (${error.message})`, { cause: error }) : error;
}

const readOnly = "can't be written; make it and its directory writable, or set HEADNODE_HOME to another directory";
const damaged = "is damaged; nothing was changed: move it away and keep it, then start anew, or restore it from a copy";

/** By the start of an error code. */
const advices: readonly (readonly [string, string])[] = [
  ["SQLITE_FULL", "can't grow: the disk is full; nothing was kept of what was asked. Make room and try again"],
  ["ENOSPC", "can't grow: the disk is full; nothing was kept of what was asked. Make room and try again"],
  ["EDQUOT", "can't grow: your disk quota is used up; nothing was kept of what was asked. Make room and try again"],
  ["SQLITE_READONLY", readOnly],
  ["SQLITE_CANTOPEN", readOnly],
  ["EROFS", readOnly],
  ["EACCES", readOnly],
  ["EPERM", readOnly],
  ["SQLITE_CORRUPT", damaged],
  ["SQLITE_NOTADB", damaged],
  ["SQLITE_IOERR", "can't be read or written; see to the disk"],
  ["SQLITE_BUSY", "is in use by another program; end that and try again"],
];
