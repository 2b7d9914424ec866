/** Owns the lines of `squeue -s`: steps of what runs, and their columns. */

import type { Column } from "../../language/column.ts";
import { UsageError } from "../../model/errors.ts";
import type { Step } from "../../model/step.ts";
import { genericPerNode } from "./columns.ts";
import { shortDuration } from "./durations.ts";
import { indexText, type Line, lineId, ownId } from "./listing.ts";
import { stamp } from "./moments.ts";
import type { SortKey } from "./queue-order.ts";

/** A running step; the script is one, too. */
export interface StepLine {
  readonly line: Line;
  /** `batch` or its number. */
  readonly step: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly ranks: number;
  readonly cpus: number;
  /** Seconds; null: as long as its job. */
  readonly wallTime: number | null;
}

/**
 * The steps of running elements, srun's first. `asked`: ids like `5.0`; empty for all. `keys`: their order. Slurm takes no job alone here, and
 * gives the first of srun's steps for a script.
 */
export function stepLines(
  lines: readonly Line[],
  stepsOf: (job: number) => readonly Step[],
  { asked, keys }: { readonly asked: string; readonly keys: readonly SortKey[] },
): readonly StepLine[] {
  const ids = asked.split(",").filter(Boolean);
  const bare = ids.find((id) => !id.includes("."));
  if (bare !== undefined) throw new UsageError(`Invalid job_step id: ${bare}.??`, 1);
  const wanted = ids.map((id) => id.replace(/\.batch$/, ".0"));
  const steps = lines
    .flatMap((line) => runningSteps(line, stepsOf(line.job.id)))
    .filter(({ line, step }) => wanted.length === 0 || wanted.includes(`${lineId(line)}.${step}`));
  return sortSteps(steps, keys);
}

function runningSteps(line: Line, steps: readonly Step[]): readonly StepLine[] {
  const { element, job, geometry } = line;
  if (!element || element.state === "ended") return [];
  const own = steps
    .filter(
      ({ index, restarts, endedAt }) => index === element.index && restarts === element.restarts && endedAt === null,
    )
    .map(({ step, ...own }) => ({ line, ...own, step: String(step) }));
  const batch = {
    line,
    step: "batch",
    name: "batch",
    startedAt: element.startedAt ?? line.now,
    ranks: 1,
    wallTime: null,
  };
  return job.attended ? own : [...own, { ...batch, cpus: geometry.cpus }];
}

/** By partition and id, or by the keys that there are for steps; the others count for nothing. */
function sortSteps(steps: readonly StepLine[], keys: readonly SortKey[]): readonly StepLine[] {
  return keys.reduceRight<readonly StepLine[]>((sorted, { letter, down }) => {
    const compared = comparisons[letter];
    return compared ? sorted.toSorted((a, b) => (down ? -1 : 1) * compared(a, b)) : sorted;
  }, steps);
}

type Comparison = (a: StepLine, b: StepLine) => number;

const comparisons: Readonly<Record<string, Comparison>> = {
  M: (a, b) => b.startedAt - a.startedAt,
  N: by(({ line }) => line.element?.node ?? ""),
  P: by(({ line }) => line.job.queue),
  S: (a, b) => a.startedAt - b.startedAt,
  U: (a, b) => a.line.job.user.uid - b.line.job.user.uid,
  i: (a, b) => ownId(a.line) - ownId(b.line) || numberOf(a) - numberOf(b),
  u: by(({ line }) => line.job.user.name),
};

function by(text: (step: StepLine) => string): Comparison {
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}

// The script comes behind what srun made.
function numberOf({ step }: StepLine): number {
  return step === "batch" ? Number.MAX_SAFE_INTEGER : Number(step);
}

type Row = readonly [letter: string, name: string, heading: string, value: (step: StepLine) => string];

const none = () => "(null)";
const perNode = ({ line }: StepLine) => genericPerNode(line) ?? "(null)";

/** The headings of the shares per node and per step are Slurm's. */
const rows: readonly Row[] = [
  ["", "ArrayJobID", "ARRAY_JOB_ID", ({ line }) => (line.job.indices === null ? "0" : String(line.job.id))],
  ["", "ArrayTaskID", "ARRAY_TASK_ID", ({ line }) => indexText(line) ?? "N/A"],
  ["", "Cluster", "CLUSTER", ({ line }) => line.cluster.name],
  ["", "Container", "CONTAINER", none],
  ["", "CPUFreq", "CPU_FREQ", ({ step }) => (step === "batch" ? "0-0:0" : "Unknown-Unknown:Unknown")],
  ["", "CpusPerTres", "CPUS_PER_TRES", none],
  ["", "JobID", "JOB_ID", ({ line }) => String(ownId(line))],
  ["", "MemPerTres", "MEM_PER_TRES", none],
  ["", "Network", "NETWORK", none],
  ["", "NumCPUs", "NUM_CPUS", ({ step, cpus }) => (step === "batch" ? "0" : String(cpus))],
  ["A", "NumTasks", "TASKS", ({ ranks }) => String(ranks)],
  ["N", "Nodes", "NODELIST", ({ line }) => line.element?.node ?? ""],
  ["P", "Partition", "PARTITION", ({ line }) => line.job.queue],
  ["", "ResvPorts", "RESERVED_PORTS", none],
  ["S", "StartTime", "START_TIME", ({ startedAt }) => stamp(startedAt)],
  ["i", "StepID", "STEPID", ({ line, step }) => `${lineId(line)}.${step}`],
  ["j", "StepName", "NAME", ({ name }) => name],
  ["", "StepState", "STATE", () => "RUNNING"],
  // Without one of its own a step has the time of its job.
  ["l", "TimeLimit", "TIME_LIMIT", ({ wallTime }) => (wallTime === null ? "UNLIMITED" : shortDuration(wallTime))],
  ["M", "TimeUsed", "TIME", ({ line, startedAt }) => shortDuration(secondsBetween(startedAt, line.now))],
  ["", "TresBind", "TRES_BIND", none],
  ["", "TresFreq", "TRES_FREQ", none],
  ["", "TresPerJob", "TRES_PER_STEP", none],
  ["b", "TresPerNode", "TRES_PER_JOB", perNode],
  ["", "TresPerSocket", "TRES_PER_SOCKET", none],
  ["", "TresPerStep", "TRES_PER_STEP", none],
  ["", "TresPerTask", "TRES_PER_TASK", none],
  ["U", "UserID", "UID", ({ line }) => String(line.job.user.uid)],
  ["u", "UserName", "USER", ({ line }) => line.job.user.name],
];

function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1000));
}

const column = (ask: string, [, , heading, value]: Row): Column<StepLine> => ({
  ...{ ask, heading, value, width: 0, right: false },
});

/** Columns as letter formats ask for them. */
export const stepLetters: readonly Column<StepLine>[] = rows
  .filter(([letter]) => letter !== "")
  .map((row) => column(row[0], row));

/** Columns as name formats ask for them. */
export const stepNames: readonly Column<StepLine>[] = rows.map((row) => column(row[1], row));
