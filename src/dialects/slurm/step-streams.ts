/** Owns where a step's tasks read and write, and which program each runs. */

import type { RankWork } from "../../language/work.ts";
import { RefusedError } from "../../model/errors.ts";
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
  readonly jobName: string;
}

type Streams = Pick<RankWork, "stdin" | "stdout" | "stderr">;

const nowhere = "/dev/null";

/** The three streams of a task; empty is srun's own, `*` a copy of its input. */
export function streamsOfRank({ settled: { spec }, asks }: RunRequest, names: StepNames, rank: number): Streams {
  if (asks.pty) return rank === 0 ? own : { stdin: nowhere, stdout: nowhere, stderr: nowhere };
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
  if (said === undefined || said === "all") return names.shape.ranks === 1 ? "" : "*";
  return place(said, names, rank);
}

/** A file name with its placeholders replaced. */
export function expandStepName(name: string, names: StepNames, rank: number): string {
  const { allocation, shape, step, user, host, jobName } = names;
  const { element, job } = allocation;
  return expandWith(name, {
    A: job.id,
    a: element.index ?? noIndex,
    j: element.id,
    J: `${element.id}.${step}`,
    N: host,
    n: placeOf(shape, rank).node,
    s: String(step),
    t: rank,
    u: user,
    x: jobName,
  });
}

/** The lines of a --multi-prog file: which tasks run which words. `%t` is the task, `%o` its place in the line's list. */
export function programsOf(text: string, ranks: number, { file, code }: { file: string; code: number }): string[][] {
  const lines = text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [tasks = "", ...words] = line.split(/\s+/);
      return { tasks: tasksOf(tasks, ranks), words };
    });
  return Array.from({ length: ranks }, (_, rank) => {
    const line = lines.find(({ tasks }) => tasks.includes(rank));
    if (!line) throw new RefusedError(`Configuration file ${file} invalid, no record for task id ${rank}`, code);
    const offset = line.tasks.indexOf(rank);
    return line.words.map((word) => word.replaceAll("%t", String(rank)).replaceAll("%o", String(offset)));
  });
}

// `0`, `1-2`, `0,3-5`; `*` is all that no other line names, which the order of lines decides.
function tasksOf(list: string, ranks: number): readonly number[] {
  if (list === "*") return Array.from({ length: ranks }, (_, rank) => rank);
  return list.split(",").flatMap((part) => {
    const [, first = "", last = first] = /^([0-9]+)(?:-([0-9]+))?$/.exec(part) ?? [];
    if (first === "") return [];
    return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, at) => Number(first) + at);
  });
}
