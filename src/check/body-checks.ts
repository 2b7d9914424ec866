/** Owns the checks of a script's commands, as far as they can be seen without running it. */

import type { ShellLine } from "../language/shell.ts";
import { families } from "./families.ts";
import type { Check } from "./finding.ts";
import { bringsCommands, isVainActivation } from "./module-checks.ts";
import type { Subject } from "./subject.ts";

export const bodyChecks: readonly Check[] = [
  {
    id: "foreign-variable",
    severity: "warning",
    what: "A variable of another scheduler is used.",
    why: "It is not set in this job: it is empty, or ends the script under set -u.",
    remedy: "Use the variable of this scheduler, or give it a default with :- inside the braces.",
    *look(subject) {
      const { family } = subject;
      if (!family || !subject.isBourne || isForSeveral(subject)) return;
      for (const { name, line, column } of plainVariables(subject)) {
        const owner = families.find((one) => one !== family && one.variables.test(name));
        if (owner && !guarded(subject, name))
          yield {
            line,
            column,
            length: name.length + 1,
            message: `$${name} is ${owner.title}'s: it is not set in a ${family.title} job`,
          };
      }
    },
  },
  {
    id: "pseudo-variable",
    severity: "warning",
    what: "$TASK_ID is used outside of a path option.",
    why: "Grid Engine knows it in -o, -e and -i only. In the job the variable is SGE_TASK_ID.",
    remedy: "Use $SGE_TASK_ID.",
    *look(subject) {
      if (subject.family?.name !== "sge" || !subject.isBourne || guarded(subject, "TASK_ID")) return;
      for (const { name, line, column } of plainVariables(subject))
        if (name === "TASK_ID")
          yield { line, column, length: 8, message: "$TASK_ID is not set in a job: $SGE_TASK_ID is" };
    },
  },
  {
    id: "foreign-command",
    severity: "warning",
    what: "A command of another scheduler is used.",
    why: "On a cluster of this scheduler there is no such command.",
    remedy: "Use mpirun, or a loop, where srun started the processes.",
    *look(subject) {
      const { family } = subject;
      if (!family || family.name === "slurm" || !subject.isBourne || isForSeveral(subject)) return;
      for (const { number, code } of commandLines(subject)) {
        const found = /^(\s*)(srun|sbatch|scontrol|squeue|sacct)(?=\s)/.exec(code);
        if (found)
          yield {
            line: number,
            column: (found[1]?.length ?? 0) + 1,
            length: found[2]?.length ?? 1,
            message: `${found[2]} is Slurm's: ${family.title} has no such command`,
          };
      }
    },
  },
  {
    id: "background-at-end",
    severity: "warning",
    what: "The script ends while something it started in the background still runs.",
    why: "A job is over when its script is; what is left is ended.",
    remedy: "Put wait at the end.",
    *look(subject) {
      if (!subject.isBourne) return;
      const lines = commandLines(subject).filter(({ code }) => code.trim() !== "");
      const at = lines.findLastIndex(({ code }) => /(^|[^&>|\\])&\s*$/.test(code));
      const line = lines[at];
      const over = lines
        .slice(at + 1)
        .every(({ code }) =>
          /^\s*(done|fi|esac|\}|echo\b.*|date\b.*|exit\b.*|printf\b.*|set [+-].*)\s*;?\s*$/.test(code),
        );
      if (line && over && !/\b(wait|fg)\b/.test(line.code) && !/\b(nohup|disown|setsid)\b/.test(line.code))
        yield {
          line: line.number,
          column: line.code.trimEnd().length,
          length: 1,
          message: "the job ends without waiting for this: put wait behind it",
        };
    },
  },
  {
    id: "missing-command",
    severity: "warning",
    what: "A command is not on this machine.",
    why: "The shell will not find it.",
    remedy: "Install it, put it on PATH, or load what brings it.",
    *look(subject) {
      const { world } = subject;
      if (!subject.isBourne || !subject.family || bringsCommands(subject)) return;
      const seen = new Set<string>();
      for (const { number, code } of commandLines(subject)) {
        const [, before = "", name = ""] =
          /^(\s*(?:(?:[A-Za-z_]\w*=\S*|time|exec|nice|srun)\s+)*)([A-Za-z_][\w.+-]*)(?=\s|$)/.exec(code) ?? [];
        if (isVainActivation(subject, code)) continue;
        if (name === "" || seen.has(name) || isKnown(subject, name) || world.hasCommand(name)) continue;
        seen.add(name);
        yield {
          line: number,
          column: before.length + 1,
          length: name.length,
          message: `there is no command ${name} here`,
        };
      }
    },
  },
];

function commandLines({ lines, interpreter }: Subject): readonly ShellLine[] {
  return lines.filter(
    ({ inDocument, continues, number }) => !inDocument && !continues && !(number === 1 && interpreter !== null),
  );
}

// A script that knows several schedulers knows what it does.
function isForSeveral({ lines }: Subject): boolean {
  return ["#SBATCH", "#$ -", "#PBS"].filter((prefix) => lines.some(({ text }) => text.startsWith(prefix))).length > 1;
}

function* plainVariables({ lines }: Subject): Iterable<{ name: string; line: number; column: number }> {
  for (const { number, expanded, inDocument } of lines)
    if (!inDocument)
      for (const { 1: braced, 2: bare, index } of expanded.matchAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g))
        yield { name: braced ?? bare ?? "", line: number, column: index + 1 };
}

// Asked about, given a default, or set by the script itself.
function guarded({ lines }: Subject, name: string): boolean {
  const care = new RegExp(
    `\\b${name}=|\\$\\{${name}[:+?=-]|-[nzv] *"?\\$?\\{?${name}\\b|\\b(read|for|unset|local|declare)\\b[^;]*\\b${name}\\b|\\[\\[? .*\\$\\{?${name}\\b`,
  );
  return lines.some(({ text }) => care.test(text));
}

const words =
  "if then else elif fi for while until do done case esac in function select time coproc alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait setopt unsetopt autoload zmodload emulate whence print integer limit ml module rehash setenv unsetenv";
const builtins = new Set(words.split(" "));

/** What the shell itself knows, the script defines, or headnode brings. */
function isKnown({ lines }: Subject, name: string): boolean {
  if (
    builtins.has(name) ||
    /^(srun|sbatch|scontrol|squeue|sacct|scancel|sinfo|sstat|seff|qsub|qstat|qdel|qacct|mpirun|mpiexec|module)$/.test(
      name,
    )
  )
    return true;
  const defined = new RegExp(
    `^\\s*(function\\s+${escaped(name)}\\b|${escaped(name)}\\s*\\(\\)|alias\\s+${escaped(name)}=)`,
  );
  return lines.some(({ text }) => defined.test(text));
}

function escaped(name: string): string {
  return name.replace(/[.+]/g, "\\$&");
}
