/** Owns the terminal during a run: output is gathered and written together, and a line of progress stays below it. */

import { writeSync } from "node:fs";
import { errnoOf } from "../model/errors.ts";
import type { Screen } from "./log.ts";
import { progressText } from "./progress.ts";
import type { Results } from "./results.ts";

export interface RunScreen extends Screen {
  /** Something has changed: the progress is shown anew before long. */
  moved(): void;
  flush(): void;
  /** Takes the progress away and writes what is left. */
  close(): void;
}

const clearLine = "\r\u001b[K";
/** Milliseconds between two lines of progress. */
const pace = 100;

/** The screen of a run; `isLive` shows progress on standard error. */
export function createScreen(options: {
  readonly results: Results;
  readonly begun: number;
  readonly isLive: boolean;
}): RunScreen {
  const { results, begun, isLive } = options;
  const waiting: { readonly fd: 1 | 2; readonly text: Buffer }[] = [];
  let asked = false;
  let shown = false;
  const flush = (): void => {
    asked = false;
    if (waiting.length === 0) return;
    if (shown) writeAll(2, Buffer.from(clearLine));
    shown = false;
    for (let at = 0; at < waiting.length; ) {
      const { fd } = waiting[at] as (typeof waiting)[number];
      const end = waiting.findIndex((piece, place) => place > at && piece.fd !== fd);
      const pieces = waiting.slice(at, end === -1 ? waiting.length : end);
      writeAll(fd, Buffer.concat(pieces.map(({ text }) => text)));
      at += pieces.length;
    }
    waiting.length = 0;
  };
  const put = (fd: 1 | 2, text: Buffer | string): void => {
    if (text.length === 0) return;
    waiting.push({ fd, text: Buffer.from(text) });
    if (asked) return;
    asked = true;
    setImmediate(flush);
  };
  const show = (): void => {
    flush();
    if (results.total === 0) return;
    writeAll(2, Buffer.from(`${clearLine}${progressText(results, Date.now() - begun)}`));
    shown = true;
  };
  const timer = isLive ? setInterval(show, 1000) : null;
  let next: NodeJS.Timeout | null = null;
  return {
    out: (text) => put(1, text),
    err: (text) => put(2, text),
    moved() {
      if (!isLive || next !== null) return;
      next = setTimeout(() => {
        next = null;
        show();
      }, pace);
    },
    flush,
    close() {
      if (timer) clearInterval(timer);
      if (next) clearTimeout(next);
      flush();
      if (shown) writeAll(2, Buffer.from(clearLine));
      shown = false;
    },
  };
}

/** Writes everything; whoever reads slowly is waited for, whoever is gone gets nothing. */
function writeAll(fd: 1 | 2, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    const count = written(fd, bytes.subarray(at));
    if (count === null) return;
    at += count;
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function written(fd: 1 | 2, bytes: Buffer): number | null {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const code = errnoOf(error);
    if (code !== "EAGAIN") return null;
    Atomics.wait(pause, 0, 0, 5);
    return 0;
  }
}
