/** Owns what squeue prints: its formats, its headings, and the text of a listing. */

import { type Column, tableLines } from "../../language/column.ts";
import { UsageError } from "../../model/errors.ts";
import type { Step } from "../../model/step.ts";
import type { Listed } from "../../model/verbs.ts";
import { letterColumns, nameColumns } from "./columns.ts";
import { type Format, incompleteFields, letterFormat, nameFormat } from "./formats.ts";
import { eachLine, expanded, type Line, type Listing, linesOf } from "./listing.ts";
import { clockLine } from "./moments.ts";
import { sortLines } from "./queue-order.ts";
import { type QueueRequest, wantedBy } from "./queue-request.ts";
import { stepLetters, stepLines, stepNames } from "./queue-steps.ts";

const defaultFormat = "%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R";
const longFormat = "%.18i %.9P %.8j %.8u %.8T %.10M %.9l %.6D %R";
const startFormat = "%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
const stepFormat = "%.15i %.8j %.9P %.8u %.9M %N";

/** What a listing is made from; `steps` gives those of a job, earlier runs too. */
export interface QueueWorld extends Listing {
  readonly steps: (job: number) => readonly Step[];
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
  const sorted = sortLines(eachLine(wanted, listing), request.sort, request.ids?.length === 1);
  const lines = expanded(sorted, (listed) => expands(request, listed));
  const layout = { heading: !request.flag("noHeader"), before: format.before, alike: isOfSamePart };
  return {
    out: opened(dateLine(request, listing.now), tableLines(format.cells, lines, layout)),
    err: format.unknown.map((name) => `squeue: error: Invalid job format specification: ${name}\n`).join(""),
  };
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
