/** Owns how an object is read back from the text that shows it: its attributes, all of them and no others. */

import { RefusedError } from "../../model/errors.ts";
import type { Entries } from "./configuration-objects.ts";

/** What is wrong with a text or a value, in lines; the object is read no further. */
export class Unreadable extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** Runs a reading; where something can't be read, RefusedError says so in the words that are made of the lines. */
export function worded<T>(read: () => T, word: (lines: readonly string[]) => readonly string[]): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) throw new RefusedError(word(error.lines).join("\n"), 1);
    throw error;
  }
}

/** Words for an object in a file, whose last line is its kind's; what is missing is not the file's fault. */
export function fileWords(path: string, last: string): (lines: readonly string[]) => readonly string[] {
  return (lines) => {
    const missing = lines.some((line) => line.startsWith("required"));
    const all = missing ? lines : [...lines, `error reading file: "${path}"`];
    return [...all.map((line) => `error: ${line}`), last];
  };
}

/** The attributes of a text, in its order: a name and its value a line, `\` at the end goes on, `#` begins a comment. */
export function readAttributes(text: string): ReadonlyMap<string, string> {
  const lines = text.replace(/\\\n\s*/g, "").split("\n");
  const found = lines.map((line) => /^\s*([^\s#]+)\s*(.*?)\s*$/.exec(line));
  return new Map(found.flatMap((match) => (match ? [[match[1] ?? "", spaced(match[2] ?? "")] as const] : [])));
}

/** The attributes of a whole object, which has those of `known`. Throws Unreadable. */
export function readWhole(text: string, known: Entries): ReadonlyMap<string, string> {
  const said = readAttributes(text);
  const strange = [...said.keys()].find((name) => !known.some(([key]) => key === name));
  if (strange !== undefined) throw new Unreadable([`unknown attribute name "${strange}"`]);
  const missing = known.find(([key]) => !said.has(key));
  if (missing) throw new Unreadable([`required attribute "${missing[0]}" is missing`]);
  return said;
}

/** A count. Throws Unreadable. */
export function readCount(value: string): number {
  if (/^[0-9]+$/.test(value)) return Number(value);
  throw new Unreadable([`error parsing unsigned long value from string "${value}"`]);
}

/** Names separated by commas or blanks; none for NONE. */
export function readNames(value: string): readonly string[] {
  return value.toUpperCase() === "NONE" ? [] : value.split(/[\s,]+/).filter((name) => name !== "");
}

function spaced(value: string): string {
  return value.replace(/\s+/g, " ");
}
