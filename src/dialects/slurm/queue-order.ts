/** Owns the order of squeue's lines: what can be sorted by, and what comes first among those that are alike. */

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

/**
 * Lines in order. Slurm sorts by one key after the other, the last one first and each without disturbing what is alike;
 * before all keys the latest start comes first. `alone`: one job was asked for.
 */
export function sortLines(lines: Iterable<Line>, keys: readonly SortKey[], alone: boolean): readonly Line[] {
  const all: Line[] = [];
  // Of thousands that wait most are alike in most things, and are then only turned round. That is seen while they are
  // made: to come back to each of them for each key takes longer than all the rest.
  let turned = !alone && !keys.some(({ letter }) => letter === starts || letter === "i");
  let before: Line | undefined;
  for (const line of lines) {
    turned &&= plannedStart(line) === null && (before === undefined || isTurnedRound(before, line, keys));
    before = line;
    all.push(line);
  }
  if (turned) return all.reverse();
  const records = alone ? newestFirst(all) : inOrderOfRecords(all);
  return [...keys].reduceRight(sortBy, byStart(records, -1, plannedStart));
}

/** Whether the one is listed behind the other, whose number is higher. */
function isTurnedRound(one: Line, other: Line, keys: readonly SortKey[]): boolean {
  if (one.job.id >= other.job.id) return false;
  for (const { letter, down } of keys) {
    const value = values[letter];
    if (!value) continue;
    const [mine, theirs] = [value(one), value(other)];
    if (mine !== theirs) return compare(theirs, mine) < 0 !== down;
  }
  return true;
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
function inOrderOfRecords(lines: readonly Line[]): readonly Line[] {
  const next = new Map<number, number>();
  const placed = lines.toSorted(compareParts).map((line) => {
    const { id } = line.job;
    const place = next.get(id) ?? id;
    next.set(id, partOf(line) === 0 ? ownId(line) : place);
    return { line, place };
  });
  return placed.sort((a, b) => a.place - b.place).map(({ line }) => line);
}

/** One job that is asked for alone is told from its own record to the one that was split off first. */
function newestFirst(lines: readonly Line[]): readonly Line[] {
  return [...lines].sort((a, b) => compareParts(b, a));
}

/** Those of an array: what has an id of its own by that, what is set apart and waits, and what is left. */
function compareParts(a: Line, b: Line): number {
  return a.job.id - b.job.id || partOf(a) - partOf(b) || ownId(a) - ownId(b) || (indexOf(a) ?? 0) - (indexOf(b) ?? 0);
}

function partOf(line: Line): number {
  if (line.element) return ownId(line) === line.job.id ? 2 : 0;
  return indexOf(line) === null ? 2 : 1;
}

function sortBy(lines: readonly Line[], { letter, down }: SortKey): readonly Line[] {
  const sign = down ? -1 : 1;
  if (letter === starts) return byStart(lines, sign, startOf);
  const value = values[letter];
  if (!value) return lines;
  if (letter !== "i") return sorted(lines, value, sign);
  return sorted(
    sorted(lines, (line) => indexOf(line) ?? Number.MAX_SAFE_INTEGER, sign),
    value,
    sign,
  );
}

// What nobody knows the start of comes last whichever way one sorts, and is turned round each time.
function byStart(lines: readonly Line[], sign: number, startOf: (line: Line) => number | null): readonly Line[] {
  const known: { readonly line: Line; readonly at: number }[] = [];
  const unknown: Line[] = [];
  for (const line of lines) {
    const at = startOf(line);
    if (at === null) unknown.push(line);
    else known.push({ line, at: seconds(at) });
  }
  return [...known.sort((a, b) => sign * (a.at - b.at)).map(({ line }) => line), ...unknown.reverse()];
}

/** Milliseconds until Slurm's backfill has come by and planned when what is first in the queue will start. */
const plannedAfter = 3_000;

// Looking ahead for every line of every listing would cost too much: what is first in the queue comes next.
function plannedStart(line: Line): number | null {
  const { listed, job, now } = line;
  if (listed.kind !== "waiting" || listed.part.beginAt > now) return startOf(line);
  return listed.reason === "resources" && now - job.submittedAt >= plannedAfter ? now : null;
}

function sorted(lines: readonly Line[], value: Value, sign: number): readonly Line[] {
  const keyed = lines.map((line) => ({ line, key: value(line) }));
  const first = keyed[0]?.key;
  if (keyed.every(({ key }) => key === first)) return lines;
  return keyed.sort((a, b) => sign * compare(a.key, b.key)).map(({ line }) => line);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function seconds(epoch: number): number {
  return Math.floor(epoch / 1000);
}
