/** Owns the reading of command lines that ask only a few things of a command. */

import { commandLine, readVariables, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import type { OptionTable } from "../../language/table.ts";
import { optionProblem, tryHelp, valueWording } from "./wording.ts";

/** A command line that was read. */
export interface PlainRequest {
  readonly asks: Readonly<Record<string, unknown>>;
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | null;
  /** Words between commas; null where nothing was said. */
  readonly list: (name: string) => readonly string[] | null;
  readonly operands: readonly string[];
}

/** A command of that kind: its options, and what a bad one is followed by. */
export interface PlainTable {
  readonly name: string;
  readonly table: OptionTable;
  /** Whether a bad option is followed by a hint at `--help`. */
  readonly hint?: boolean;
}

/** Reads the command line. Throws UsageError with exit code 1. */
export function readPlain(
  { name, table, hint = true }: PlainTable,
  source: { readonly args: readonly string[]; readonly variable: (name: string) => string | undefined },
): PlainRequest {
  const { said, operands, problem } = readWords(table, commandLine(source.args));
  if (problem) throw optionProblem(problem, table, { after: hint ? tryHelp(name) : "", code: 1 });
  const variables = readVariables(table, source.variable);
  const { asks } = settle([...variables, ...said], valueWording({ usage: 1, error: 1 }));
  const text = (ask: string) => (typeof asks[ask] === "string" ? asks[ask] : null);
  return {
    ...{ asks, text, flag: (ask: string) => asks[ask] === true, operands: operands.map((word) => word.text) },
    list: (ask) => text(ask)?.split(",").filter(Boolean) ?? null,
  };
}
