/** Owns who may change what the cluster is. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { User } from "../../model/job.ts";

/** Root always; whoever has a cluster of their own, which nobody described strictly, manages it. */
export function isManager({ uid }: Pick<User, "uid">, { strict }: ClusterDescription): boolean {
  return uid === 0 || !strict;
}

/** What is said to everybody else. */
export function notManager(user: string): string {
  return `denied: "${user}" must be manager for this operation`;
}
