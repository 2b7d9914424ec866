/** Owns the reading of an srun: variables, then the command line, then the program and its arguments. */

import { commandLine, readWords, type Said } from "../../language/reading.ts";
import { type Settled, settle } from "../../language/settle.ts";
import { UsageError } from "../../model/errors.ts";
import type { Binding } from "./binding.ts";
import { readFlagsAndValues } from "./sbatch-rows.ts";
import { otherRunVariables, srunOptions } from "./srun-options.ts";
import { type ExitCodes, optionProblem, tryHelp, valueWording } from "./wording.ts";

/** What is asked of srun itself. */
export interface RunAsks {
  readonly label?: boolean;
  readonly multiProg?: boolean;
  readonly pty?: boolean;
  readonly overlap?: boolean;
  readonly exact?: boolean;
  readonly exclusive?: unknown;
  readonly whole?: unknown;
  readonly hetGroup?: string;
  readonly quiet?: boolean;
  readonly killOnBadExit?: boolean;
  readonly disableStatus?: boolean;
  readonly quitOnInterrupt?: boolean;
  readonly preserveEnvironment?: boolean;
  readonly testOnly?: boolean;
  readonly immediate?: number;
  readonly wait?: number;
  readonly jobId?: number;
  /** Number of the allocation's first node that is used. */
  readonly relative?: number;
  readonly cpuBinding?: Binding;
  readonly memoryBinding?: Binding;
  readonly input?: string;
}

export interface RunRequest {
  readonly settled: Settled;
  readonly asks: RunAsks;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Whether the command line itself said it. */
  readonly has: (name: string) => boolean;
  /** `help`, `usage`, `version` or `mpi` for its list, if that is all that is wanted. */
  readonly informs: string | null;
}

/** Reads everything. `inside`: in a job, whose own variables say less. Throws UsageError. */
export function readRun(source: {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
  readonly inside: boolean;
  readonly now: number;
}): RunRequest {
  const { said, operands, problem } = readWords(srunOptions, commandLine(source.args));
  const codes = runExitCodes(source.variable);
  const has = (name: string) => said.some(({ row }) => row.name === name);
  const informs =
    said.find(({ row, values }) => informing.includes(row.name) || (row.name === "mpi" && values[0] === "list"))?.row
      .name ?? null;
  if (problem && informs === null)
    throw optionProblem(problem, srunOptions, { after: tryHelp("srun"), code: codes.usage });
  const variables = readRunVariables(source.variable).filter(
    ({ row }) => !source.inside || !jobsOwn.includes(row.name),
  );
  if (informs === null && !memoryOptions.some(has)) refuseTwoMemories(source.variable, codes.error);
  const all = informs === null ? [...variables, ...said] : said;
  const settled = settle(informs === null ? all : [], valueWording(codes), { now: source.now });
  const command = operands.map(({ text }) => text);
  if (informs === null && command.length === 0)
    throw new UsageError("fatal: No command given to execute.", codes.error);
  return { settled, asks: settled.asks as RunAsks, command, has, informs };
}

const informing = ["help", "usage", "version"];
const memoryOptions = ["mem", "mem-per-cpu", "mem-per-gpu"];
const memoryVariables = ["SLURM_MEM_PER_CPU", "SLURM_MEM_PER_GPU", "SLURM_MEM_PER_NODE"];

// One of them may be an outer job's.
function refuseTwoMemories(variable: (name: string) => string | undefined, code: number): void {
  if (memoryVariables.filter((name) => variable(name) !== undefined).length < 2) return;
  const [cpu, gpu, node] = memoryVariables;
  throw new UsageError(`fatal: ${cpu}, ${gpu}, and ${node} are mutually exclusive.`, code);
}

/** SLURM_EXIT_ERROR stands for the 1. */
export function runExitCodes(variable: (name: string) => string | undefined): ExitCodes {
  return { usage: 255, error: Number(variable("SLURM_EXIT_ERROR")) || 1 };
}

// In a job these are of the job, not of its steps.
const jobsOwn = ["job-name", "partition", "account", "qos", "reservation", "mem", "mem-per-cpu", "mem-per-gpu"];

function readRunVariables(variable: (name: string) => string | undefined): readonly Said[] {
  return readFlagsAndValues(srunOptions, (name) => variable(name) ?? variable(otherRunVariables[name] ?? name));
}
