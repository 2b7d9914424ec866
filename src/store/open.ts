/** Owns how the database file is opened, created, checked and refused. */

import { closeSync, existsSync, openSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { UnreachableError } from "../model/errors.ts";
import { wordedFailure } from "./failures.ts";
import { migrate } from "./migrations/migrate.ts";

/**
 * Opens the database, which is made (mode 0600) if it isn't there, and brings it up to date.
 * Throws UnreachableError for a disk it can't live on, a file it can't use, a store of a newer version.
 */
export function openDatabase(path: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    refuseNetworkDisk(path);
    if (!existsSync(path)) create(path);
    refuseEmpty(path);
    database = new Database(path);
    prepare(database);
    refuseDamage(database, path);
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    throw wordedFailure(path, error);
  }
}

/** Made whole beside its place first: a store that is empty is one that lost what it had. */
function create(path: string): void {
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  closeSync(openSync(fresh, "a", 0o600));
  const database = new Database(fresh);
  try {
    // Room that purged jobs leave is given back bit by bit.
    database.pragma("auto_vacuum = INCREMENTAL");
    migrate(database);
  } finally {
    database.close();
  }
  renameSync(fresh, path);
}

function refuseEmpty(path: string): void {
  if (statSync(path).size > 0) return;
  throw new UnreachableError(
    `the store ${path} is empty: something truncated it. Nothing was changed; put a copy back (headnode restore), ` +
      "or remove it together with the files beside it to start anew",
  );
}

/** What statfs calls file systems on which a write-ahead log gets damaged: NFS, SMB, CIFS, SMB2, FUSE, AFS, Lustre. */
const networkDisks: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x5346414f, 0x0bd00bd0,
]);

function refuseNetworkDisk(path: string): void {
  // The numbers are Linux's; elsewhere they mean other things.
  if (process.platform !== "linux") return;
  const type = statfsSync(dirname(path)).type;
  if (!networkDisks.has(type)) return;
  throw new UnreachableError(
    `the directory ${dirname(path)} is on a network file system, where the store could be damaged; ` +
      "set HEADNODE_HOME to a directory on a local disk",
  );
}

function prepare(database: Database.Database): void {
  database.pragma("busy_timeout = 5000");
  database.pragma("journal_mode = WAL");
  database.pragma("foreign_keys = ON");
  // The daemon is the only writer, and stands still while the log (of at most 16 MB) is brought into the file.
  database.pragma("wal_autocheckpoint = 4000");
}

/** Largest file that is checked on opening: a bigger one would take longer than a start may. */
const checkedBytes = 16 * 1024 * 1024;

function refuseDamage(database: Database.Database, path: string): void {
  if (statSync(path).size > checkedBytes) return;
  const found = String(database.pragma("quick_check(1)", { simple: true }));
  if (found === "ok") return;
  throw new UnreachableError(
    `the store ${path} is damaged; nothing was changed: move it away and keep it, then start anew (${found})`,
  );
}
