/** Owns whether the nodes of a described cluster could ever hold what a job asks of each of them. */

import type { ClusterDescription, Node } from "../../model/cluster.ts";
import type { JobSpec } from "../../model/spec.ts";
import { type Geometry, largestNode } from "./geometry.ts";
import { exceeds } from "./obstacles.ts";

/** A job and the nodes it would be on. */
export interface Fitting {
  readonly spec: JobSpec;
  readonly geometry: Geometry;
  readonly cluster: ClusterDescription;
}

/**
 * The lines that Slurm says ahead of its refusal of a job that no node can hold; null where some can. A job that wants
 * more nodes or processors than there are is not refused: it waits (PartitionConfig).
 */
export function misfit({ spec, geometry, cluster }: Fitting): readonly string[] | null {
  const node = largestNode(cluster);
  if (geometry.nodes > cluster.nodes.length) return null;
  if ((spec.cpusPerNode ?? 0) > node.cpus) return ["CPU count per node can not be satisfied"];
  if (((spec.cpusPerGpu ?? 0) * geometry.gpus) / geometry.nodes > node.cpus) return [];
  if (exceeds(geometry, cluster)) return null;
  if (Math.max(spec.memoryPerNode ?? 0, spec.memoryPerCpu ?? 0) > node.memory)
    return ["Memory specification can not be satisfied"];
  if (((spec.memoryPerGpu ?? 0) * geometry.gpus) / geometry.nodes > node.memory) return [];
  return holdsTasks({ spec, geometry, cluster }) ? null : [];
}

/** Whether the nodes together have memory for every task's processors. */
function holdsTasks({ spec, geometry, cluster }: Fitting): boolean {
  const { tasks, cpusPerTask, memoryPerCpu } = geometry;
  if (!memoryPerCpu || spec.overcommit) return true;
  const roomOn = ({ cpus, memory }: Node): number =>
    Math.floor(Math.min(cpus, Math.floor(memory / memoryPerCpu)) / cpusPerTask);
  const rooms = cluster.nodes.map(roomOn).sort((one, other) => other - one);
  const most = spec.nodes === null ? rooms.length : (spec.nodes.most ?? geometry.nodes);
  return rooms.slice(0, most).reduce((sum, room) => sum + room, 0) >= tasks;
}
