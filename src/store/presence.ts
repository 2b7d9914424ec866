/** Owns the watch over the store's file: what is committed to a file that is no longer there would be lost. */

import { existsSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { UnreachableError } from "../model/errors.ts";

/**
 * A check for every commit: throws UnreachableError where the file was removed, replaced or emptied while it was open.
 * One that was removed is written anew from what the open connection still has; `lost` is called once, because this
 * connection is of no more use.
 */
export function presenceOf(database: Database, lost: () => void): () => void {
  const path = database.name;
  const opened = statSync(path, { throwIfNoEntry: false });
  let found: string | undefined;
  const fail = (what: string): never => {
    if (found === undefined) lost();
    found ??= what;
    throw new UnreachableError(`the store ${path} ${found}`);
  };
  return () => {
    if (found !== undefined) fail(found);
    const now = statSync(path, { throwIfNoEntry: false });
    if (now && now.ino === opened?.ino && now.size > 0) return;
    if (now && now.size === 0) fail("was emptied while it was in use; put a copy back with headnode restore");
    if (now) fail("was replaced while it was in use; nothing was kept of what was asked. Try again");
    if (!existsSync(dirname(path))) fail("was removed with its directory; nothing was kept of what was asked");
    // The log belongs to the file that is gone: a new one must not find it.
    for (const ending of ["-wal", "-shm"]) rmSync(`${path}${ending}`, { force: true });
    database.prepare("VACUUM INTO ?").run(path);
    fail("was removed while it was in use. It was put back as it was; nothing was kept of what was asked. Try again");
  };
}
