/** Owns empty directories that wait for their next use: a file system gives a name far faster than it makes a directory. */

import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Nobody else's, or open to all who look. */
export type DirectoryMode = 0o700 | 0o755;

export interface SpareDirectories {
  /** Makes a directory of the daemon's own. False where that takes more, as without the one above it. */
  make(path: string, mode: DirectoryMode): boolean;
  /** Takes an empty one away and keeps it. False where that can't be done and it has to be removed. */
  keep(path: string): boolean;
}

/** None is kept. */
export const noSpareDirectories: SpareDirectories = { make: isMade, keep: () => false };

/** More than run at a time on most machines; what ends beyond that is removed. */
const most = 64;

/** Keeps them in a directory of this daemon alone, where nothing else may be. */
export function createSpareDirectories(place: string): SpareDirectories {
  const spares = { [0o700]: [] as string[], [0o755]: [] as string[] };
  let made = 0;
  rmSync(place, { recursive: true, force: true });
  return {
    make(path, mode) {
      const spare = spares[mode].pop();
      if ((spare !== undefined && isRenamed(spare, path)) || isMade(path, mode)) return true;
      if (spare !== undefined) spares[mode].push(spare);
      return false;
    },
    keep(path) {
      const mode = modeAsMade(path);
      if (mode === null || spares[mode].length >= most) return false;
      if (made === 0) mkdirSync(place, { recursive: true, mode: 0o700 });
      made += 1;
      const spare = join(place, String(made));
      if (!isRenamed(path, spare)) return false;
      spares[mode].push(spare);
      return true;
    },
  };
}

function isMade(path: string, mode: DirectoryMode): boolean {
  return succeeds(() => {
    mkdirSync(path, mode);
    // The umask of the daemon is its own business.
    if (mode !== 0o700) chmodSync(path, mode);
  });
}

function isRenamed(from: string, to: string): boolean {
  return succeeds(() => renameSync(from, to));
}

/** Whoever finds it must not see what its last user made of it: null where that shows. */
function modeAsMade(path: string): DirectoryMode | null {
  let found: DirectoryMode | null = null;
  succeeds(() => {
    const mode = statSync(path).mode & 0o7777;
    if ((mode === 0o700 || mode === 0o755) && readdirSync(path).length === 0) found = mode;
  });
  return found;
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false; // Why not is found out by whoever does it the long way.
  }
}
