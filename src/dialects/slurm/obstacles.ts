/** Owns what srun and salloc are told at once of a job that cannot start soon. */

import { type ClusterDescription, totals } from "../../model/cluster.ts";
import type { Submission } from "../../model/job.ts";
import { type Geometry, geometryOf, queueOf } from "./geometry.ts";

/** A line for the user, or null where the job only waits its turn. */
export function obstacleTo({ spec, holds }: Submission, cluster: ClusterDescription): string | null {
  if (holds.length > 0) return "Job is in held state, pending scheduler release";
  const geometry = geometryOf(spec, cluster);
  const longest = queueOf(spec, cluster)?.maxWallTime ?? Number.POSITIVE_INFINITY;
  const beyond = exceeds(geometry, cluster) || geometry.wallTime > longest;
  return beyond ? "Requested partition configuration not available now" : null;
}

/** Whether more is asked for than a described cluster has. */
export function exceeds({ cpus, nodes }: Geometry, cluster: ClusterDescription): boolean {
  return cluster.strict && (cpus > totals(cluster).cpus || nodes > cluster.nodes.length);
}
