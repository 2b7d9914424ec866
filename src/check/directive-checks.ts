/** Owns the checks of lines that look like directives and are not read, or are read and do not look like it. */

import { parse as parseWords } from "#grammar/words.js";
import { readWords } from "../language/reading.ts";
import { type Family, families } from "./families.ts";
import type { Check, Spot } from "./finding.ts";
import type { Subject } from "./subject.ts";

export const directiveChecks: readonly Check[] = [
  {
    id: "directive-after-command",
    severity: "warning",
    what: "A directive stands behind the first command.",
    why: "sbatch and PBS's qsub read directives only up to the first line that is neither blank nor a comment.",
    remedy: "Move it up, above the first command.",
    *look({ family, lines, commandAt }) {
      if (!family?.untilCommand) return;
      for (const { number, text, inDocument, continues } of lines)
        if (
          number > commandAt &&
          !inDocument &&
          !continues &&
          text.startsWith(family.prefix) &&
          isDirective(family, text.slice(family.prefix.length))
        )
          yield {
            line: number,
            column: 1,
            length: text.trimEnd().length,
            message: `not read: the first command is in line ${commandAt}`,
          };
    },
  },
  {
    id: "directive-indented",
    severity: "warning",
    what: "Blanks stand before a directive.",
    why: "sbatch and Grid Engine read a directive only at the very beginning of a line.",
    remedy: "Take the blanks away.",
    *look({ family, lines, commandAt }) {
      if (!family || family.name === "pbs") return;
      for (const { number, text, inDocument } of lines) {
        const rest = text.trimStart();
        if (
          inDocument ||
          rest === text ||
          !rest.startsWith(family.prefix) ||
          (family.untilCommand && number > commandAt)
        )
          continue;
        if (isDirective(family, rest.slice(family.prefix.length)))
          yield {
            line: number,
            column: 1,
            length: text.length - rest.length,
            message: `not read: ${family.prefix} must be at the beginning of the line`,
          };
      }
    },
  },
  {
    id: "directive-space",
    severity: "warning",
    what: "A blank stands between # and the directive's name.",
    why: "The line is a comment like any other, and nothing in it is read.",
    remedy: "Write it together. If it is to be off, ##SBATCH says so more clearly.",
    look: (subject) =>
      lookAlikes(
        subject,
        /^#[ \t]+(SBATCH|PBS)\b/,
        (prefix) => `a comment, not a directive: write #${prefix} together`,
      ),
  },
  {
    id: "directive-misspelt",
    severity: "warning",
    what: "A comment looks like a directive with its name misspelt.",
    why: "Only the exact name makes a directive: #SBATCH, #PBS, #$ in capitals.",
    remedy: "Spell it right.",
    look: (subject) =>
      lookAlikes(
        subject,
        /^#(sbatch|Sbatch|SBACTH|SBTACH|SBATHC|SABTCH|BSATCH|SBATCHS|SBACH|SBATH|SBTCH|BATCH|SLURM|pbs|Pbs)(?=[ \t]+-)/,
        (prefix) =>
          prefix === "SLURM" && subject.family?.name === "slurm"
            ? "sbatch does not read this; it says so and asks for #SBATCH"
            : `a comment, not a directive: #${/pbs/i.test(prefix) ? "PBS" : "SBATCH"} was meant`,
      ),
  },
  {
    id: "directive-disabled",
    severity: "note",
    what: "A directive is commented out with a second #.",
    why: "The line is a comment, and nothing in it is read.",
    remedy: "Take one # away to have it read.",
    *look({ lines, commandAt }) {
      for (const { number, text } of lines)
        if (number <= commandAt && /^##+[ \t]*(SBATCH|PBS|\$ )/.test(text))
          yield { line: number, column: 1, length: 2, message: "commented out: not read" };
    },
  },
  {
    id: "directive-in-document",
    severity: "warning",
    what: "A line of a here-document is read as a directive of this script.",
    why: "Grid Engine reads every line that begins with #$, wherever it stands; it does not know what a here-document is.",
    remedy: "Choose another prefix for the inner script (qsub -C), or indent its lines.",
    *look({ family, lines, directives }) {
      if (family?.name !== "sge") return;
      for (const { line, text } of directives)
        if (lines[line - 1]?.inDocument && !/^#\$\s*$/.test(text))
          yield {
            line,
            column: 1,
            length: text.trimEnd().length,
            message: "read as an option of this job although it is in a here-document",
          };
    },
  },
  {
    id: "directive-by-accident",
    severity: "error",
    what: "A shell line that was commented out is read as a directive.",
    why: "Grid Engine reads every line that begins with #$, also one that was `$VAR …` before somebody put a # in front of it.",
    remedy: "Put a blank behind the #.",
    *look({ family, directives }) {
      if (family?.name !== "sge") return;
      for (const { line, text } of directives)
        if (/^#\$[A-Za-z_{(]/.test(text))
          yield {
            line,
            column: 1,
            length: text.trimEnd().length,
            message: "Grid Engine takes this for options: put a blank behind the #",
          };
    },
  },
];

// Whether what follows a prefix is nothing but options of the family.
function isDirective(family: Family, rest: string): boolean {
  if (!/^[ \t]*-/.test(rest)) return false;
  const words = parseWords(rest, { startRule: family.words });
  if (words.some(({ unmatched }) => unmatched !== undefined)) return false;
  const where = { source: "", line: 1, column: 1 };
  const { said, operands, problem } = readWords(
    family.table,
    words.map(({ text }) => ({ text, where })),
  );
  return said.length > 0 && operands.length === 0 && problem === null;
}

function* lookAlikes(
  { lines, commandAt }: Subject,
  pattern: RegExp,
  message: (prefix: string) => string,
): Iterable<Spot> {
  for (const { number, text, inDocument } of lines) {
    const found = pattern.exec(text);
    if (!found || inDocument || number > commandAt) continue;
    const prefix = found[1] ?? "";
    const family = families.find(({ name }) => name === (/pbs/i.test(prefix) ? "pbs" : "slurm"));
    if (family && isDirective(family, text.slice(found[0].length)))
      yield { line: number, column: 1, length: found[0].length, message: message(prefix) };
  }
}
