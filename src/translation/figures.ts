/** Owns what Slurm tells its jobs that other families' jobs can only know from what the script asks for, or from a file. */

import { countIndices, indicesOf } from "../model/indices.ts";
import type { Counted, JobSpec } from "../model/spec.ts";
import type { Counterpart, JobFacts } from "./counterpart.ts";

const sum = (some: readonly Counted[] | null): number | null =>
  some === null ? null : some.reduce((all, { count }) => all + count, 0);
const megabytes = (bytes: number | null): number | null => (bytes === null ? null : Math.ceil(bytes / 2 ** 20));

/** By variable: the number, null where the script asks for none. */
const figures: Readonly<Record<string, (spec: JobSpec) => number | null>> = {
  SLURM_ARRAY_TASK_COUNT: ({ array }) => (array === null ? null : countIndices(indicesOf(array))),
  SLURM_NTASKS_PER_NODE: ({ ranksPerNode }) => ranksPerNode,
  SLURM_MEM_PER_NODE: ({ memoryPerNode }) => megabytes(memoryPerNode),
  SLURM_MEM_PER_CPU: ({ memoryPerCpu }) => megabytes(memoryPerCpu),
  SLURM_MEM_PER_GPU: ({ memoryPerGpu }) => megabytes(memoryPerGpu),
  SLURM_GPUS: ({ gpus }) => sum(gpus),
  SLURM_GPUS_PER_NODE: ({ gpusPerNode }) => sum(gpusPerNode),
  SLURM_GPUS_ON_NODE: ({ gpusPerNode, gpus, nodes }) =>
    sum(gpusPerNode) ?? ((nodes?.least ?? 1) === 1 ? sum(gpus) : null),
};

/** The number that stands for a variable of Slurm's; null if there is none. */
export function figureOf(name: string, spec: JobSpec): Counterpart | null {
  const figure = figures[name]?.(spec) ?? null;
  return figure === null ? null : { kind: "text", text: String(figure), how: "the number that the script asks for" };
}

/** What tells the names of the job's hosts; null if the variable is another one. */
export function nodeListOf(name: string, { to, neutral }: JobFacts): Counterpart | null {
  if (name !== "SLURM_JOB_NODELIST" && name !== "SLURM_NODELIST") return null;
  const how = "every name is written out, with commas between them";
  if (to === "pbs") return { kind: "text", text: "$(sort -u $PBS_NODEFILE | paste -sd, -)", how };
  const { ranks, ranksPerNode, cpusPerRank, nodes } = neutral;
  const isParallel = [ranks, ranksPerNode, cpusPerRank, nodes?.least ?? null].some((count) => (count ?? 1) > 1);
  if (!isParallel) return { kind: "variable", name: "HOSTNAME", how: null };
  return { kind: "text", text: "$(cut -d' ' -f1 $PE_HOSTFILE | paste -sd, -)", how };
}
