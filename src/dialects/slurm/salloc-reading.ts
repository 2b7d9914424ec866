/** Owns the reading of a salloc: variables, then the command line, then the command and its arguments. */

import { commandLine, readWords } from "../../language/reading.ts";
import { type Settled, settle } from "../../language/settle.ts";
import { sallocOptions } from "./salloc-options.ts";
import { readFlagsAndValues } from "./sbatch-rows.ts";
import { runExitCodes } from "./srun-reading.ts";
import { optionProblem, tryHelp, valueWording } from "./wording.ts";

/** What is asked of salloc itself. */
export interface AllocationAsks {
  readonly quiet?: boolean;
  readonly verbose?: number;
  readonly noShell?: boolean;
  /** Seconds. */
  readonly immediate?: number;
  /** Number of the signal for the command when the allocation is taken away. */
  readonly killCommand?: number;
}

export interface AllocationRequest {
  readonly settled: Settled;
  readonly asks: AllocationAsks;
  /** Empty: the user's shell. */
  readonly command: readonly string[];
  /** `help`, `usage` or `version`, if that is all that is wanted. */
  readonly informs: string | null;
}

/** Reads everything. Throws UsageError. */
export function readAllocation(source: {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
  readonly now: number;
}): AllocationRequest {
  const { said, operands, problem } = readWords(sallocOptions, commandLine(source.args));
  const codes = runExitCodes(source.variable);
  const informs = said.find(({ row }) => ["help", "usage", "version"].includes(row.name))?.row.name ?? null;
  if (problem && informs === null)
    throw optionProblem(problem, sallocOptions, { after: tryHelp("salloc"), code: codes.usage });
  const all = informs === null ? [...readFlagsAndValues(sallocOptions, source.variable), ...said] : [];
  const settled = settle(all, valueWording(codes), { now: source.now });
  return { settled, asks: settled.asks as AllocationAsks, command: operands.map(({ text }) => text), informs };
}
