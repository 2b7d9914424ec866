/** Owns SLURM_TIME_FORMAT: how the accounting commands show points in time if not as usual. */

import type { Cell } from "../../language/column.ts";

/** Cells whose times are shown by the format: `relative`, or what strftime takes; `standard` and nothing change nothing. */
export function withTimeFormat<T>(
  cells: readonly Cell<T>[],
  format: string | undefined,
  now: number,
): readonly Cell<T>[] {
  if (format === undefined || format === "" || format === "standard") return cells;
  const shown = (text: string) => (stampPattern.test(text) ? formatted(new Date(text), format, new Date(now)) : text);
  return cells.map((cell) => ({
    ...cell,
    column: { ...cell.column, value: (item) => shown(cell.column.value(item)) },
  }));
}

const stampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

function formatted(date: Date, format: string, now: Date): string {
  return strftime(date, format === "relative" ? relativeFormat(date, now) : format);
}

const dayLength = 86_400_000;

// Close days have names; the year is told only where it is another one.
function relativeFormat(date: Date, now: Date): string {
  const midnight = (of: Date) => new Date(of).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(now)) / dayLength);
  if (days === 0) return "%H:%M:%S";
  if (days === -1) return "Ystday %H:%M";
  if (days === 1) return "Tomorr %H:%M";
  if (Math.abs(days) < 7) return "%a %H:%M";
  return date.getFullYear() === now.getFullYear() ? "%-d %b %H:%M" : "%-d %b %Y";
}

const two = (number: number) => String(number).padStart(2, "0");
const word = (date: Date, at: number) => date.toString().split(" ")[at] ?? "";

/** What each letter stands for. */
const letters: Readonly<Record<string, (date: Date) => string>> = {
  "%": () => "%",
  "-d": (date) => String(date.getDate()),
  a: (date) => word(date, 0),
  b: (date) => word(date, 1),
  d: (date) => two(date.getDate()),
  D: (date) => strftime(date, "%m/%d/%y"),
  e: (date) => String(date.getDate()).padStart(2),
  F: (date) => strftime(date, "%Y-%m-%d"),
  H: (date) => two(date.getHours()),
  m: (date) => two(date.getMonth() + 1),
  M: (date) => two(date.getMinutes()),
  n: () => "\n",
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  S: (date) => two(date.getSeconds()),
  t: () => "\t",
  T: (date) => strftime(date, "%H:%M:%S"),
  R: (date) => strftime(date, "%H:%M"),
  y: (date) => two(date.getFullYear() % 100),
  Y: (date) => String(date.getFullYear()),
};

/** A date by the letters of strftime; one that is not known stays as it is. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(-?.)/gs, (whole, letter: string) => letters[letter]?.(date) ?? whole);
}
