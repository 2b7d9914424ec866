/** Owns sprio: what the priority of waiting jobs is made of. Here that is what everybody starts with, less the nice value. */

import { type Column, tableLines } from "../../language/column.ts";
import { usualPriority } from "../../model/job.ts";
import { letterFormat } from "./formats.ts";
import { type Line, ownId, priorityOf } from "./listing.ts";

/** What a line of sprio is about; the weights have a line too. */
export type PriorityLine = { readonly kind: "job"; readonly line: Line } | { readonly kind: "weights" };

/** What every job has to begin with: it is shown as Slurm's weight of the partition. */
const start = usualPriority;
const highest = 2 ** 32;

interface Row {
  readonly letter: string;
  readonly heading: string;
  readonly job: (line: Line) => string | number;
  readonly weight?: string | number;
}

const nothing = () => 0;
const none = () => (0).toFixed(7);
const share = (value: number) => (value / start).toFixed(7);
const nice = ({ job }: Line) => job.spec.nice ?? 0;

const rows: readonly Row[] = [
  { letter: "i", heading: "JOBID", job: ownId, weight: "Weights" },
  { letter: "r", heading: "PARTITION", job: ({ job }) => job.queue, weight: "" },
  { letter: "u", heading: "USER", job: ({ job }) => job.user.name, weight: "" },
  { letter: "o", heading: "ACCOUNT", job: ({ job }) => job.account, weight: "" },
  { letter: "Y", heading: "PRIORITY", job: priorityOf, weight: "" },
  { letter: "y", heading: "PRIORITY", job: (line) => (priorityOf(line) / highest).toFixed(8), weight: "" },
  { letter: "S", heading: "SITE", job: nothing, weight: 1 },
  { letter: "A", heading: "AGE", job: nothing, weight: 0 },
  { letter: "a", heading: "AGE", job: none },
  { letter: "B", heading: "ASSOC", job: nothing, weight: 0 },
  { letter: "b", heading: "ASSOC", job: none },
  { letter: "F", heading: "FAIRSHARE", job: nothing, weight: 0 },
  { letter: "f", heading: "FAIRSHARE", job: none },
  { letter: "J", heading: "JOBSIZE", job: nothing, weight: 0 },
  { letter: "j", heading: "JOBSIZE", job: none },
  { letter: "P", heading: "PARTITION", job: (line) => priorityOf(line) + nice(line), weight: start },
  { letter: "p", heading: "PARTITION", job: (line) => share(priorityOf(line) + nice(line)) },
  { letter: "Q", heading: "QOS", job: nothing, weight: 0 },
  { letter: "q", heading: "QOS", job: none },
  { letter: "N", heading: "NICE", job: nice, weight: "" },
  { letter: "T", heading: "TRES", job: () => "", weight: "" },
  { letter: "t", heading: "TRES", job: () => "" },
];

const columns: readonly Column<PriorityLine>[] = rows.map(({ letter, heading, job, weight }) => ({
  ...{ ask: letter, heading, width: 0, right: false },
  value: (line) => String(line.kind === "job" ? job(line.line) : (weight ?? "")),
}));

const formats = {
  plain: "%.15i %9r %.10Y %.10S %.10A %.10P",
  byUser: "%.15i %9r %.8u %.10Y %.10S %.10A %.10P",
  long: "%.15i %9r %.8u %.10Y %.10S %.10A %.10B %.10F %.10J %.10P %.10Q %.11N %.20T",
  normalized: "%.15i %9r %10y %10a %10p",
  weights: "%.15i %9r %.10Y %.10S %.10A %.10P",
};

/** What was asked: how, and of whom. */
export interface PriorityAsks {
  readonly heading: boolean;
  readonly format: string | null;
  readonly long: boolean;
  readonly normalized: boolean;
  readonly byUser: boolean;
}

/** The listing, and the complaints about its format. */
export function priorityText(
  asks: PriorityAsks,
  lines: readonly PriorityLine[],
): { readonly out: string; readonly err: string } {
  const usual = asks.long ? "long" : asks.normalized ? "normalized" : asks.byUser ? "byUser" : "plain";
  const format = letterFormat(asks.format ?? formats[usual], columns);
  const layout = { heading: asks.heading, before: format.before };
  return {
    out: [...tableLines(format.cells, lines, layout)].join(""),
    err: format.unknown.map((letter) => `sprio: error: Invalid job format specification: ${letter}\n`).join(""),
  };
}

/** Lines in the order of these letters (`-` before one: downwards), else by id. */
export function sortPriorities(lines: readonly Line[], keys: string): readonly Line[] {
  const asked = keys.split(",").flatMap((key) => {
    const row = rows.find(({ letter }) => letter === key.replace(/^[-+]/, ""));
    return row ? [{ value: row.job, down: key.startsWith("-") }] : [];
  });
  return [...lines].sort((a, b) => {
    for (const { value, down } of asked) {
      const [one, other] = [value(a), value(b)];
      if (one !== other) return one < other === down ? 1 : -1;
    }
    return ownId(a) - ownId(b);
  });
}
