/** Owns what squeue prints: its formats, its headings, and the text of a listing. */

import { type Column, tableLines } from "../../language/column.ts";
import { UsageError } from "../../model/errors.ts";
import type { Listed } from "../../model/verbs.ts";
import { letterColumns, nameColumns } from "./columns.ts";
import { shortDuration } from "./durations.ts";
import { type Format, incompleteFields, letterFormat, nameFormat } from "./formats.ts";
import { elapsedOf, expanded, type Line, type Listing, lineId, linesOf, sortLines } from "./listing.ts";
import { clockLine } from "./moments.ts";
import { isWanted, type QueueRequest } from "./queue-request.ts";

const defaultFormat = "%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R";
const longFormat = "%.18i %.9P %.8j %.8u %.8T %.10M %.9l %.6D %R";
const startFormat = "%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
const stepFormat = "%.15i %.8j %.9P %.8u %.9M %N";

/** A listing as text, in pieces, and the complaints about its format. */
export function queueText(
  request: QueueRequest,
  parts: readonly Listed[],
  listing: Listing,
): { readonly out: Iterable<string>; readonly err: string } {
  const steps = request.text("steps") !== null;
  const format = steps ? formatOf(request, stepLetters, stepNames) : formatOf(request, letterColumns, nameColumns);
  const remembered = withoutForgotten(parts);
  const wanted = remembered.filter((listed) => isWanted(request, listed) && (!steps || isStep(request, listed)));
  const lines = expanded(sortLines(linesOf(wanted, listing), request.sort), (listed) => expands(request, listed));
  const layout = { heading: !request.flag("noHeader"), before: format.before };
  const kind = steps ? "job step" : "job";
  return {
    out: pieces(dateLine(request, listing.now), tableLines(format.cells, lines, layout)),
    err: format.unknown.map((name) => `squeue: error: Invalid ${kind} format specification: ${name}\n`).join(""),
  };
}

/** Of an array's elements that never started Slurm keeps only the last to be taken out, and that only if none is left. */
export function withoutForgotten(parts: readonly Listed[]): readonly Listed[] {
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

function formatOf(
  request: QueueRequest,
  letters: readonly Column<Line>[],
  names: readonly Column<Line>[],
): Format<Line> {
  const asked = { letters: request.text("letters"), names: request.text("names") };
  if (request.flag("long")) return letterFormat(longFormat, letters);
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

const pieceSize = 250;

/** Lines bundled, so that a long answer is sent in slices that are neither too many nor too big. */
function* pieces(first: string, lines: Iterable<string>): Generator<string> {
  let piece = first;
  let count = 0;
  for (const line of lines) {
    piece += line;
    if (++count % pieceSize === 0) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/** A step's columns: here, every running job has the one step that is its script. */
const stepRows: readonly (readonly [letter: string, name: string, heading: string, value: (line: Line) => string])[] = [
  ["i", "StepID", "STEPID", (line) => `${lineId(line)}.batch`],
  ["j", "StepName", "NAME", () => "batch"],
  ["P", "Partition", "PARTITION", ({ job }) => job.queue],
  ["u", "UserName", "USER", ({ job }) => job.user.name],
  ["M", "TimeUsed", "TIME", (line) => shortDuration(elapsedOf(line))],
  ["N", "NodeList", "NODELIST", ({ element }) => element?.node ?? ""],
  ["", "StepState", "STATE", () => "RUNNING"],
];

const stepColumn = (ask: string, [, , heading, value]: (typeof stepRows)[number]): Column<Line> => ({
  ...{ ask, heading, value, width: 0, right: false },
});
const stepLetters = stepRows.filter(([letter]) => letter !== "").map((row) => stepColumn(row[0], row));
const stepNames = stepRows.map((row) => stepColumn(row[1], row));

function isStep(request: QueueRequest, { kind, ...listed }: Listed): boolean {
  const asked = request.text("steps") ?? "";
  const bare = asked.split(",").find((id) => id !== "" && !id.includes("."));
  if (bare !== undefined) throw new UsageError(`Invalid job_step id: ${bare}.??`, 1);
  const named = asked === "" || asked.split(",").some((id) => id === `${listed.job.id}.batch`);
  return kind === "element" && named;
}
