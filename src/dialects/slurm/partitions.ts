/** Owns the partitions that listings show, and who may do what is an operator's on this cluster. */

import type { ClusterDescription, Queue } from "../../model/cluster.ts";

/** The partition where nobody described any. */
export const plainQueue = "debug";

/** The described partitions; where there are none, the one every job goes to that names no other. */
export function partitionsOf(cluster: ClusterDescription): readonly Queue[] {
  if (cluster.queues.length > 0) return cluster.queues;
  const limits = { defaultWallTime: null, maxWallTime: null, slots: null };
  const said = cluster.undescribedQueues?.find(({ name }) => name === plainQueue);
  return [{ ...limits, ...said, name: plainQueue, isDefault: true, sequence: 0 }];
}

/**
 * Root always; on a cluster that is not taken strictly also whoever owns it, and nobody else reaches it. What belongs to
 * other users stays theirs: the verbs see to that.
 */
export function isOperator(uid: number, cluster: ClusterDescription): boolean {
  return uid === 0 || !cluster.strict;
}
