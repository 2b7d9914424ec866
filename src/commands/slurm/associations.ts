/** Owns the associations of the cluster as commands ask for them, with what their jobs used. */

import { type Association, associationsOf } from "../../dialects/slurm/associations.ts";
import type { Context } from "../../language/context.ts";
import type { Listed } from "../../model/verbs.ts";

/** Every association there is. */
export function associations({ verbs, clock, user }: Context): readonly Association[] {
  const now = clock.now();
  const spent = verbs
    .select({ endedSince: 0 })
    .map((listed) => ({ job: listed.job, cpuSeconds: cpuSeconds(listed, now) }));
  return associationsOf(spent, user);
}

function cpuSeconds(listed: Listed, now: number): number {
  if (listed.kind !== "element" || listed.element.startedAt === null) return 0;
  return (((listed.element.endedAt ?? now) - listed.element.startedAt) / 1000) * listed.job.need.cpus;
}
