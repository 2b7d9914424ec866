/** Owns what checks need to know of each family: how its directives look, by which table they are read, how it complains. */

import { qsubOptions as pbsOptions } from "../dialects/pbs/options.ts";
import { qsubOptions as sgeOptions } from "../dialects/sge/options.ts";
import { badValue as sgeBadValue } from "../dialects/sge/sources.ts";
import { sbatchOptions } from "../dialects/slurm/options.ts";
import { valueWording } from "../dialects/slurm/wording.ts";
import type { ValueError } from "../language/codec.ts";
import type { DirectiveStyle, Said } from "../language/reading.ts";
import type { OptionTable } from "../language/table.ts";
import type { DialectName } from "../model/job.ts";

/** One family of directives. */
export interface Family {
  readonly name: DialectName;
  readonly title: string;
  readonly prefix: string;
  readonly command: string;
  readonly words: DirectiveStyle["words"];
  readonly table: OptionTable;
  /** Directives behind the first command are not read. */
  readonly untilCommand: boolean;
  /** All lines are one command line: a missing value is taken from the next line. */
  readonly oneLine: boolean;
  /** Variables that jobs of this family have, by how their names begin. */
  readonly variables: RegExp;
  /** What the real command says of a value it cannot read. */
  readonly complain: (said: Said, error: ValueError) => string;
}

/** All families, in the order in which a script is asked for them. */
export const families: readonly Family[] = [
  {
    ...{ name: "slurm", title: "Slurm", prefix: "#SBATCH", command: "sbatch", words: "CutAtHashEscaped" },
    ...{ table: sbatchOptions, untilCommand: true, oneLine: true, variables: /^(SLURM|SBATCH|SRUN)_/ },
    complain: (said, error) => firstLine(valueWording({ usage: 1, error: 1 }).badValue(said, error).message),
  },
  {
    ...{ name: "sge", title: "Grid Engine", prefix: "#$", command: "qsub", words: "CutAtHash" },
    ...{
      table: sgeOptions,
      untilCommand: false,
      oneLine: false,
      variables: /^(SGE_|NSLOTS$|NQUEUES$|NHOSTS$|PE_HOSTFILE$)/,
    },
    complain: (said, error) =>
      sgeBadValue("line", said, error)
        .message.trim()
        .replace(/\s*\n\s*/g, ": "),
  },
  {
    ...{ name: "pbs", title: "PBS", prefix: "#PBS", command: "qsub", words: "CutAtHashWord" },
    ...{ table: pbsOptions, untilCommand: true, oneLine: false, variables: /^PBS_/ },
    complain: (said, error) => `qsub: illegal ${said.said} value: ${error.message.replace(/\.$/, "")}`,
  },
];

/** The family a script belongs to, by its first kind of directive; null if it has none. */
export function familyOf(text: string, asked: DialectName | undefined): Family | null {
  const marks: Readonly<Record<DialectName, RegExp>> = {
    slurm: /^#SBATCH/m,
    sge: /^#\$([ \t]|-[a-zA-Z@])/m,
    pbs: /^[ \t]*#PBS/m,
  };
  return families.find(({ name }) => (asked === undefined ? marks[name].test(text) : name === asked)) ?? null;
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
