/** Owns the checks of single options: whether they exist, have their value, and are said once. */

import { srunOptions } from "../dialects/slurm/srun-options.ts";
import type { Problem } from "../language/reading.ts";
import type { Check, Spot } from "./finding.ts";
import type { Option, Subject } from "./subject.ts";
import { placeholder, unexpanded } from "./value-texts.ts";

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

export const optionChecks: readonly Check[] = [
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
        if (isHeterogeneous(text) || opensPlaceholder(subject, where.line)) continue;
        yield {
          ...place(where),
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
        yield { ...place(where), length: text.length, message: `a quote has no partner: ${text}` };
    },
  },
  {
    id: "bad-value",
    severity: "error",
    what: "A value cannot be read.",
    why: "The submission is refused with the words of the message.",
    remedy: "headnode parse shows how values are read; the command's --help shows their form.",
    *look({ options, family }) {
      for (const option of options)
        if (option.error && family && !placeholder(option) && !unexpanded(option, family.name))
          yield optionSpot(option, `${family.command} refuses it: ${family.complain(option.said, option.error)}`);
    },
  },
  {
    id: "repeated-option",
    severity: "warning",
    what: "An option is said twice with different values.",
    why: "Only the last one counts.",
    remedy: "Remove the ones that do not count.",
    *look({ options, family }) {
      for (const [at, option] of options.entries()) {
        const again = options.slice(at + 1).findLast(({ said }) => said.row === option.said.row);
        if (!again || adds(option, family?.name) || again.said.values.join(" ") === option.said.values.join(" "))
          continue;
        yield optionSpot(option, `does not count: ${again.said.said} is said again in line ${again.line}`);
      }
    },
  },
  {
    id: "memory-exclusive",
    severity: "error",
    what: "--mem, --mem-per-cpu and --mem-per-gpu are said together.",
    why: "sbatch refuses them: they are mutually exclusive.",
    remedy: "Keep one of them.",
    *look({ options, family }) {
      if (family?.name !== "slurm") return;
      const memory = options.filter(({ said }) => /^mem(-per-(cpu|gpu))?$/.test(said.row.name));
      const other = memory.find(({ said }) => said.row !== memory[0]?.said.row);
      if (other)
        yield optionSpot(
          other,
          `${other.said.said} and ${memory[0]?.said.said} (line ${memory[0]?.line}) exclude each other: sbatch refuses them`,
        );
    },
  },
  {
    id: "abbreviated-option",
    severity: "note",
    what: "A long option is abbreviated.",
    why: "It works as long as no other option begins alike; a later version may have one.",
    remedy: "Write the whole name.",
    *look({ options }) {
      for (const option of options) {
        const { said, row } = { said: option.said.said.replace(/^--/, ""), row: option.said.row };
        if (option.said.said.startsWith("--") && said !== row.name && !row.aliases.includes(said))
          yield optionSpot(option, `short for --${row.name}`);
      }
    },
  },
  {
    id: "refused-option",
    severity: "warning",
    what: "The option is understood and refused here.",
    why: "headnode cannot do it, or the real one allows it to nobody who is not an administrator.",
    remedy: "The message says what to do instead.",
    *look({ options, strays }) {
      for (const { text, where } of strays)
        if (isHeterogeneous(text))
          yield { ...place(where), length: text.length, message: "heterogeneous jobs are not run here" };
      for (const option of options) {
        const { standing } = option.said.row.effect;
        if (standing.kind === "refused" && !(option.said.row.name === "c" && option.said.values[0] === "n"))
          yield optionSpot(option, `refused here: ${standing.why}`);
      }
    },
  },
  {
    id: "ignored-option",
    severity: "note",
    what: "The option has no effect on one machine.",
    why: "headnode accepts it and goes on; on the cluster it has its effect.",
    remedy: "Nothing to do.",
    *look({ options }) {
      for (const option of options) {
        const { standing } = option.said.row.effect;
        if (standing.kind === "ignored" && !option.error) yield optionSpot(option, `no effect here: ${standing.why}`);
      }
    },
  },
];

/** A spot that underlines an option with its value. */
export function optionSpot({ line, column, text }: Option, message: string): Spot {
  return { line, column, length: Math.max(1, text.length), message };
}

function adds({ said }: Option, family: string | undefined): boolean {
  if (family === "pbs") return ["resources", "attributes", "variables"].includes(said.row.name);
  if (family === "sge")
    return !["N", "j", "S", "r", "b", "A", "P", "p", "t", "tc", "pe", "wd", "R", "sync", "now", "shell"].includes(
      said.row.name,
    );
  return said.row.name === "verbose";
}

// Behind a stray word nothing on the line is read.
function problems(subject: Subject, kind: Problem["kind"]): readonly Problem[] {
  const { problems: all, directives, family, strays } = subject;
  const isBehind = ({ line, column }: Problem["where"]) =>
    strays.some(({ where }) => where.line === line && (where.column ?? 0) < (column ?? 0));
  const accidental = (line: number | null) =>
    family?.name === "sge" && /^#\$[A-Za-z_{(]/.test(lineOf(directives, line));
  return all.filter((problem) => problem.kind === kind && !accidental(problem.where.line) && !isBehind(problem.where));
}

function isHeterogeneous(word: string): boolean {
  return /^(het|pack)job$/.test(word);
}

// `<project id>` is one mistake, though its second word is no option either.
function opensPlaceholder({ options }: Subject, line: number | null): boolean {
  return options.some((option) => option.line === line && /^[<[]/.test(placeholder(option) ?? ""));
}

function hasOpenQuote({ unmatched }: Subject, line: number | null): boolean {
  return unmatched.some(({ where }) => where.line === line);
}

function lineOf(directives: Subject["directives"], line: number | null): string {
  return directives.find((directive) => directive.line === line)?.text ?? "";
}

function spot({ where, said }: Problem, message: string): Spot {
  return { ...place(where), length: Math.max(1, said.length), message };
}

function place(where: Problem["where"]): { line: number; column: number } {
  return { line: where.line ?? 1, column: where.column ?? 1 };
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
  const near =
    renamed[word] ??
    nearest(
      word,
      family.table.rows.map(({ name }) => name),
    );
  return `sbatch has no option --${word}${near ? `; --${near} may be meant` : ""}`;
}

function nearest(word: string, names: readonly string[]): string | null {
  const [best] = names
    .map((name) => ({ name, distance: distance(word, name) }))
    .filter((candidate) => candidate.distance <= Math.max(1, Math.floor(word.length / 4)))
    .sort((a, b) => a.distance - b.distance);
  return best?.name ?? null;
}

function distance(one: string, other: string): number {
  let row = [...Array(other.length + 1).keys()];
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= other.length; to++)
      next.push(
        Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, (row[to - 1] ?? 0) + (letter === other[to - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[other.length] ?? 0;
}
