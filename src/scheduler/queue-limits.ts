/** Owns what keeps a job from ever starting in its queue as the cluster is described. */

import { type ClusterDescription, totals } from "../model/cluster.ts";
import type { Need } from "../model/need.ts";
import type { Reason } from "../model/scheduling.ts";

/**
 * The first limit that the job is beyond, in the order in which Slurm looks; null if it may start. A job that is greater
 * than the machine runs alone where nobody takes the description strictly.
 */
export function beyondQueue(need: Need, queueName: string, cluster: ClusterDescription): Reason | null {
  const queue = cluster.queues.find(({ name }) => name === queueName);
  if (cluster.strict && need.cpus > totals(cluster).cpus) return "queueConfiguration";
  if (cluster.strict && need.nodes > cluster.nodes.length) return "queueNodeLimit";
  const longest = (queue?.maxWallTime ?? Number.POSITIVE_INFINITY) * 1000;
  return need.wallTime > longest && !need.anyTime ? "queueTimeLimit" : null;
}
