/** Owns the checks of words that cannot be read as options: unknown ones, missing values, words that are none. */

import { srunOptions } from "../dialects/slurm/srun-options.ts";
import type { Problem } from "../language/reading.ts";
import { nearest } from "../model/nearest.ts";
import type { Check, Spot } from "./finding.ts";
import { isHeterogeneous, placeOf } from "./spots.ts";
import type { Subject } from "./subject.ts";
import { placeholder } from "./value-texts.ts";

/** Options that are gone or never were, and what is meant. */
const renamed: Readonly<Record<string, string>> = {
  workdir: "chdir",
  share: "oversubscribe",
  "task-per-node": "ntasks-per-node",
  "gpu-per-node": "gpus-per-node",
  cpus: "cpus-per-task",
  walltime: "time",
  queue: "partition",
  name: "job-name",
  memory: "mem",
};

/** Options that plugins of well-known sites add. */
const plugins = /^(image|module|volume|entrypoint|container-[a-z-]+|bbuser|uenv|view)$/;

export const readingChecks: readonly Check[] = [
  {
    id: "unknown-option",
    severity: "error",
    what: "There is no such option.",
    why: "The submission is refused. Sites add options of their own by plugins; those are unknown elsewhere.",
    remedy: "Look it up in the command's --help; the message names the nearest one.",
    *look(subject) {
      for (const problem of problems(subject, "unknown")) yield spot(problem, unknownText(subject, problem));
    },
  },
  {
    id: "ambiguous-option",
    severity: "error",
    what: "An abbreviated option could stand for several.",
    why: "The submission is refused.",
    remedy: "Write the option's whole name.",
    *look(subject) {
      for (const problem of problems(subject, "ambiguous")) {
        const short = problem.said.replace(/=.*/s, "");
        const names = subject.family?.table.rows.map(({ name }) => name).filter((name) => name.startsWith(short)) ?? [];
        yield spot(problem, `--${short} could be ${names.map((name) => `--${name}`).join(", ")}`);
      }
    },
  },
  {
    id: "missing-value",
    severity: "error",
    what: "An option stands without the value it needs.",
    why: "The submission is refused. A # that begins a word, or with sbatch and Grid Engine any # outside of quotes, begins a comment and leaves nothing.",
    remedy: "Give it its value.",
    *look(subject) {
      for (const problem of problems(subject, "missing").filter(({ where }) => !hasOpenQuote(subject, where.line)))
        yield spot(problem, `${dashed(subject, problem)} needs a value`);
    },
  },
  {
    id: "unwanted-value",
    severity: "error",
    what: "An option that takes no value has one.",
    why: "The submission is refused.",
    remedy: "Take the value away.",
    *look(subject) {
      for (const problem of problems(subject, "unwanted"))
        yield spot(problem, `--${problem.row?.name ?? problem.said} takes no value`);
    },
  },
  {
    id: "swallowed-option",
    severity: "warning",
    what: "An option's value is the next option.",
    why: "sbatch reads all directives as one command line: where a value is missing, the first word of the next line is taken for it.",
    remedy: "Give the option its own value.",
    *look({ options }) {
      for (const { said, line, column, text } of options) {
        const [value = ""] = said.values;
        if (/^--?[a-zA-Z]/.test(value) && !text.includes(value))
          yield {
            line,
            column,
            length: text.length,
            message: `${said.said} has no value here and takes "${value}" for it`,
          };
      }
    },
  },
  {
    id: "stray-word",
    severity: "error",
    what: "A directive has a word that is no option.",
    why: "The submission is refused. A value with blanks must be quoted.",
    remedy: "Quote the value, or put a # before a comment.",
    *look(subject) {
      const { strays, family, directives } = subject;
      const seen = new Set<number | null>();
      for (const { text, where } of strays) {
        const byAccident = family?.name === "sge" && /^#\$[A-Za-z_{(]/.test(lineOf(directives, where.line));
        if (seen.has(where.line) || byAccident || (family?.name === "pbs" && text.startsWith("#"))) continue;
        seen.add(where.line);
        if (isHeterogeneous(text) || opensPlaceholder(subject, where.line) || isUnknownsValue(subject, where)) continue;
        yield {
          ...placeOf(where),
          length: text.length,
          message: `"${text}" is no option: ${family?.command} refuses the line`,
        };
      }
    },
  },
  {
    id: "quote-unmatched",
    severity: "error",
    what: "A quote has no partner.",
    why: "sbatch and PBS refuse the script.",
    remedy: "Close the quote, or take it away.",
    *look({ unmatched, family }) {
      if (family?.name === "sge") return;
      for (const { text, where } of unmatched)
        yield { ...placeOf(where), length: text.length, message: `a quote has no partner: ${text}` };
    },
  },
];

// Behind a stray word nothing on the line is read.
function problems(subject: Subject, kind: Problem["kind"]): readonly Problem[] {
  const { problems: all, directives, family, strays } = subject;
  const isBehind = ({ line, column }: Problem["where"]) =>
    strays.some(({ where }) => where.line === line && (where.column ?? 0) < (column ?? 0));
  const accidental = (line: number | null) =>
    family?.name === "sge" && /^#\$[A-Za-z_{(]/.test(lineOf(directives, line));
  return all.filter((problem) => problem.kind === kind && !accidental(problem.where.line) && !isBehind(problem.where));
}

// `<project id>` is one mistake, though its second word is no option either.
function opensPlaceholder({ options }: Subject, line: number | null): boolean {
  return options.some((option) => option.line === line && /^[<[]/.test(placeholder(option) ?? ""));
}

// What an option is that nobody knows, whether it takes a value, is not known either.
function isUnknownsValue({ problems: all }: Subject, place: Problem["where"]): boolean {
  return all.some(
    ({ kind, where }) =>
      kind === "unknown" &&
      where.line === place.line &&
      (where.column ?? 0) < (place.column ?? Number.POSITIVE_INFINITY),
  );
}

function hasOpenQuote({ unmatched }: Subject, line: number | null): boolean {
  return unmatched.some(({ where }) => where.line === line);
}

function lineOf(directives: Subject["directives"], line: number | null): string {
  return directives.find((directive) => directive.line === line)?.text ?? "";
}

function spot({ where, said }: Problem, message: string): Spot {
  return { ...placeOf(where), length: Math.max(1, said.length), message };
}

function dashed({ family }: Subject, { said, row }: Problem): string {
  if (said.startsWith("-")) return said;
  return family?.name === "slurm" && row ? `--${row.name}` : `-${said}`;
}

function unknownText({ family }: Subject, { said }: Problem): string {
  const word = said.replace(/=.*/s, "").replace(/^-+/, "");
  if (family?.name !== "slurm") return `${family?.command} has no option -${word}`;
  if (word.length === 1) return `sbatch has no option -${word}`;
  if (plugins.test(word)) return `sbatch itself has no option --${word}: some sites add it by a plugin`;
  if (srunOptions.rows.some(({ name, aliases }) => name === word || aliases.includes(word)))
    return `sbatch has no option --${word}: it is srun's`;
  const near = renamed[word] ?? nearest(word, /^[\w-]+$/.test(word) ? family.table.rows.map(({ name }) => name) : []);
  return `sbatch has no option --${word}${near ? `; --${near} may be meant` : ""}`;
}
