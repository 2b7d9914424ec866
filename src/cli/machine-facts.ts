/** Owns what `headnode doctor` looks up on the machine: programs, file systems, clocks. */

import { accessSync, constants, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The full path of a program; null if there is none. */
export function findProgram(name: string, path: string | undefined): string | null {
  const directory = (path ?? "").split(delimiter).find((place) => place !== "" && isRunnable(join(place, name)));
  return directory === undefined ? null : join(directory, name);
}

export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Magic numbers of file systems on which SQLite's write-ahead log cannot work, as statfs(2) lists them.
const networkFileSystems: Readonly<Record<number, string>> = {
  26985: "NFS",
  4283649346: "CIFS",
  20859: "SMB",
  4266872130: "SMB2",
  16914839: "9P",
  198183888: "Lustre",
  1196443219: "GPFS",
  428016422: "BeeGFS",
};

/** The file system a directory is on; `network` names one that is shared by machines. */
export function fileSystemOf(directory: string): { readonly network: string | null } {
  return { network: networkFileSystems[statfsSync(directory).type] ?? null };
}

/** Bytes an ordinary user may still write. */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** Permission bits. */
export function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** A file's text; empty where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Milliseconds by which a file that is written now is dated off the clock. */
export function timeSkew(directory: string): number {
  const path = join(directory, `clock-${process.pid}`);
  writeFileSync(path, "");
  try {
    return statSync(path).mtimeMs - Date.now();
  } finally {
    rmSync(path, { force: true });
  }
}
