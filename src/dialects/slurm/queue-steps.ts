/** Owns the lines of `squeue -s`: steps of what runs, and their columns. */

import type { Column } from "../../language/column.ts";
import { UsageError } from "../../model/errors.ts";
import type { Step } from "../../model/step.ts";
import { shortDuration } from "./durations.ts";
import { elapsedOf, type Line, lineId } from "./listing.ts";

/** A running step; the script is one, too. */
export interface StepLine {
  readonly line: Line;
  /** `batch` or its number. */
  readonly step: string;
  readonly name: string;
  /** Seconds. */
  readonly elapsed: number;
}

/**
 * The steps of running elements, srun's first. `asked`: ids like `5.0`; empty for all. Slurm takes no job alone here, and
 * gives the first of srun's steps for a script.
 */
export function stepLines(
  lines: readonly Line[],
  stepsOf: (job: number) => readonly Step[],
  asked: string,
): readonly StepLine[] {
  const ids = asked.split(",").filter(Boolean);
  const bare = ids.find((id) => !id.includes("."));
  if (bare !== undefined) throw new UsageError(`Invalid job_step id: ${bare}.??`, 1);
  const wanted = ids.map((id) => id.replace(/\.batch$/, ".0"));
  return lines
    .flatMap((line) => runningSteps(line, stepsOf(line.job.id)))
    .filter(({ line, step }) => wanted.length === 0 || wanted.includes(`${lineId(line)}.${step}`));
}

function runningSteps(line: Line, steps: readonly Step[]): readonly StepLine[] {
  const { element, job, now } = line;
  if (!element || element.state === "ended") return [];
  const own = steps
    .filter(
      ({ index, restarts, endedAt }) => index === element.index && restarts === element.restarts && endedAt === null,
    )
    .map(({ step, name, startedAt }) => ({
      ...{ line, step: String(step), name },
      elapsed: Math.max(0, Math.floor((now - startedAt) / 1000)),
    }));
  return job.attended ? own : [...own, { line, step: "batch", name: "batch", elapsed: elapsedOf(line) }];
}

type Row = readonly [letter: string, name: string, heading: string, value: (step: StepLine) => string];

const rows: readonly Row[] = [
  ["i", "StepID", "STEPID", ({ line, step }) => `${lineId(line)}.${step}`],
  ["j", "StepName", "NAME", ({ name }) => name],
  ["P", "Partition", "PARTITION", ({ line }) => line.job.queue],
  ["u", "UserName", "USER", ({ line }) => line.job.user.name],
  ["U", "UserID", "USER", ({ line }) => String(line.job.user.uid)],
  ["A", "JobID", "JOB_ID", ({ line }) => String(line.element?.id ?? line.job.id)],
  ["M", "TimeUsed", "TIME", ({ elapsed }) => shortDuration(elapsed)],
  ["N", "NodeList", "NODELIST", ({ line }) => line.element?.node ?? ""],
  ["", "StepState", "STATE", () => "RUNNING"],
];

const column = (ask: string, [, , heading, value]: Row): Column<StepLine> => ({
  ...{ ask, heading, value, width: 0, right: false },
});

/** Columns as letter formats ask for them. */
export const stepLetters: readonly Column<StepLine>[] = rows
  .filter(([letter]) => letter !== "")
  .map((row) => column(row[0], row));

/** Columns as name formats ask for them. */
export const stepNames: readonly Column<StepLine>[] = rows.map((row) => column(row[1], row));
