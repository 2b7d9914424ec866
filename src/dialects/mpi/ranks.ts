/** Owns the ranks of a parallel run: how many, on which of the job's nodes, and the variables each sees. */

import type { LaunchLine, Program } from "./launch-line.ts";

/** What a job has, as its variables say. */
export interface Slots {
  readonly nodes: number;
  readonly slots: number;
}

export interface Rank {
  readonly program: Program;
  readonly environment: readonly string[];
}

/** The slots that Slurm, Grid Engine or PBS gave; one outside of any job. */
export function slotsOf(variable: (name: string) => string | undefined): Slots {
  const number = (name: string) => (/^[0-9]+$/.test(variable(name) ?? "") ? Number(variable(name)) : null);
  const nodes = number("SLURM_JOB_NUM_NODES") ?? number("SLURM_NNODES") ?? number("NHOSTS") ?? 1;
  const perNode = tasksOn(variable("SLURM_TASKS_PER_NODE"));
  const slots = number("SLURM_NTASKS") ?? perNode ?? number("NSLOTS") ?? number("PBS_NP") ?? 1;
  return { nodes: Math.max(1, nodes), slots: Math.max(1, slots) };
}

// `2(x3),1` is seven.
function tasksOn(text: string | undefined): number | null {
  if (!text) return null;
  return text.split(",").reduce((sum, part) => {
    const [, count = "0", times = "1"] = /^([0-9]+)(?:\(x([0-9]+)\))?$/.exec(part) ?? [];
    return sum + Number(count) * Number(times);
  }, 0);
}

/** All ranks in order. */
export function ranksOf({ programs }: LaunchLine, slots: Slots): readonly Rank[] {
  const list = programs.flatMap((program) => Array.from({ length: countOf(program, slots) }, () => program));
  const perNode = programs[0]?.ranksPerNode ?? Math.ceil(list.length / slots.nodes);
  return list.map((program, rank) => {
    const first = Math.floor(rank / perNode) * perNode;
    const here = Math.min(perNode, list.length - first);
    const facts = { rank, size: list.length, local: rank - first, localSize: here, universe: slots.slots };
    const own = [...variables.map(([name, value]) => [name, String(value(facts))] as const), ...program.variables];
    return { program, environment: own.map(([name, value]) => `${name}=${value}`) };
  });
}

function countOf({ ranks, ranksPerNode }: Program, { nodes, slots }: Slots): number {
  return ranks ?? (ranksPerNode === null ? slots : ranksPerNode * nodes);
}

interface Facts {
  readonly rank: number;
  readonly size: number;
  readonly local: number;
  readonly localSize: number;
  readonly universe: number;
}

/** What Open MPI, MPICH and Intel MPI tell a rank. */
const variables: readonly (readonly [name: string, value: (facts: Facts) => number])[] = [
  ["OMPI_COMM_WORLD_RANK", ({ rank }) => rank],
  ["OMPI_COMM_WORLD_SIZE", ({ size }) => size],
  ["OMPI_COMM_WORLD_LOCAL_RANK", ({ local }) => local],
  ["OMPI_COMM_WORLD_LOCAL_SIZE", ({ localSize }) => localSize],
  ["OMPI_COMM_WORLD_NODE_RANK", ({ local }) => local],
  ["OMPI_UNIVERSE_SIZE", ({ universe, size }) => Math.max(universe, size)],
  ["PMIX_RANK", ({ rank }) => rank],
  ["PMI_RANK", ({ rank }) => rank],
  ["PMI_SIZE", ({ size }) => size],
  ["MPI_LOCALRANKID", ({ local }) => local],
  ["MPI_LOCALNRANKS", ({ localSize }) => localSize],
  ["ALPS_APP_PE", ({ rank }) => rank],
];

/** The names of all variables of a rank. */
export const rankVariableNames: readonly string[] = variables.map(([name]) => name);
