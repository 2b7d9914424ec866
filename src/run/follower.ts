/** Owns how the output files of running elements are followed: their directories are watched, and read again at the end. */

import { closeSync, type FSWatcher, fstatSync, openSync, readSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { RunFile } from "../model/run.ts";

/** Takes what was written to a file. A piece may end within a line. */
export type Sink = (piece: Buffer) => void;

export interface Follower {
  /** Whatever is written to the file from now on goes to the sink. */
  begin(file: RunFile, sink: Sink): void;
  /** Reads the rest; nothing of the file goes to that sink any more. */
  end(path: string, sink: Sink): void;
  close(): void;
}

interface Followed {
  readonly path: string;
  readonly sinks: Sink[];
  offset: number;
}

interface Watched {
  readonly watcher: FSWatcher | null;
  readonly files: Map<string, Followed>;
}

/** Directories that stay watched although nothing is written there at the moment. */
const mostIdle = 64;
/** Milliseconds for which writes are gathered. */
const momentMs = 30;

/** A follower that watches directories; `live` false reads each file only once, at its end. */
export function createFollower(live: boolean): Follower {
  const followed = new Map<string, Followed>();
  const directories = new Map<string, Watched>();
  const dirty = new Set<Followed>();
  let timer: NodeJS.Timeout | null = null;
  const catchUp = (): void => {
    timer = null;
    for (const file of dirty) readOn(file);
    dirty.clear();
  };
  // What an element writes within a moment is read at once; one that is over by then is read once only.
  const changed = (file: Followed): void => {
    dirty.add(file);
    timer ??= setTimeout(catchUp, momentMs);
  };
  const watchDirectory = (file: Followed): void => {
    const directory = dirname(file.path);
    const known = directories.get(directory) ?? watched(directory, changed);
    directories.set(directory, known);
    known.files.set(basename(file.path), file);
  };
  const leaveDirectory = (path: string): void => {
    const directory = dirname(path);
    const known = directories.get(directory);
    known?.files.delete(basename(path));
    // The next element writes there too, most likely.
    if (known?.files.size !== 0 || directories.size <= mostIdle) return;
    known.watcher?.close();
    directories.delete(directory);
  };
  return {
    begin({ path, from }, sink) {
      const known = followed.get(path);
      if (known) {
        // Elements that share a file: what the others have not read yet is not lost.
        if (known.sinks.length === 0) known.offset = from;
        known.sinks.push(sink);
        return;
      }
      const file: Followed = { path, sinks: [sink], offset: from };
      followed.set(path, file);
      if (!live || path === "/dev/null") return;
      watchDirectory(file);
      changed(file);
    },
    end(path, sink) {
      const file = followed.get(path);
      if (!file) return;
      readOn(file);
      dirty.delete(file);
      file.sinks.splice(file.sinks.indexOf(sink), 1);
      if (file.sinks.length > 0) return;
      followed.delete(path);
      if (live) leaveDirectory(path);
    },
    close() {
      if (timer) clearTimeout(timer);
      for (const { watcher } of directories.values()) watcher?.close();
      directories.clear();
    },
  };
}

function watched(directory: string, changed: (file: Followed) => void): Watched {
  const files = new Map<string, Followed>();
  const heard = (_: string, name: string | Buffer | null): void => {
    const file = files.get(String(name));
    if (file) changed(file);
  };
  return { files, watcher: watching(directory, heard) };
}

// Where nothing can be watched (a network directory, no watches left) the output comes at the element's end.
function watching(directory: string, heard: (event: string, name: string | Buffer | null) => void): FSWatcher | null {
  try {
    return watch(directory, heard).on("error", () => undefined);
  } catch {
    return null;
  }
}

const pieceBytes = 64 * 1024;
const piece = Buffer.allocUnsafe(pieceBytes);

/** Hands on what was written since the last time. A file that became shorter is read from its beginning. */
function readOn(file: Followed): void {
  if (file.path === "/dev/null") return;
  const descriptor = opened(file.path);
  if (descriptor === null) return;
  try {
    const { size } = fstatSync(descriptor);
    if (size < file.offset) file.offset = 0;
    while (file.offset < size) {
      const count = readSync(descriptor, piece, 0, Math.min(pieceBytes, size - file.offset), file.offset);
      if (count === 0) return;
      file.offset += count;
      // One element is as good as another where they share a file.
      file.sinks[0]?.(piece.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}
