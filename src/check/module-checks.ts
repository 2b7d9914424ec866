/** Owns the checks of what scripts load: environment modules and conda environments that are not on this machine. */

import type { ShellLine } from "../language/shell.ts";
import type { Check } from "./finding.ts";
import type { Subject } from "./subject.ts";

export const moduleChecks: readonly Check[] = [
  {
    id: "modules",
    severity: "warning",
    what: "A module is loaded that is not on this machine.",
    why: "headnode gives the job a module command that changes nothing unless its config says what a module means here.",
    remedy:
      "Say in [modules] of the config what the module means (an empty text for nothing), or install what it would bring.",
    *look(subject) {
      for (const { number, code } of subject.lines) {
        const missing = loadedIn(code).filter((name) => subject.world.moduleMeans(name) !== "something");
        if (missing.length === 0) continue;
        const fails = missing.some((name) => subject.world.moduleMeans(name) === "refused");
        const [them, modules] = missing.length === 1 ? ["it", "module"] : ["them", "modules"];
        yield {
          line: number,
          column: code.search(/\S/) + 1,
          length: code.trim().length,
          message: `no ${modules} ${missing.join(", ")} here: loading ${them} ${fails ? "fails" : "changes nothing"}`,
        };
      }
    },
  },
  {
    id: "conda",
    severity: "warning",
    what: "A conda environment is activated, and there is no conda on this machine.",
    why: "The shell finds no such command, and what follows runs with what the machine has, or not at all under set -e.",
    remedy: "Install conda and put it on PATH, or take the line out.",
    *look(subject) {
      if (!subject.isBourne || bringsCommands(subject)) return;
      for (const { number, code } of subject.lines) {
        const [, command, script, name = ""] = activation.exec(code) ?? [];
        const program = command ?? script;
        if (program === undefined || subject.world.hasCommand(program)) continue;
        const what = name === "" ? "nothing is activated" : `${name} is not activated`;
        yield {
          line: number,
          column: code.search(/\S/) + 1,
          length: code.trim().length,
          message: `there is no ${program === "activate" ? "conda" : program} here: ${what}`,
        };
      }
    },
  },
  {
    id: "sourced-file",
    severity: "warning",
    what: "A file is sourced that is not on this machine.",
    why: "The shell says so and goes on without what it would have set, or ends the script (sh, and any under set -e).",
    remedy: "Ask for the file first, [ -r FILE ] && . FILE, or put it there.",
    *look({ isBourne, lines, world }) {
      if (!isBourne) return;
      for (const { number, code, inDocument } of lines) {
        const [, before = "", path = ""] = inDocument ? [] : (sourcing.exec(code) ?? []);
        if (path === "" || world.exists(path) || lines.some(({ text }) => asksFor(text, path))) continue;
        yield {
          line: number,
          column: before.length + 1,
          length: path.length,
          message: `there is no file ${path} here`,
        };
      }
    },
  },
];

/** A file that is read by its whole path, whatever comes before. */
const sourcing = /^(\s*(?:source|\.)\s+)(\/[\w./+-]+)\s*$/;

/** Whether a line looks whether there is such a file. */
function asksFor(text: string, path: string): boolean {
  return /\[|\btest\b/.test(text) && text.includes(path);
}

/** `conda activate NAME` or the older `source activate NAME`. */
const activation =
  /^\s*(?:(conda|mamba|micromamba)\s+activate|(?:source|\.)\s+(activate))(?:\s+([\w./-]+))?\s*(?:[;&|].*)?$/;

/** Whether a line is about an environment that is not on this machine. */
export function isVainActivation({ world }: Subject, code: string): boolean {
  const [, program, script] = activation.exec(code) ?? [];
  const name = program ?? script;
  return name !== undefined && !world.hasCommand(name);
}

/** Whether the script may bring commands that cannot be seen from here: then nobody can tell which there will be. */
export function bringsCommands(subject: Subject): boolean {
  const bashLogin = /\s-\w*l/.test(subject.interpreter ?? "");
  return bashLogin || subject.lines.some((line) => !line.inDocument && bringsSome(subject, line));
}

const bringing =
  /\b(conda|mamba|micromamba|source|spack|eval|use|PATH=|PATH\+=|setpkgs|add_path|prepend_path|case|cat\s*<<)\b|PATH=|^\s*\.\s|[\w)]\(\s*$|=\(/;

function bringsSome(subject: Subject, { code }: ShellLine): boolean {
  if (isVainActivation(subject, code)) return false;
  if (!/\b(module|ml)\b/.test(code)) return bringing.test(code);
  const isPlain = /^\s*(module|ml)\b[^;&|$`]*$/.test(code);
  return (
    !isPlain || loadedIn(code).some((name) => subject.world.moduleMeans(name) === "something") || /\buse\b/.test(code)
  );
}

/** Names of modules that a line loads, as far as they are written out. */
function loadedIn(code: string): readonly string[] {
  const [, words = ""] =
    /^\s*(?:module\s+(?:-\S+\s+)*(?:load|add|swap|switch|try-load)|ml(?:\s+(?:load|add|swap|switch))?(?=\s+[\w$]))\s+(.*)$/.exec(
      code,
    ) ?? [];
  const names = (words.split(/[;&|>#]/, 1)[0] ?? "").split(/\s+/).filter((word) => /^[A-Za-z0-9][\w.+/-]*$/.test(word));
  if (/^\s*ml\s+(av|avail|list|purge|reset|restore|save|show|spider|unload|use|help|is-loaded|rm|del)\b/.test(code))
    return [];
  return /\b(swap|switch)\b/.test(code) ? names.slice(-1) : names;
}
