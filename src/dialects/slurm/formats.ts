/** Owns squeue's format strings: `%.18i %j` and `JobID:10,Name` as cells of a table. */

import { type LetterPart, type NamePart, parse } from "#grammar/formats.js";
import type { Cell, Column } from "../../language/column.ts";

/** A format that was read: its cells, the text ahead of them, and what it asks that is not there. */
export interface Format<T> {
  readonly before: string;
  readonly cells: readonly Cell<T>[];
  readonly unknown: readonly string[];
}

/** Reads a format of letters. What is no field is text; a percent sign at the end goes. */
export function letterFormat<T>(text: string, columns: readonly Column<T>[]): Format<T> {
  const parts = parse(text.replace(/%$/, ""), { startRule: "Letters" });
  return parts.reduce<Format<T>>((format, part) => withPart(format, part, columns), empty());
}

/** Reads a format of names, in any case and with underscores or without. */
export function nameFormat<T>(text: string, columns: readonly Column<T>[]): Format<T> {
  const parts = parse(text, { startRule: "Names" }).filter(({ name }) => name !== "");
  return parts.reduce<Format<T>>((format, part) => withName(format, part, columns), empty());
}

const defaultWidth = 20;

function empty<T>(): Format<T> {
  return { before: "", cells: [], unknown: [] };
}

function withPart<T>(format: Format<T>, part: LetterPart, columns: readonly Column<T>[]): Format<T> {
  if (part.letter === undefined) return withText(format, part.text);
  const column = columns.find(({ ask }) => ask === part.letter);
  if (column) {
    const cell = { column, width: part.width ?? 0, right: part.right, after: part.suffix };
    return { ...format, cells: [...format.cells, cell] };
  }
  // A doubled percent sign prints one, and an error about what follows it.
  if (part.letter === "%")
    return { ...withText(format, `%${part.suffix}`), unknown: [...format.unknown, part.suffix.charAt(0)] };
  const text = `%${part.right ? "." : ""}${part.width ?? ""}${part.letter}${part.suffix}`;
  return { ...withText(format, text), unknown: [...format.unknown, part.letter] };
}

// Text after a percent sign that opens no field is printed with it, and complained about.
function withText<T>(format: Format<T>, text: string): Format<T> {
  const last = format.cells.at(-1);
  if (!last) return { ...format, before: format.before + text };
  return { ...format, cells: [...format.cells.slice(0, -1), { ...last, after: last.after + text }] };
}

function withName<T>(format: Format<T>, part: NamePart, columns: readonly Column<T>[]): Format<T> {
  const name = part.name.trim();
  const column = columns.find(({ ask }) => plain(ask) === plain(name));
  if (!column) return { ...format, unknown: [...format.unknown, name] };
  const width = part.width ?? (part.suffix === null ? defaultWidth : 0);
  return { ...format, cells: [...format.cells, { column, width, right: part.right, after: part.suffix ?? "" }] };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

/** The field an incomplete `%` text stands for, to be named in the error: `%-8i` gives `-`. */
export function incompleteFields(text: string): readonly string[] {
  return parse(text.replace(/%$/, ""), { startRule: "Letters" }).flatMap((part, at, all) => {
    if (part.letter !== undefined || part.text !== "%") return [];
    const next = all[at + 1];
    const rest = next !== undefined && next.letter === undefined ? next.text : "";
    return [rest.replace(/^\.?[0-9]*/, "").charAt(0)];
  });
}
