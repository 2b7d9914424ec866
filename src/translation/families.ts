/** Owns what translating needs of each family, one row each: how its scripts are read, written and started. */

import { qsubOptions as pbsOptions } from "../dialects/pbs/options.ts";
import { pbsWords } from "../dialects/pbs/own-words.ts";
import { parseJob as readPbs } from "../dialects/pbs/reading.ts";
import { qsubOptions as sgeOptions } from "../dialects/sge/options.ts";
import { sgeWords } from "../dialects/sge/own-words.ts";
import { combined, readSources } from "../dialects/sge/reading.ts";
import { slurmWords } from "../dialects/slurm/neutral.ts";
import { sbatchOptions } from "../dialects/slurm/options.ts";
import { parseJob as readSlurm } from "../dialects/slurm/reading.ts";
import type { Words } from "../language/neutral.ts";
import type { DirectiveStyle, Said } from "../language/reading.ts";
import type { OptionTable } from "../language/table.ts";
import type { DialectName } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";

/** A script as it stands, with what it is called in places. */
export interface ScriptText {
  readonly text: string;
  readonly file: string;
  /** Epoch ms that relative times count from. */
  readonly now: number;
}

/** What a script's directives say. */
export interface ReadScript {
  readonly spec: JobSpec;
  readonly said: readonly Said[];
  readonly interpreter: string | null;
}

/** One family. */
export interface Family {
  readonly name: DialectName;
  readonly title: string;
  readonly prefix: string;
  readonly style: DirectiveStyle["words"];
  /** Directives behind the first command do not count. */
  readonly untilCommand: boolean;
  /** Lines that this family would take for directives, its own and others'. */
  readonly reads: RegExp;
  readonly table: OptionTable;
  readonly words: Words;
  readonly read: (script: ScriptText) => ReadScript;
  /** The least index of an array; whether there may be several ranges. */
  readonly arrays: { readonly least: number; readonly lists: boolean };
  /** Who runs the script: what its first line says, or an option. */
  readonly interpreter: "first line" | "option";
  readonly variables: RegExp;
  readonly commands: readonly string[];
}

const readNothing = () => undefined;

/** All families by name. */
export const families: Readonly<Record<DialectName, Family>> = {
  slurm: {
    ...{ name: "slurm", title: "Slurm", prefix: "#SBATCH", style: "CutAtHashEscaped", untilCommand: true },
    ...{ reads: /^#(SBATCH|PBS|BSUB)/, table: sbatchOptions, words: slurmWords },
    read: ({ text, file, now }) => {
      const { settled, interpreter } = readSlurm({ args: [], variable: readNothing, script: text, file, now });
      return { spec: settled.spec, said: settled.all, interpreter };
    },
    ...{ arrays: { least: 0, lists: true }, interpreter: "first line", variables: /^(SLURM|SLURMD|SBATCH|SRUN)_/ },
    commands: "srun sbatch salloc sattach sbcast scancel scontrol squeue sacct sinfo sstat sprio".split(" "),
  },
  sge: {
    ...{ name: "sge", title: "Grid Engine", prefix: "#$", style: "CutAtHash", untilCommand: false },
    ...{ reads: /^#\$/, table: sgeOptions, words: sgeWords },
    read: readSge,
    ...{ arrays: { least: 1, lists: false }, interpreter: "option" },
    variables: /^(SGE_|(NSLOTS|NHOSTS|NQUEUES|PE_HOSTFILE|JOB_ID|JOB_NAME|QUEUE|TASK_ID)$)/,
    commands: "qsub qrsh qlogin qsh qstat qdel qalter qhold qrls qmod qhost qacct qconf qselect qresub".split(" "),
  },
  pbs: {
    ...{ name: "pbs", title: "PBS", prefix: "#PBS", style: "CutAtHashWord", untilCommand: true },
    ...{ reads: /^#PBS/, table: pbsOptions, words: pbsWords },
    read: ({ text, file }) => {
      const { settled, interpreter } = readPbs({ args: [], script: text, file });
      return { spec: settled.spec, said: settled.all, interpreter };
    },
    ...{ arrays: { least: 0, lists: false }, interpreter: "option", variables: /^PBS_/ },
    commands: "qsub qstat qdel qalter qhold qrls qsig qmove qselect pbsdsh pbsnodes tracejob".split(" "),
  },
};

// What the master would refuse is no part of the settled job, but stands in the script.
function readSge({ text, file, now }: ScriptText): ReadScript {
  const sources = readSources({ args: [], script: text, file, now });
  if (sources.script.complaint) throw sources.script.complaint;
  const { settled, interpreter } = combined(sources, now);
  return { spec: settled.spec, said: sources.script.said, interpreter };
}
