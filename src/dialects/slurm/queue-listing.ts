/** Owns what squeue prints: its formats, its headings, and the text of a listing. */

import { type Cell, type Column, tableLine, tableLines } from "../../language/column.ts";
import type { ToldLines } from "../../language/told.ts";
import { UsageError } from "../../model/errors.ts";
import type { Step } from "../../model/step.ts";
import type { Listed } from "../../model/verbs.ts";
import { letterColumns, nameColumns } from "./columns.ts";
import { type Format, incompleteFields, letterFormat, nameFormat } from "./formats.ts";
import { expanded, type Line, type Listing, lineMaker, linesOf } from "./listing.ts";
import { clockLine } from "./moments.ts";
import { isLasting, orderOf, type Row, sortRows } from "./queue-order.ts";
import { type QueueRequest, wantedBy } from "./queue-request.ts";
import { stepLetters, stepLines, stepNames } from "./queue-steps.ts";

const defaultFormat = "%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R";
const longFormat = "%.18i %.9P %.8j %.8u %.8T %.10M %.9l %.6D %R";
const startFormat = "%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
const stepFormat = "%.15i %.8j %.9P %.8u %.9M %N";

/** What a listing is made from. */
export interface QueueWorld extends Listing {
  /** Those of a job, earlier runs too. */
  readonly steps: (job: number) => readonly Step[];
  /** Lines of this cluster that were told before, in that form. */
  readonly told: (form: string) => ToldLines;
}

/** A listing as text, line by line, and the complaints about its format. */
export function queueText(
  request: QueueRequest,
  parts: readonly Listed[],
  listing: QueueWorld,
): { readonly out: Iterable<string>; readonly err: string } {
  if (request.text("steps") !== null) return stepText(request, parts, listing);
  const format = formatOf(request, letterColumns, nameColumns);
  const wanted = withoutForgotten(parts).filter(wantedBy(request));
  const rows = wanted.map(rowMaker(request, format, listing));
  const sorted = sortRows(rows, request.sort, request.ids?.length === 1);
  return {
    out: opened(dateLine(request, listing.now), rowLines(request, format, sorted)),
    err: format.unknown.map((name) => `squeue: error: Invalid job format specification: ${name}\n`).join(""),
  };
}

/** Rows of what is listed; what waits as it did has the row that it had, if the time of day is nothing to it. */
function rowMaker(request: QueueRequest, { cells, before }: Format<Line>, listing: QueueWorld): (one: Listed) => Row {
  const { sort } = request;
  const line = lineMaker(listing);
  const order = (made: Line) => ({ job: made.job.id, keys: orderOf(made, sort) });
  const fresh = (made: Line): Row => ({ ...order(made), text: "", line: made });
  if (!isLasting(sort) || cells.some(({ column }) => column.moving)) return (listed) => fresh(line(listed));
  const told = listing.told(formText(cells, before, [...sort.map(({ letter }) => letter), listing.convert]));
  return (listed) => {
    const known = told.get(listed);
    if (known) return known;
    const made = line(listed);
    if (!isPlain(listed, listing.now)) return fresh(made);
    const row = { ...order(made), text: tableLine(cells, before, made) };
    told.set(listed, row);
    return row;
  };
}

/** A job whose line is the same as long as it waits like this. */
function isPlain(listed: Listed, now: number): boolean {
  if (listed.kind !== "waiting" || listed.away || listed.unreached !== undefined) return false;
  const { part, reason, conditions } = listed;
  return part.indices === null && part.beginAt <= now && conditions.length === 0 && reason !== "resources";
}

function formText<T>(cells: readonly Cell<T>[], before: string, more: readonly (string | boolean)[]): string {
  const columns = cells.map(({ column, width, right, after }) => [column.ask, width, right, after]);
  return JSON.stringify(["squeue", before, columns, more]);
}

function* rowLines(request: QueueRequest, { cells, before }: Format<Line>, rows: readonly Row[]): Generator<string> {
  const layout = { heading: false, before, alike: isOfSamePart };
  yield* tableLines(cells, [], { ...layout, heading: !request.flag("noHeader") });
  for (const { text, line } of rows) {
    if (!line) yield text;
    else
      yield* tableLines(
        cells,
        expanded([line], (listed) => expands(request, listed)),
        layout,
      );
  }
}

/** Elements that wait alike differ in their ids alone. */
function isOfSamePart(one: Line, other: Line): boolean {
  return one.listed === other.listed;
}

/** The steps of what runs: of each job those that srun made, then its script. */
function stepText(
  request: QueueRequest,
  parts: readonly Listed[],
  listing: QueueWorld,
): { readonly out: Iterable<string>; readonly err: string } {
  const format = formatOf(request, stepLetters, stepNames);
  const wanted = parts.filter(wantedBy(request));
  const asked = { asked: request.text("steps") ?? "", keys: request.sort };
  const lines = stepLines(linesOf(wanted, listing), listing.steps, asked);
  const layout = { heading: !request.flag("noHeader"), before: format.before };
  return {
    out: opened(dateLine(request, listing.now), tableLines(format.cells, lines, layout)),
    err: format.unknown.map((name) => `squeue: error: Invalid job step format specification: ${name}\n`).join(""),
  };
}

/** Of an array's elements that never started Slurm keeps only the last to be taken out, and that only if none is left. */
export function withoutForgotten(parts: readonly Listed[]): readonly Listed[] {
  if (parts.every(({ kind }) => kind !== "removed")) return parts;
  const last = new Map<number, Listed>();
  for (const listed of parts) {
    const kept = last.get(listed.job.id);
    if (listed.kind !== "element" && kept?.kind !== "waiting") last.set(listed.job.id, listed);
  }
  return parts.filter(
    (listed) => listed.kind !== "removed" || listed.removed.indices === null || last.get(listed.job.id) === listed,
  );
}

/** Ids of elements one by one: asked with -r, or by their index. */
function expands({ flag, ids }: QueueRequest, { job }: Listed): boolean {
  return flag("array") || (ids?.some(({ id, indices }) => id === job.id && indices !== null) ?? false);
}

function formatOf<T>(request: QueueRequest, letters: readonly Column<T>[], names: readonly Column<T>[]): Format<T> {
  const asked = { letters: request.text("letters"), names: request.text("names") };
  if (request.flag("long") && request.text("steps") === null) return letterFormat(longFormat, letters);
  if (asked.names !== null && asked.letters !== null)
    throw new UsageError("-O (--Format) is incompatible with -o (--format)", 1);
  if (asked.names !== null) return nameFormat(asked.names, names);
  if (asked.letters !== null) {
    const format = letterFormat(asked.letters, letters);
    return { ...format, unknown: [...incompleteFields(asked.letters), ...format.unknown] };
  }
  if (request.text("steps") !== null) return letterFormat(stepFormat, letters);
  return letterFormat(request.flag("start") ? startFormat : defaultFormat, letters);
}

// The date opens a long or repeated listing that has headings.
function dateLine(request: QueueRequest, now: number): string {
  if (request.flag("noHeader") || !(request.flag("long") || request.every > 0)) return "";
  return clockLine(now);
}

function* opened(first: string, lines: Iterable<string>): Generator<string> {
  if (first !== "") yield first;
  yield* lines;
}
