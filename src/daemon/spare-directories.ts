/** Owns empty directories that wait for their next use: a file system gives a name far faster than it makes a directory. */

import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

export interface SpareDirectories {
  /** Makes a directory of the daemon's own (mode 0700). False where that takes more, as without the one above it. */
  make(path: string): boolean;
  /** Takes an empty one away and keeps it. False where that can't be done and it has to be removed. */
  keep(path: string): boolean;
}

/** None is kept. */
export const noSpareDirectories: SpareDirectories = { make: isMade, keep: () => false };

/** More than run at a time on most machines; what ends beyond that is removed. */
const most = 64;

/** Keeps them in a directory of this daemon alone, where nothing else may be. */
export function createSpareDirectories(place: string): SpareDirectories {
  const spares: string[] = [];
  let made = 0;
  rmSync(place, { recursive: true, force: true });
  return {
    make(path) {
      const spare = spares.pop();
      if ((spare !== undefined && isRenamed(spare, path)) || isMade(path)) return true;
      if (spare !== undefined) spares.push(spare);
      return false;
    },
    keep(path) {
      if (spares.length >= most || !isAsMade(path)) return false;
      if (made === 0) mkdirSync(place, { recursive: true, mode: 0o700 });
      made += 1;
      const spare = join(place, String(made));
      if (!isRenamed(path, spare)) return false;
      spares.push(spare);
      return true;
    },
  };
}

function isMade(path: string): boolean {
  return succeeds(() => mkdirSync(path, 0o700));
}

function isRenamed(from: string, to: string): boolean {
  return succeeds(() => renameSync(from, to));
}

/** Whoever finds it must not see what its last user made of it. */
function isAsMade(path: string): boolean {
  return succeeds(() => {
    if ((statSync(path).mode & 0o7777) !== 0o700 || readdirSync(path).length > 0) throw new Error("it was used");
  });
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false; // Why not is found out by whoever does it the long way.
  }
}
