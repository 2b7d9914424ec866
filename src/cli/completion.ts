/** Owns `headnode completion`: shell words that complete the options of every command, made from the option tables. */

import { qacctOptions } from "../dialects/sge/accounting-options.ts";
import { qalter, qhold, qresub } from "../dialects/sge/alteration-options.ts";
import { qconfOptions } from "../dialects/sge/configuration.ts";
import { qhostOptions, qselectOptions } from "../dialects/sge/host-options.ts";
import { qmodOptions } from "../dialects/sge/modification.ts";
import { qsubOptions } from "../dialects/sge/options.ts";
import { sacctOptions } from "../dialects/slurm/accounting-options.ts";
import { scontrolOptions } from "../dialects/slurm/control-options.ts";
import { sbatchOptions } from "../dialects/slurm/options.ts";
import { squeueOptions } from "../dialects/slurm/queue-options.ts";
import { sinfoOptions } from "../dialects/slurm/sinfo-options.ts";
import { srunOptions } from "../dialects/slurm/srun-options.ts";
import type { OptionRow } from "../language/option.ts";
import type { OptionTable } from "../language/table.ts";
import type { CliReply } from "./reply.ts";

export type CompletionShell = "bash" | "zsh" | "fish";

/** One thing to complete: as it is typed, and what it is for. */
interface Word {
  readonly text: string;
  readonly help: string;
}

/** Every command and its options. */
const tables: Readonly<Record<string, OptionTable>> = {
  ...{ sbatch: sbatchOptions, srun: srunOptions, squeue: squeueOptions, sinfo: sinfoOptions, sacct: sacctOptions },
  ...{ scontrol: scontrolOptions, qsub: qsubOptions, qalter: qalter.table, qhold: qhold.table, qrls: qhold.table },
  ...{ qmod: qmodOptions, qresub: qresub.table, qacct: qacctOptions, qhost: qhostOptions },
  ...{ qselect: qselectOptions, qconf: qconfOptions },
};

/** The reply of `headnode completion`; `own` are headnode's commands. */
export function completion(
  shell: CompletionShell,
  own: readonly { readonly words: string; readonly about: string }[],
): CliReply {
  const commands = own.map(({ words, about }) => ({ text: words.split(" ")[0] ?? "", help: about }));
  const all = {
    ...Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, wordsOf(table)])),
    headnode: commands,
  };
  return {
    out: Object.entries(all)
      .map(([name, words]) => spellings[shell](name, words))
      .join(""),
  };
}

function wordsOf(table: OptionTable): readonly Word[] {
  return table.rows.flatMap((row) => names(table, row).map((text) => ({ text, help: row.help })));
}

function names(table: OptionTable, { name, letter, aliases }: OptionRow): readonly string[] {
  if (table.style === "words") return [`-${name}`];
  const long = [name, ...aliases].filter(Boolean).map((word) => `--${word}`);
  return [...(table.style === "short" ? [] : long), ...(letter ? [`-${letter}`] : [])];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** How each shell is told. File names are completed where no option fits. */
const spellings: Readonly<Record<CompletionShell, (name: string, words: readonly Word[]) => string>> = {
  bash: (name, words) => `complete -o default -W ${quoted(words.map(({ text }) => text).join(" "))} ${name}\n`,
  zsh: (name, words) => {
    const described = words.map(({ text, help }) =>
      quoted(`${text.replaceAll(":", "\\:")}:${help.replaceAll(":", "\\:")}`),
    );
    return `_headnode_${name}() { local -a words_; words_=(${described.join(" ")}); _describe option words_; _files }\ncompdef _headnode_${name} ${name}\n`;
  },
  fish: (name, words) =>
    words.map(({ text, help }) => `complete -c ${name} -a ${quoted(text)} -d ${quoted(help)}\n`).join(""),
};
