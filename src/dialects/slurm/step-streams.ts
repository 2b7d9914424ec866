/** Owns where a step's tasks read and write. */

import type { RankWork } from "../../language/work.ts";
import type { RunRequest } from "./srun-reading.ts";
import { type Allocation, placeOf, type StepShape } from "./step.ts";
import { absolute, expandWith, noIndex } from "./streams.ts";

/** What names of files are made of. */
export interface StepNames {
  readonly allocation: Allocation;
  readonly shape: StepShape;
  readonly step: number;
  readonly directory: string;
  readonly user: string;
  readonly host: string;
  /** srun reads from a terminal, which stays srun's own: the tasks get what is typed, not the signals. */
  readonly terminalInput: boolean;
}

type Streams = Pick<RankWork, "stdin" | "stdout" | "stderr">;

const nowhere = "/dev/null";

/** The three streams of a task; empty is srun's own, `*` a copy of its input. */
export function streamsOfRank({ settled: { spec }, asks }: RunRequest, names: StepNames, rank: number): Streams {
  // Without a terminal there is none for a task either.
  if (asks.pty && names.terminalInput) return rank === 0 ? own : { stdin: nowhere, stdout: nowhere, stderr: nowhere };
  const stdout = place(spec.stdout?.[0], names, rank);
  return {
    stdin: input(asks.input, names, rank),
    stdout,
    stderr: spec.stderr === null ? stdout : place(spec.stderr[0], names, rank),
  };
}

const own: Streams = { stdin: "", stdout: "", stderr: "" };

// A number is a task, which alone is connected; a list of tasks counts by its first.
function place(said: string | undefined, names: StepNames, rank: number): string {
  if (said === undefined || said === "all") return "";
  if (said === "none") return nowhere;
  if (/^[0-9]+$/.test(said)) return Number(said) === rank ? "" : nowhere;
  return absolute(names.directory, expandStepName(said, names, rank));
}

function input(said: string | undefined, names: StepNames, rank: number): string {
  if (said === undefined || said === "all") return names.shape.ranks === 1 && !names.terminalInput ? "" : "*";
  return place(said, names, rank);
}

/** A file name with its placeholders replaced. */
export function expandStepName(name: string, names: StepNames, rank: number): string {
  const { allocation, shape, step, user, host } = names;
  const { element, job } = allocation;
  return expandWith(name, {
    A: job.id,
    a: element.index ?? noIndex,
    j: element.id,
    J: `${element.id}.${step}`,
    N: host,
    n: placeOf(shape, rank).node,
    s: step,
    t: rank,
    u: user,
    x: job.name,
  });
}
