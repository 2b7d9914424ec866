/** Owns which lines of a script sbatch reads as options, and how they become words. */

import {
  type DirectiveLine,
  type DirectiveStyle,
  type PlacedWord,
  placeText,
  readWords,
  type Said,
  scriptReader,
} from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import type { OptionTable } from "../../language/table.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import { bsubOptions, pbsOptions } from "./foreign.ts";
import { sbatchOptions } from "./options.ts";
import { type ExitCodes, optionProblem, tryHelp, valueWording } from "./wording.ts";

/** A family of directive lines, in sbatch's order: later ones win. */
interface Family {
  readonly prefix: string;
  readonly table: OptionTable;
  /** Words a stray word is reported with, and what follows a getopt error. */
  readonly stray: string;
  readonly after: string;
  readonly exit: "usage" | "error";
}

const families: readonly Family[] = [
  {
    prefix: "#SBATCH",
    table: sbatchOptions,
    stray: "Invalid directive found in batch script: ",
    after: tryHelp("sbatch"),
    exit: "usage",
  },
  {
    prefix: "#PBS",
    table: pbsOptions,
    stray: "Invalid argument: ",
    after: "Unrecognized command line parameter ?",
    exit: "error",
  },
  {
    prefix: "#BSUB",
    table: bsubOptions,
    stray: "Invalid argument: ",
    after: "Unrecognized command line parameter ?",
    exit: "error",
  },
];

/** Why components of a job are refused. */
export const noHeterogeneousJobs = "heterogeneous jobs are not run here: submit the components one by one";

/** What a script's directives say; `foreign` has #PBS and #BSUB lines read too, but not both. */
export function readDirectives(
  source: { readonly script: string; readonly file: string; readonly foreign: boolean },
  codes: ExitCodes,
): { readonly interpreter: string | null; readonly said: readonly Said[]; readonly misnamed: boolean } {
  const { interpreter, lines } = readLines(headOf(source.script), source.file);
  const wordsOf = (prefix: string) => lines.filter((line) => line.prefix === prefix).flatMap(({ words }) => words);
  for (const line of lines) {
    if (line.unmatched === null || (line.prefix !== "#SBATCH" && !source.foreign)) continue;
    const { quote, where } = line.unmatched;
    const message = `fatal: ${source.file}: line ${where.line}: Unmatched \`${quote}\` in [${remainder(line)}]`;
    throw new UsageError(message, codes.error, placeText(where));
  }
  const batch = wordsOf("#BSUB").length > 0 ? ["#SBATCH", "#BSUB"] : ["#SBATCH", "#PBS"];
  const read = families.filter(({ prefix }) => prefix === "#SBATCH" || (source.foreign && batch.includes(prefix)));
  return {
    interpreter,
    said: read.flatMap((family) => readFamily(family, wordsOf(family.prefix), codes)),
    misnamed: lines.some(({ prefix }) => prefix === "#SLURM"),
  };
}

// Slurm stops at the first command, and cuts a line at a # even inside a word.
const style: DirectiveStyle = {
  prefixOf: (line) =>
    [...families.map(({ prefix }) => prefix), "#SLURM"].find((prefix) => line.startsWith(prefix)) ?? null,
  untilCommand: true,
  words: "CutAtHashEscaped",
};
const readLines = scriptReader(style);

// Nothing counts after the first command, and the rest of a script may be megabytes.
function headOf(script: string): string {
  const command = /^[ \t]*[^# \t\r\n]/m.exec(script);
  return command ? script.slice(0, command.index + command[0].length) : script;
}

// All lines of a family are one command line to sbatch: a missing value is taken from the next line.
function readFamily(family: Family, words: readonly PlacedWord[], codes: ExitCodes): readonly Said[] {
  const { said, operands, problem } = readWords(family.table, words.map(longWord));
  const [stray] = operands;
  // What was said before the problem is looked at first.
  if (problem || stray) settle(said, valueWording(codes));
  if (problem) throw optionProblem(problem, family.table, { after: family.after, code: codes[family.exit] });
  if (stray && /^(het|pack)job$/.test(stray.text))
    throw new RefusedError(`${placeText(stray.where)}: ${noHeterogeneousJobs}`, codes.error);
  if (stray) throw new UsageError(`${family.stray}${stray.text}`, codes[family.exit], placeText(stray.where));
  return said;
}

// sbatch shows the line from the end of the last whole word on.
function remainder({ text, prefix, unmatched }: DirectiveLine): string {
  const start = (unmatched?.where.column ?? 0) - prefix.length - 1;
  const before = text.slice(0, start);
  const blanks = before.trim() === "" ? 0 : before.length - before.trimEnd().length;
  return text.slice(start - blanks);
}

// LSF spells this long option with one dash.
function longWord(word: PlacedWord): PlacedWord {
  return word.text === "-cwd" ? { ...word, text: "--cwd" } : word;
}
