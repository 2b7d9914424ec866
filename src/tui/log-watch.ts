/** Owns hearing of new output: the directory of a file is watched, because the file may not be there yet. */

import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

export interface WatchedFile {
  close(): void;
}

/** Milliseconds for which new output is gathered. */
const momentMs = 100;

/** Calls back soon after the file changed. A directory that is not there has nothing to be heard of. */
export function watchFile(path: string, changed: () => void): WatchedFile {
  let timer: NodeJS.Timeout | null = null;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      changed();
    }, momentMs);
  };
  const watcher = watched(dirname(path), (name) => void ((name === null || name === basename(path)) && soon()));
  return {
    close() {
      if (timer) clearTimeout(timer);
      watcher?.close();
    },
  };
}

function watched(directory: string, heard: (name: string | null) => void): FSWatcher | null {
  try {
    const watcher = watch(directory, (_, name) => heard(name));
    watcher.on("error", () => undefined);
    return watcher;
  } catch {
    return null;
  }
}
