/** Owns the order of squeue's lines: what can be sorted by, and what comes first among those that are alike. */

import type { Told } from "../../language/told.ts";
import { elapsedOf, endOf, indexOf, type Line, ownId, priorityOf, startOf } from "./listing.ts";
import { stateOf } from "./states.ts";

/** One thing to sort by. */
export interface SortKey {
  readonly letter: string;
  readonly down: boolean;
}

/** Whether squeue knows the letter, in `-S`. */
export function isSortable(letter: string): boolean {
  return letter in values || letter === starts || without.has(letter);
}

/** A line on its way into order. One that has its text already is a plain job that waits. */
export interface Row extends Told {
  readonly line?: Line;
}

/** What a line is put in order by, with these keys. */
export function orderOf(line: Line, keys: readonly SortKey[]): Row["keys"] {
  return keys.map(({ letter }) => (letter === starts ? startOf(line) : (values[letter]?.(line) ?? null)));
}

/** Whether a line that waits keeps its place as long as it waits as it does, whatever time it is. */
export function isLasting(keys: readonly SortKey[]): boolean {
  return !keys.some(({ letter }) => letter === starts || letter === "e");
}

/**
 * Lines in order. Slurm sorts by one key after the other, the last one first and each without disturbing what is alike;
 * before all keys the latest start comes first. `alone`: one job was asked for.
 */
export function sortRows(rows: readonly Row[], keys: readonly SortKey[], alone: boolean): readonly Row[] {
  const records = alone ? newestFirst(rows) : inOrderOfRecords(rows);
  const first = byStart(records, -1, ({ line }) => (line ? plannedStart(line) : null));
  return keys.reduceRight((sorted, key, at) => sortBy(sorted, key, at), first);
}

/** The letter for the time of the start. */
const starts = "S";

/** Letters that Slurm takes and does not sort by. */
const without: ReadonlySet<string> = new Set("cfhnO");

type Value = (line: Line) => string | number;

/** Letters one can sort by, with the value compared. */
const values: Readonly<Record<string, Value>> = {
  B: ({ element }) => element?.node ?? "",
  C: ({ geometry }) => geometry.cpus,
  D: ({ geometry }) => geometry.nodes,
  G: ({ job }) => job.user.gid,
  H: () => 0,
  I: () => 0,
  J: () => 0,
  L: (line) => line.geometry.wallTime - elapsedOf(line),
  M: elapsedOf,
  N: ({ element }) => element?.node ?? "",
  P: ({ job }) => job.queue,
  Q: priorityOf,
  T: ({ listed }) => stateOf(listed).word,
  U: ({ job }) => job.user.uid,
  V: ({ job }) => seconds(job.submittedAt),
  d: () => 0,
  e: (line) => seconds(endOf(line) ?? Number.MAX_SAFE_INTEGER),
  g: ({ job }) => job.user.group,
  i: ({ job }) => job.id,
  j: ({ job }) => job.name,
  l: ({ geometry }) => geometry.wallTime,
  m: ({ geometry }) => geometry.memoryPerNode ?? geometry.memoryPerCpu ?? 0,
  p: priorityOf,
  t: ({ listed }) => stateOf(listed).code,
  u: ({ job }) => job.user.name,
  v: ({ job }) => job.spec.reservation ?? "",
  z: () => 0,
};

/**
 * As Slurm keeps its records: by number; what is split off from an array keeps the record there was, and what is left gets
 * a new one.
 */
function inOrderOfRecords(rows: readonly Row[]): readonly Row[] {
  // Nearly always each job has one line, and they come by number.
  if (isInOrder(rows, (one, other) => (one.job < other.job ? -1 : 1))) return rows;
  const next = new Map<number, number>();
  const placed = rows.toSorted(compareParts).map((row) => {
    const place = next.get(row.job) ?? row.job;
    next.set(row.job, partOf(row) === 0 ? ownOf(row) : place);
    return { row, place };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ row }) => row);
}

/** One job that is asked for alone is told from its own record to the one that was split off first. */
function newestFirst(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => compareParts(b, a));
}

/** Those of an array: what has an id of its own by that, what is set apart and waits, and what is left. */
function compareParts(a: Row, b: Row): number {
  return a.job - b.job || partOf(a) - partOf(b) || ownOf(a) - ownOf(b) || (placeOf(a) ?? 0) - (placeOf(b) ?? 0);
}

function partOf(row: Row): number {
  if (row.line?.element) return ownOf(row) === row.job ? 2 : 0;
  return placeOf(row) === null ? 2 : 1;
}

function ownOf({ line, job }: Row): number {
  return line ? ownId(line) : job;
}

/** The index in its array. */
function placeOf({ line }: Row): number | null {
  return line ? indexOf(line) : null;
}

function sortBy(rows: readonly Row[], { letter, down }: SortKey, at: number): readonly Row[] {
  const sign = down ? -1 : 1;
  if (letter === starts) return byStart(rows, sign, ({ keys }) => timeOf(keys[at]));
  const byValue = (a: Row, b: Row): number => sign * compare(a.keys[at] ?? 0, b.keys[at] ?? 0);
  if (letter !== "i") return sorted(rows, byValue);
  const last = Number.MAX_SAFE_INTEGER;
  const byIndex = (a: Row, b: Row): number => sign * ((placeOf(a) ?? last) - (placeOf(b) ?? last));
  return sorted(sorted(rows, byIndex), byValue);
}

// What nobody knows the start of comes last whichever way one sorts, and is turned round each time.
function byStart(rows: readonly Row[], sign: number, startOf: (row: Row) => number | null): readonly Row[] {
  const known: { readonly row: Row; readonly at: number }[] = [];
  const unknown: Row[] = [];
  for (const row of rows) {
    const at = startOf(row);
    if (at === null) unknown.push(row);
    else known.push({ row, at: seconds(at) });
  }
  return [...known.sort((a, b) => sign * (a.at - b.at)).map(({ row }) => row), ...unknown.reverse()];
}

/** Milliseconds until Slurm's backfill has come by and planned when what is first in the queue will start. */
const plannedAfter = 3_000;

// Looking ahead for every line of every listing would cost too much: what is first in the queue comes next.
function plannedStart(line: Line): number | null {
  const { listed, job, now } = line;
  if (listed.kind !== "waiting" || listed.part.beginAt > now) return startOf(line);
  return listed.reason === "resources" && now - job.submittedAt >= plannedAfter ? now : null;
}

// Of thousands that wait most are alike in most things: what is in order already stays as it is.
function sorted(rows: readonly Row[], compareRows: (a: Row, b: Row) => number): readonly Row[] {
  return isInOrder(rows, compareRows) ? rows : rows.toSorted(compareRows);
}

function isInOrder(rows: readonly Row[], compareRows: (a: Row, b: Row) => number): boolean {
  let before: Row | undefined;
  for (const row of rows) {
    if (before !== undefined && compareRows(before, row) > 0) return false;
    before = row;
  }
  return true;
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function timeOf(key: Row["keys"][number] | undefined): number | null {
  return typeof key === "number" ? key : null;
}

function seconds(epoch: number): number {
  return Math.floor(epoch / 1000);
}
