/** Owns a look into an output file of any size: only the piece that is shown is read, whichever way one goes. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** A line and where it begins (bytes). */
export interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** Bytes read at a time. */
const pieceBytes = 65_536;
/** A line that is longer is shown as several. */
const longestLine = 8_192;

/** Bytes of the file; null where it can't be read. */
export function sizeOfFile(path: string): number | null {
  return withFile(path, (file) => fstatSync(file).size);
}

/** So many lines from a place on; the place must be the beginning of one. */
export function linesFrom(path: string, from: number, count: number): readonly LogLine[] {
  return withFile(path, (file) => [...forward(file, from, count)]) ?? [];
}

/** Where the line begins that is so many lines above. */
export function placeAbove(path: string, from: number, count: number): number {
  return withFile(path, (file) => above(file, from, count)) ?? 0;
}

/** The next line (in either direction, not the one at `from`) that passes. Others are served meanwhile; null for none. */
export async function findLine(
  path: string,
  from: number,
  how: { readonly back: boolean; readonly test: (text: string) => boolean; readonly stopped: () => boolean },
): Promise<number | null> {
  for (let at = from; !how.stopped(); await pause()) {
    const piece = how.back ? pieceAbove(path, at) : linesFrom(path, at, searchLines);
    const lines = how.back ? [...piece].reverse() : piece.filter((line) => line.at !== from);
    const found = lines.find(({ text }) => how.test(text));
    if (found) return found.at;
    const last = how.back ? piece[0] : piece.at(-1);
    if (!last || last.at === at || (how.back ? last.at === 0 : piece.length < searchLines)) return null;
    at = last.at;
  }
  return null;
}

const searchLines = 2_000;
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function pieceAbove(path: string, at: number): readonly LogLine[] {
  const start = placeAbove(path, at, searchLines);
  return linesFrom(path, start, searchLines).filter((line) => line.at < at);
}

function withFile<T>(path: string, look: (file: number) => T): T | null {
  try {
    const file = openSync(path, "r");
    try {
      return look(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function* forward(file: number, from: number, count: number): Generator<LogLine> {
  let at = from;
  let left = count;
  while (left > 0) {
    const piece = Buffer.alloc(pieceBytes);
    const length = readSync(file, piece, 0, pieceBytes, at);
    let begin = 0;
    while (begin < length && left > 0) {
      const end = endOfLine(piece.subarray(0, length), begin);
      // A line that goes on behind the piece is read again with the next one.
      if (end === length && piece[end - 1] !== newline && begin > 0 && length === pieceBytes) break;
      yield { at: at + begin, text: textOf(piece.subarray(begin, end)) };
      begin = end;
      left -= 1;
    }
    at += begin;
    if (length < pieceBytes && begin >= length) return;
  }
}

const newline = 10;

/** Behind the newline, or where a line is cut. */
function endOfLine(piece: Buffer, begin: number): number {
  const found = piece.indexOf(newline, begin);
  const end = found < 0 ? piece.length : found + 1;
  return Math.min(end, begin + longestLine);
}

/** Colours and the like are left out; of a line that was drawn over and over, the last state stays. */
function textOf(bytes: Buffer): string {
  const line = stripVTControlCharacters(bytes.toString("utf8")).replace(/\r?\n$/, "");
  return (line.split("\r").findLast((each) => each !== "") ?? "").replaceAll("\t", "        ");
}

function above(file: number, from: number, count: number): number {
  let end = from;
  let left = count;
  while (end > 0 && left > 0) {
    const start = Math.max(0, end - pieceBytes);
    const piece = Buffer.alloc(end - start);
    readSync(file, piece, 0, piece.length, start);
    const begins = beginsIn(piece, start === 0);
    for (const begin of begins.reverse()) {
      left -= 1;
      if (left === 0 || start + begin === 0) return start + begin;
    }
    const first = begins.at(-1);
    end = first === undefined ? start : start + first;
  }
  return end;
}

/** Where lines begin in a piece, whose own begin counts only if it is the file's. */
function beginsIn(piece: Buffer, isFirst: boolean): number[] {
  const begins: number[] = [];
  let begin = isFirst ? 0 : piece.indexOf(newline) + 1;
  if (!isFirst && begin === 0) begin = piece.length - Math.min(piece.length, longestLine);
  while (begin < piece.length) {
    begins.push(begin);
    begin = endOfLine(piece, begin);
  }
  return begins;
}

const complaint =
  /\b(error|fatal|exception|traceback|fail(ed|ure)?|panic|segfault|segmentation fault|killed|out of memory|oom|abort(ed)?|core dumped|not found|no such file|permission denied|cannot|undefined reference|nan)\b/i;

/** Whether a line looks like an error. */
export function looksBad(text: string): boolean {
  return complaint.test(text) && !/\b(0|no|without) (errors?|failures?|failed)\b/i.test(text);
}
