/** Owns the checks of a script's bytes: line ends, byte order mark, characters that only look right, the first line. */

import type { Check, Edit, Spot } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** Characters that stand where a hyphen should, at the start of a word. */
const dashes = "‐‑‒–—―−";
const blanks = "\u00a0\u2007\u202f\u2009\u3000";
const quotes: Readonly<Record<string, string>> = { "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'" };

const name = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

export const textChecks: readonly Check[] = [
  {
    id: "crlf",
    severity: "error",
    what: "Lines end with a carriage return, as Windows writes them.",
    why: "sbatch refuses such a script, Grid Engine and PBS take the carriage return for a part of the last value, and the interpreter named in the first line is not found.",
    remedy: "Convert it: headnode check --fix, dos2unix, or your editor's line ending setting.",
    *look({ raw }) {
      const at = raw.indexOf("\r\n");
      if (at === -1) return;
      const before = raw.slice(0, at).split("\n");
      const count = raw.split("\r\n").length - 1;
      const column = (before.at(-1) ?? "").length + 1;
      yield {
        line: before.length,
        column,
        length: 1,
        message: `${count} line${count === 1 ? " ends" : "s end"} with a carriage return`,
      };
    },
  },
  {
    id: "bom",
    severity: "error",
    what: "The file begins with a byte order mark.",
    why: "The first two bytes are then not #!, so sbatch says that it does not look like a batch script and the kernel finds no interpreter.",
    remedy: "Save it as UTF-8 without a byte order mark, or headnode check --fix.",
    *look({ raw }) {
      if (raw.startsWith("\uFEFF"))
        yield { line: 1, column: 1, length: 1, message: "the file begins with a byte order mark" };
    },
  },
  {
    id: "no-interpreter",
    severity: "error",
    what: "The first line does not name an interpreter.",
    why: "sbatch refuses a script whose first two bytes are not #!.",
    remedy: "Make the first line #!/bin/bash (or another interpreter), with nothing above it.",
    *look({ family, raw, lines, interpreter }) {
      if (family?.name !== "slurm" || interpreter !== null || raw === "") return;
      const late = lines.find(({ text }) => /^\s*#!\s*\//.test(text));
      const message = late
        ? `#! must be the very first thing in the file; here it is in line ${late.number}`
        : "the first line is not #! and an interpreter";
      yield { line: late?.number ?? 1, column: 1, length: 2, message };
    },
  },
  {
    id: "interpreter-missing",
    severity: "warning",
    what: "The interpreter named in the first line is not on this machine.",
    why: "The job ends at once: the program that is to run it cannot be found.",
    remedy: "Install it, or name one that is here.",
    *look({ family, interpreter, world }) {
      if (interpreter === null || family?.name === "sge") return;
      const [program = "", first = ""] = interpreter.split(/\s+/);
      const viaEnv = /\/env$/.test(program) && /^[\w.+-]+$/.test(first) && !first.startsWith("-");
      const found = viaEnv ? world.hasCommand(first) : !program.startsWith("/") || world.exists(program);
      if (!found)
        yield {
          line: 1,
          column: 3,
          length: interpreter.length,
          message: `${viaEnv ? first : program} is not on this machine`,
        };
    },
  },
  {
    id: "unicode-dash",
    severity: "error",
    what: "A dash that is no hyphen opens an option.",
    why: "Word processors and web pages turn - and -- into longer dashes; no scheduler takes those for options.",
    remedy: "Type it again as - or --, or headnode check --fix.",
    look: (subject) =>
      inDirectives(
        subject,
        new RegExp(`(?<=[ \\t${blanks}]|#SBATCH|#PBS|#\\$)[${dashes}-]*[${dashes}][${dashes}-]*(?=[A-Za-z])`, "gu"),
        (found, rest) => {
          const word = /^[\w-]+/.exec(rest)?.[0] ?? "";
          const long = subject.family?.name === "slurm" && (word.length > 1 || found.length > 1);
          return {
            text: long ? "--" : "-",
            message: `${name(found)} is not a hyphen: ${long ? "--" : "-"}${word} was meant`,
          };
        },
      ),
  },
  {
    id: "no-break-space",
    severity: "error",
    what: "A blank that is no space stands in a directive.",
    why: "No-break spaces come with text copied from web pages; schedulers take them for a part of the word.",
    remedy: "Type it again as a space, or headnode check --fix.",
    look: (subject) =>
      inDirectives(subject, new RegExp(`[${blanks}]`, "gu"), (found) => ({
        text: " ",
        message: `${name(found)} is not a space`,
      })),
  },
  {
    id: "invisible-character",
    severity: "error",
    what: "An invisible character stands in a directive.",
    why: "Soft hyphens and zero-width blanks come with text copied from web pages; schedulers take them for a part of the word.",
    remedy: "Type the line again, or headnode check --fix.",
    look: (subject) =>
      inDirectives(subject, /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/gu, (found) => ({
        text: "",
        message: `${name(found)} cannot be seen and is a part of the word`,
      })),
  },
  {
    id: "curly-quote",
    severity: "error",
    what: "A typographic quote stands in a directive.",
    why: "It quotes nothing: it becomes a part of the value.",
    remedy: "Type it again as \" or ', or headnode check --fix.",
    look: (subject) =>
      inDirectives(subject, /[“”„‘’]/gu, (found) => ({
        text: quotes[found] ?? "",
        message: `${name(found)} quotes nothing: it is a part of the value`,
      })),
  },
];

type Meaning = (found: string, rest: string) => { readonly text: string; readonly message: string };

/** One finding for each line, at the first of its characters; all of them are mended. */
function* inDirectives({ directives }: Subject, pattern: RegExp, meaning: Meaning): Iterable<Spot> {
  for (const { line, text, end } of directives) {
    const found = [...text.slice(0, end - 1).matchAll(pattern)].map(({ 0: characters, index }) => {
      const { text: replacement, message } = meaning(characters, text.slice(index + characters.length));
      const edit: Edit = { line, column: index + 1, length: characters.length, text: replacement };
      return { edit, message };
    });
    const [first] = found;
    if (!first) continue;
    const { column, length } = first.edit;
    yield { line, column, length, message: first.message, edits: found.map(({ edit }) => edit) };
  }
}
