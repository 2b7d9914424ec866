/** Owns the variables that a job has in each family, one row each, and what stands for one in another. */

import type { DialectName } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";
import type { Counterpart, JobFacts } from "./counterpart.ts";
import { figureOf, nodeListOf } from "./figures.ts";

type Name = string | null;

interface Row {
  readonly slurm: readonly string[] | Name;
  readonly sge: Name;
  readonly pbs: readonly string[] | Name;
  /** By target: what is not quite the same. */
  readonly how?: Partial<Record<DialectName, string>>;
  readonly isElement?: true;
}

const serverName = "PBS puts the server's name behind the number";

/** Several names in a row are the same; the first is the one that is written. */
const rows: readonly Row[] = [
  { slurm: "SLURM_ARRAY_JOB_ID", sge: "JOB_ID", pbs: "PBS_ARRAY_ID", how: { pbs: serverName } },
  { slurm: ["SLURM_JOB_ID", "SLURM_JOBID"], sge: "JOB_ID", pbs: "PBS_JOBID", how: { pbs: serverName } },
  { slurm: "SLURM_ARRAY_TASK_ID", sge: "SGE_TASK_ID", pbs: ["PBS_ARRAY_INDEX", "PBS_ARRAYID"], isElement: true },
  { slurm: "SLURM_ARRAY_TASK_MIN", sge: "SGE_TASK_FIRST", pbs: null, isElement: true },
  { slurm: "SLURM_ARRAY_TASK_MAX", sge: "SGE_TASK_LAST", pbs: null, isElement: true },
  { slurm: "SLURM_ARRAY_TASK_STEP", sge: "SGE_TASK_STEPSIZE", pbs: null },
  { slurm: "SLURM_JOB_NAME", sge: "JOB_NAME", pbs: "PBS_JOBNAME" },
  { slurm: "SLURM_SUBMIT_DIR", sge: "SGE_O_WORKDIR", pbs: "PBS_O_WORKDIR" },
  { slurm: "SLURM_SUBMIT_HOST", sge: "SGE_O_HOST", pbs: "PBS_O_HOST" },
  { slurm: "SLURM_JOB_PARTITION", sge: "QUEUE", pbs: "PBS_QUEUE" },
  { slurm: "SLURM_JOB_ACCOUNT", sge: "SGE_ACCOUNT", pbs: "PBS_ACCOUNT" },
  { slurm: "SLURM_CLUSTER_NAME", sge: "SGE_CLUSTER_NAME", pbs: "PBS_SERVER" },
  { slurm: "SLURM_RESTART_COUNT", sge: "RESTARTED", pbs: null, how: { sge: "1 after any number of restarts" } },
  { slurm: "SLURMD_NODENAME", sge: "HOSTNAME", pbs: "HOSTNAME" },
  { slurm: "SLURM_JOB_USER", sge: "USER", pbs: "USER" },
  { slurm: "SLURM_TMPDIR", sge: "TMPDIR", pbs: "TMPDIR" },
  { slurm: "HOME", sge: "SGE_O_HOME", pbs: "PBS_O_HOME" },
  { slurm: "LOGNAME", sge: "SGE_O_LOGNAME", pbs: "PBS_O_LOGNAME" },
  { slurm: "PATH", sge: "SGE_O_PATH", pbs: "PBS_O_PATH" },
  { slurm: "SHELL", sge: "SGE_O_SHELL", pbs: "PBS_O_SHELL" },
  { slurm: "SLURM_JOB_PARTITION", sge: "QUEUE", pbs: "PBS_O_QUEUE" },
];

/** Names that stay what they are, whoever says them. */
const everybodys = new Set(["HOME", "LOGNAME", "PATH", "SHELL", "HOSTNAME", "USER", "TMPDIR", "RESTARTED"]);

/** What stands for a variable of `from` in a job of `to`; null if it is no variable of the family. */
export function counterpartOf(name: string, facts: JobFacts): Counterpart | null {
  if (everybodys.has(name)) return null;
  const { from, to } = facts;
  const counted = countOf(name, facts);
  if (counted) return counted;
  const told = from === "slurm" ? (figureOf(name, facts.neutral) ?? nodeListOf(name, facts)) : null;
  if (told) return told;
  const row = rowOf(name, from, facts.neutral);
  const [target] = row ? namesIn(row, to) : [];
  if (!row || target === undefined) return null;
  const { renumbering } = facts;
  if (row.isElement && renumbering.kind === "listed" && /(MIN|MAX|FIRST|LAST)$/.test(name)) {
    const { indices } = renumbering;
    const number = /MIN$|FIRST$/.test(name) ? Math.min(...indices) : Math.max(...indices);
    return { kind: "text", text: String(number), how: "the number that the script asks for" };
  }
  if (row.isElement && renumbering.kind !== "same") return { kind: "element", name: target, renumbering, how: null };
  const sameNumber =
    to === "sge" && facts.neutral.array !== null && target === "JOB_ID" && name !== "SLURM_ARRAY_JOB_ID";
  return {
    kind: "variable",
    name: target,
    how: row.how?.[to] ?? (sameNumber ? "all tasks have the same $JOB_ID" : null),
  };
}

function namesIn(row: Row, family: DialectName): readonly string[] {
  const names = row[family];
  return names === null ? [] : typeof names === "string" ? [names] : names;
}

// In an array Grid Engine's job number is the array's.
function rowOf(name: string, from: DialectName, { array }: JobSpec): Row | undefined {
  const found = rows.filter((row) => namesIn(row, from).includes(name));
  return array === null ? found.at(name === "JOB_ID" ? -1 : 0) : found[0];
}

const counts: Readonly<Record<string, "ranks" | "cpus" | "nodes" | "slots">> = {
  ...{ SLURM_NTASKS: "ranks", SLURM_NPROCS: "ranks", SLURM_CPUS_PER_TASK: "cpus", NSLOTS: "slots", PBS_NP: "slots" },
  ...{ SLURM_NNODES: "nodes", SLURM_JOB_NUM_NODES: "nodes", NHOSTS: "nodes", PBS_NUM_NODES: "nodes", NCPUS: "cpus" },
};

// Counts: the target's variable if it counts the same, else the number that was asked for.
function countOf(name: string, { from, to, neutral: spec }: JobFacts): Counterpart | null {
  const what = counts[name];
  const own =
    from === "slurm"
      ? name.startsWith("SLURM_")
      : from === "sge"
        ? /^N(SLOTS|HOSTS)$/.test(name)
        : /^(PBS_N|NCPUS$)/.test(name);
  if (!what || !own) return null;
  const nodes = spec.nodes?.least ?? 1;
  const ranks = spec.ranks ?? nodes * (spec.ranksPerNode ?? 1);
  const cpus = spec.cpusPerRank ?? 1;
  const single = (count: number, variable: Counterpart): Counterpart =>
    count === 1
      ? variable
      : {
          kind: "text",
          text: String({ ranks, cpus, nodes, slots: ranks * cpus }[what]),
          how: "the number that the script asks for",
        };
  const variable = (name: string, fallback?: string): Counterpart => ({
    kind: "variable",
    name,
    how: null,
    ...(fallback ? { fallback } : {}),
  });
  if (to === "sge") {
    if (what === "nodes") return variable("NHOSTS");
    return single(what === "ranks" ? cpus : what === "cpus" ? ranks : 1, variable("NSLOTS"));
  }
  if (to === "pbs") {
    if (what === "nodes") return { kind: "text", text: "$(sort -u $PBS_NODEFILE | wc -l)", how: null };
    const perChunk = spec.ranksPerNode ?? (spec.nodes === null ? 1 : Math.ceil(ranks / nodes));
    if (what === "cpus" || (what === "slots" && ranks === 1)) return single(perChunk, variable("NCPUS"));
    return single(cpus, { kind: "text", text: "$(wc -l < $PBS_NODEFILE)", how: null });
  }
  if (what === "nodes") return variable("SLURM_JOB_NUM_NODES");
  if (what === "cpus" || (what === "slots" && ranks === 1 && cpus > 1))
    return variable("SLURM_CPUS_PER_TASK", spec.cpusPerRank === null ? "1" : undefined);
  const isSaid = spec.ranks !== null || spec.ranksPerNode !== null;
  return single(cpus, variable("SLURM_NTASKS", isSaid ? undefined : "1"));
}
