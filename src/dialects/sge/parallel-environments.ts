/** Owns which parallel environment a request means, and what was said of it. */

import type { ClusterDescription, ParallelEnvironmentDescription } from "../../model/cluster.ts";
import { matches } from "./patterns.ts";

/** The first described environment that a request (a name or a pattern) means. */
export function environmentMeant(
  asked: string,
  { parallelEnvironments }: ClusterDescription,
): ParallelEnvironmentDescription | undefined {
  return parallelEnvironments.find(({ name }) => matches(asked, name));
}
