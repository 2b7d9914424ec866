/** Owns what a Slurm job's nodes, tasks, processors, memory and GPUs come to, once all is said. */

import type { Kin } from "../../language/dialect.ts";
import { type ClusterDescription, knownQueues, type Queue } from "../../model/cluster.ts";
import type { Need } from "../../model/need.ts";
import type { Counted, JobSpec } from "../../model/spec.ts";

/** The numbers that listings and variables show: what was asked, however small the machine is. */
export interface Geometry {
  readonly nodes: number;
  readonly tasks: number;
  /** Tasks that fit the processors, where nobody said how many. */
  readonly tasksOnNode: number;
  readonly cpusPerTask: number;
  readonly cpus: number;
  readonly gpus: number;
  /** Bytes; null where the other one was said. */
  readonly memoryPerCpu: number | null;
  readonly memoryPerNode: number | null;
  /** Bytes over all nodes; 0 is not counted. */
  readonly memory: number;
  /** Seconds. */
  readonly wallTime: number;
}

/** What the spec comes to on this cluster. */
export function geometryOf(spec: JobSpec, cluster: ClusterDescription, queue = queueOf(spec, cluster)): Geometry {
  const node = largestNode(cluster);
  const { nodes, tasks } = layout(spec);
  // With `user` and `mcs` a node is shared, if not with everybody.
  const whole = spec.exclusive === "node";
  const gpus = Math.max(gpusAsked(spec, nodes, tasks), whole ? node.gpus * nodes : 0);
  const cpusPerTask = spec.cpusPerRank ?? 1;
  const asked = spec.overcommit ? nodes : tasks * cpusPerTask;
  const least = Math.max((spec.cpusPerNode ?? 0) * nodes, (spec.cpusPerGpu ?? 0) * gpus, whole ? node.cpus * nodes : 0);
  const cpus = Math.max(asked, least);
  const shares = { ...memoryShares(spec, cluster), nodes, cpus, gpus };
  const said = spec.ranks !== null || spec.ranksPerNode !== null;
  return {
    ...{ nodes, tasks, cpusPerTask, cpus, gpus },
    tasksOnNode: said ? tasks : Math.max(1, Math.floor(cpus / cpusPerTask)),
    memoryPerCpu: shares.memoryPerCpu,
    memoryPerNode: shares.memoryPerNode,
    memory: memoryOf(spec, shares, node.memory),
    wallTime: spec.wallTime ?? queue?.defaultWallTime ?? queue?.maxWallTime ?? Number.POSITIVE_INFINITY,
  };
}

/** What a job that starts comes to; asked for by `once`. */
export function geometryOfKin({ job, cluster }: Pick<Kin, "job" | "cluster">): Geometry {
  return geometryOf(job.spec, cluster);
}

/** What the scheduler counts. */
export function needOf({ cpus, memory, gpus, nodes, wallTime }: Geometry): Need {
  return { cpus, memory, gpus, nodes, wallTime: wallTime * 1000 };
}

/** The described queue a job goes to: the first it names, or the default one; null where none is described. */
export function queueOf(spec: JobSpec, cluster: ClusterDescription): Queue | null {
  const named = spec.queues?.[0];
  const found = knownQueues(cluster).find((queue) => (named === undefined ? queue.isDefault : queue.name === named));
  return found ?? null;
}

/** The biggest share any node has of each thing. */
export function largestNode(cluster: ClusterDescription): { cpus: number; memory: number; gpus: number } {
  return {
    cpus: Math.max(1, ...cluster.nodes.map(({ cpus }) => cpus)),
    memory: Math.max(0, ...cluster.nodes.map(({ memory }) => memory)),
    gpus: Math.max(0, ...cluster.nodes.map(({ gpus }) => gpus)),
  };
}

// --ntasks-per-node without -n gives that many tasks on each node; nodes alone give one task each.
function layout({ nodes, nodeList, ranks, ranksPerNode }: JobSpec): { nodes: number; tasks: number } {
  const asked = Math.max(1, nodes?.least ?? 0, nodeList?.length ?? 0);
  if (ranks === null) return { nodes: asked, tasks: asked * (ranksPerNode ?? 1) };
  const spread = ranksPerNode === null ? 1 : Math.ceil(ranks / ranksPerNode);
  return { nodes: nodes === null ? Math.max(asked, spread) : asked, tasks: ranks };
}

function gpusAsked(spec: JobSpec, nodes: number, tasks: number): number {
  const generic = (spec.genericResources ?? []).filter(({ name }) => name === "gpu");
  return Math.max(
    total(spec.gpus),
    total(spec.gpusPerNode) * nodes,
    total(spec.gpusPerRank) * tasks,
    total(generic) * nodes,
  );
}

function total(things: readonly Counted[] | null): number {
  return (things ?? []).reduce((sum, { count }) => sum + count, 0);
}

function memoryShares(spec: JobSpec, cluster: ClusterDescription) {
  const said = spec.memoryPerNode !== null || spec.memoryPerGpu !== null;
  // Slurm gives all of the node where the cluster has no default; a laptop then counts no memory.
  const whole = !said && spec.memoryPerCpu === null && cluster.defaultMemoryPerCpu === null && cluster.strict;
  return {
    memoryPerNode: whole ? 0 : spec.memoryPerNode,
    memoryPerCpu: spec.memoryPerCpu ?? (said ? null : cluster.defaultMemoryPerCpu),
  };
}

// --mem=0 is all the memory of each node.
function memoryOf(
  spec: JobSpec,
  shares: { memoryPerNode: number | null; memoryPerCpu: number | null; nodes: number; cpus: number; gpus: number },
  nodeMemory: number,
): number {
  if (shares.memoryPerNode !== null) return (shares.memoryPerNode || nodeMemory) * shares.nodes;
  if (spec.memoryPerGpu !== null) return spec.memoryPerGpu * shares.gpus;
  return (shares.memoryPerCpu ?? 0) * shares.cpus;
}
