/** Owns how PBS's qsub reads a script: #PBS lines up to the first command, then the command line on top. */

import type { DirectiveLine, DirectiveStyle, PlacedWord, Said } from "../../language/reading.ts";
import { commandLine, placeText, readScript, readWords } from "../../language/reading.ts";
import { type Settled, settle, type Wording } from "../../language/settle.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import { qsubOptions } from "./options.ts";

/** How a bad value or a refused option is worded: PBS prints its usage after these, which says no more. */
const wording: Wording = {
  badValue: ({ said, where, values }, error) =>
    new UsageError(`qsub: illegal ${said} value ${values[0] ?? ""}: ${error.message}`, 2, placeText(where)),
  refused: ({ said, where }, why) => new RefusedError(`qsub: ${said}: ${why}`, 1, placeText(where)),
};

/** What a PBS submission says, read without running anything. Throws UsageError with its place. */
export function parseJob(job: { args: readonly string[]; script: string; file: string }): {
  readonly settled: Settled;
  readonly interpreter: string | null;
  readonly arguments: readonly string[];
} {
  const line = options(commandLine(job.args));
  const { interpreter, lines } = readScript(job.script, style("#PBS"), job.file);
  const directives = lines.flatMap((line) => options(wholeWords(line)).said);
  return {
    settled: settle([...directives, ...line.said], wording),
    interpreter,
    arguments: line.operands.slice(1).map((word) => word.text),
  };
}

function wholeWords({ words, unmatched, text }: DirectiveLine): readonly PlacedWord[] {
  if (!unmatched) return words;
  throw new UsageError(`qsub: directive error: ${text.trim()}: a quote has no partner`, 2, placeText(unmatched.where));
}

/** PBS accepts blanks before a directive's prefix, and cuts a line at a `#` that starts a word. */
function style(prefix: string): DirectiveStyle {
  return { prefixOf: (line) => (line.startsWith(prefix) ? prefix : null), untilCommand: true, words: "CutAtHashWord" };
}

function options(words: readonly PlacedWord[]): { said: readonly Said[]; operands: readonly PlacedWord[] } {
  const read = readWords(qsubOptions, words);
  if (!read.problem) return read;
  const { kind, said, where } = read.problem;
  const what = kind === "missing" ? `option requires an argument -- '${said.slice(1)}'` : `invalid option -- '${said}'`;
  throw new UsageError(`qsub: ${what}`, 2, placeText(where));
}
