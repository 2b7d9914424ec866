/** Owns the reading of an sbatch submission: directives, then SBATCH_* variables, then the command line. */

import { commandLine, type PlacedWord, readVariables, readWords, type Said } from "../../language/reading.ts";
import { type Settled, settle } from "../../language/settle.ts";
import { systemClock } from "../../model/clock.ts";
import { UsageError } from "../../model/errors.ts";
import { readDirectives } from "./directives.ts";
import { otherVariables, sbatchOptions } from "./options.ts";
import { type ExitCodes, optionProblem, tryHelp, valueWording } from "./wording.ts";

/** What a submission is read from. */
export interface JobSource {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
  /** The script's text; empty with `--wrap`. */
  readonly script: string;
  /** What places call the script. */
  readonly file: string;
  /** Epoch ms that relative times count from; the machine's clock if left out. */
  readonly now?: number;
  /** The command line, where it was read already. */
  readonly line?: ReadLine;
}

/** A submission that was read. */
export interface ReadJob {
  readonly settled: Settled;
  readonly interpreter: string | null;
  /** Words after the script's name. */
  readonly arguments: readonly string[];
  /** Lines for stderr that do not stop anything. */
  readonly warnings: readonly string[];
}

/** What the command line alone says: read first, to know which script there is. */
export interface ReadLine {
  readonly said: readonly Said[];
  readonly operands: readonly PlacedWord[];
  /** Whether an option was given on the command line, by name. */
  readonly has: (name: string) => boolean;
  /** The last value of an option on the command line. */
  readonly value: (name: string) => string | null;
}

/** Reads a whole submission. Throws UsageError with its place. */
export function parseJob(source: JobSource): ReadJob {
  const now = source.now ?? systemClock.now();
  const line = source.line ?? readLine(source.args, source.variable, now);
  const codes = { ...exitCodes(source.variable), trial: line.has("test-only") };
  const variables = readInputVariables(source.variable);
  const foreign = !line.has("ignore-pbs") && !variables.some(({ row }) => row.name === "ignore-pbs");
  const { interpreter, said, misnamed } = readDirectives({ ...source, foreign }, codes);
  const all = [...said, ...variables, ...line.said];
  const settled = settle(exclusiveMemory(all, codes), valueWording(codes), { now });
  return {
    settled: { ...settled, all, asks: withoutNow(settled.asks) },
    interpreter,
    arguments: line.operands.slice(1).map(({ text }) => text),
    warnings: misnamed
      ? ["Change from #SLURM to #SBATCH in your script and verify the options are valid in sbatch"]
      : [],
  };
}

/** Reads and checks the command line. `--help` and its like count even if something after them is wrong. */
export function readLine(args: readonly string[], variable: JobSource["variable"], now: number): ReadLine {
  const { said, operands, problem } = readWords(sbatchOptions, commandLine(args));
  const informs = said.some(({ row }) => ["help", "usage", "version"].includes(row.name));
  // sbatch looks at these values before it looks for the script.
  const trial = said.some(({ row }) => row.name === "test-only");
  if (!informs) settle(said, valueWording({ ...exitCodes(variable), trial }), { now });
  if (problem && !informs)
    throw optionProblem(problem, sbatchOptions, { after: tryHelp("sbatch"), code: exitCodes(variable).usage });
  return {
    said,
    operands,
    has: (name) => said.some(({ row }) => row.name === name),
    value: (name) => said.findLast(({ row }) => row.name === name)?.values[0] ?? null,
  };
}

/** SLURM_EXIT_ERROR stands for the 1, not for the 255. */
export function exitCodes(variable: JobSource["variable"]): ExitCodes {
  return { usage: 255, error: Number(variable("SLURM_EXIT_ERROR")) || 1 };
}

// A flag's variable sets it when empty, "yes" or a number other than 0.
function readInputVariables(variable: JobSource["variable"]): readonly Said[] {
  const either = (name: string) => variable(name) ?? variable(otherVariables[name] ?? name);
  const set = (name: string) => /^(yes|0*[1-9][0-9]*|)$/i.test(variable(name) ?? "no");
  return readVariables(sbatchOptions, either).filter(({ row }) => {
    if (row.name === "verbose") return Number(variable("SBATCH_DEBUG")) > 0;
    return row.effect.takes !== "nothing" || set(row.variable ?? "");
  });
}

const memoryOptions = ["mem", "mem-per-cpu", "mem-per-gpu"];

// Script and command line may say one of the three only; what they say puts the variables' aside.
function exclusiveMemory(all: readonly Said[], codes: ExitCodes): readonly Said[] {
  const memory = all.filter(({ row }) => memoryOptions.includes(row.name));
  const kinds = (said: readonly Said[]) => new Set(said.map(({ row }) => row.name)).size;
  const own = memory.filter(({ where }) => !where.source.startsWith("SBATCH_"));
  if (kinds(own) > 1)
    throw new UsageError("fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.", codes.error);
  if (own.length === 0 && kinds(memory) > 1)
    throw new UsageError(
      "fatal: SLURM_MEM_PER_CPU, SLURM_MEM_PER_GPU, and SLURM_MEM_PER_NODE are mutually exclusive.",
      codes.error,
    );
  return own.length === 0 ? all : all.filter((said) => !memory.includes(said) || own.includes(said));
}

function withoutNow({ now: _, ...asks }: Settled["asks"]): Settled["asks"] {
  return asks;
}
