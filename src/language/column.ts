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
  /** Whether it tells apart what is otherwise alike: elements of one array that wait together. */
  readonly individual?: boolean;
  /** Whether it may change while nothing happens to what is listed, with the time or with others. */
  readonly moving?: boolean;
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

/** How a table is laid out. */
export interface Layout<T> {
  readonly heading: boolean;
  /** Opens each line. */
  readonly before: string;
  /** Whether two items in a row differ in individual columns alone; left out: they may differ in all. */
  readonly alike?: (one: T, other: T) => boolean;
}

/** A table line by line, heading first unless left out. */
export function* tableLines<T>(
  cells: readonly Cell<T>[],
  items: Iterable<T>,
  { heading, before, alike }: Layout<T>,
): Generator<string> {
  if (heading) {
    const headings = cells.map(({ column, width, right, after }) => padded(column.heading, width, right) + after);
    yield `${before}${headings.join("")}\n`;
  }
  let last: T | undefined;
  let mould: readonly (string | Cell<T>)[] | null = null;
  for (const item of items) {
    if (last !== undefined && alike?.(last, item)) mould ??= mouldOf(cells, item);
    else mould = null;
    last = item;
    let text = before;
    for (const part of mould ?? cells) text += typeof part === "string" ? part : shown(part, item);
    yield `${text}\n`;
  }
}

/** One line of a table, with its end. */
export function tableLine<T>(cells: readonly Cell<T>[], before: string, item: T): string {
  return [before, ...cells.map((cell) => shown(cell, item)), "\n"].join("");
}

/** What lines have in common that are like this one, as text, and the cells in which each is different. */
function mouldOf<T>(cells: readonly Cell<T>[], item: T): readonly (string | Cell<T>)[] {
  const parts: (string | Cell<T>)[] = [];
  for (const cell of cells) {
    const last = parts.at(-1);
    if (cell.column.individual) parts.push(cell);
    else if (typeof last === "string") parts[parts.length - 1] = last + shown(cell, item);
    else parts.push(shown(cell, item));
  }
  return parts;
}

function shown<T>({ column, width, right, after }: Cell<T>, item: T): string {
  const value = column.value(item);
  return (column.whole && value.length > width ? value : padded(value, width, right)) + after;
}
