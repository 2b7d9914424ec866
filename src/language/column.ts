/** Owns listing columns: heading, width, alignment and value in one row, and the layouts that print them. */

/** One column of a listing of `T`. `ask` is what a format string calls it: a letter or a name. */
export interface Column<T> {
  readonly ask: string;
  readonly heading: string;
  readonly value: (item: T) => string;
  /** Characters; 0 is as wide as the text. */
  readonly width: number;
  readonly right: boolean;
  /** Whether a value too long for its width is shown nevertheless. */
  readonly whole?: boolean;
}

/** Where a column stands in a layout: how wide, which side, what follows it. */
export interface Cell<T> {
  readonly column: Column<T>;
  readonly width: number;
  readonly right: boolean;
  readonly after: string;
}

/** Text cut to and padded to a width; width 0 leaves it alone. */
export function padded(text: string, width: number, right: boolean): string {
  if (width === 0) return text;
  const cut = text.slice(0, width);
  return right ? cut.padStart(width) : cut.padEnd(width);
}

/** A table line by line, heading first unless left out. `before` opens each line. */
export function* tableLines<T>(
  cells: readonly Cell<T>[],
  items: Iterable<T>,
  layout: { readonly heading: boolean; readonly before: string },
): Generator<string> {
  const line = (textOf: (cell: Cell<T>) => string) =>
    `${layout.before}${cells.map((cell) => textOf(cell) + cell.after).join("")}\n`;
  if (layout.heading) yield line(({ column, width, right }) => padded(column.heading, width, right));
  for (const item of items) {
    let text = layout.before;
    for (const cell of cells) text += shown(cell, cell.column.value(item)) + cell.after;
    yield `${text}\n`;
  }
}

function shown<T>({ column, width, right }: Cell<T>, value: string): string {
  return column.whole && value.length > width ? value : padded(value, width, right);
}
