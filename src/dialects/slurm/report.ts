/** Owns the tables of the accounting commands: a line of dashes below the heading, a plus sign where text was cut, or separators. */

import { parse as parseWidths } from "#grammar/formats.js";
import { type Cell, type Column, padded } from "../../language/column.ts";

/** How a table is laid out. */
export interface ReportLayout {
  readonly heading: boolean;
  /** Between fields, and whether there is one at the end; null for columns of a width. */
  readonly separated: { readonly by: string; readonly last: boolean } | null;
}

/** The layout that `-n`, `-p`, `-P` and `--delimiter` ask for. */
export function reportLayout(asks: Readonly<Record<string, unknown>>): ReportLayout {
  const by = typeof asks.delimiter === "string" ? asks.delimiter : "|";
  const separated = asks.parsable || asks.parsable2 ? { by, last: !asks.parsable2 } : null;
  return { heading: !asks.noHeader, separated };
}

/** A format like `jobid%20,state%-10` as cells; `find` gives the column of a name or throws. */
export function reportCells<T>(format: string, find: (name: string) => Column<T>): readonly Cell<T>[] {
  return parseWidths(format, { startRule: "Widths" }).map(({ name, left, width }) => {
    const column = find(name);
    const right = left ? false : width === null ? column.right : true;
    return { column, width: width ?? column.width, right, after: " " };
  });
}

/** The lines of a table. */
export function* reportLines<T>(
  cells: readonly Cell<T>[],
  items: Iterable<T>,
  { heading, separated }: ReportLayout,
): Generator<string> {
  const line = (texts: readonly string[]) =>
    separated
      ? texts.join(separated.by) + (separated.last ? separated.by : "")
      : texts.map((text) => `${text} `).join("");
  const row = (textOf: (column: Column<T>) => string) =>
    line(
      cells.map((cell) => (separated ? textOf(cell.column) : fitted(cell, marked(textOf(cell.column), cell.width)))),
    );
  if (heading) {
    yield `${line(cells.map((cell) => (separated ? cell.column.heading : fitted(cell, cell.column.heading))))}\n`;
    if (!separated) yield `${line(cells.map(({ width }) => "-".repeat(width)))}\n`;
  }
  for (const item of items) yield `${row(({ value }) => value(item))}\n`;
}

// A column without width is empty, unlike where text may be as wide as it is.
function fitted<T>({ width, right }: Cell<T>, text: string): string {
  return width === 0 ? "" : padded(text, width, right);
}

function marked(text: string, width: number): string {
  return text.length > width && width > 0 ? `${text.slice(0, width - 1)}+` : text;
}

/** Names of fields, four to a line, as `--helpformat` shows them. */
export function fieldList(columns: readonly Column<never>[]): string {
  const names = columns.map(({ ask }) => ask.padEnd(19));
  const lines = Array.from({ length: Math.ceil(names.length / 4) }, (_, at) => names.slice(at * 4, at * 4 + 4));
  return `${lines.map((line) => line.join(" ")).join("\n")}\n`;
}
