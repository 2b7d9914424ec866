/** Owns what is counted by name, besides what machines have: slots of queues and environments, resources of a site. */

import type { Need } from "../model/job.ts";
import { queuePool } from "../model/queues.ts";
import type { Holding, Policy } from "../model/scheduling.ts";

/** What is left of it, taken from start by start in one pass. */
export interface Pools {
  /** Whether the job would find enough in that queue. */
  fits(need: Need, queue: string): boolean;
  take(need: Need, queue: string): void;
}

/** What the running elements leave. What has no capacity is not counted. */
export function poolsOf(
  capacities: ReadonlyMap<string, number>,
  holding: readonly Holding[],
  policy: Pick<Policy, "oversized">,
): Pools {
  const left = new Map(capacities);
  const demands = (need: Need, queue: string): readonly (readonly [string, number])[] =>
    [
      [queuePool("slots", queue), slotsOf(need, capacities.get(queuePool("slots", queue)), policy)] as const,
      ...(need.draws ?? []).flatMap(({ pool, amount }) => [
        [pool, amount] as const,
        [queuePool(pool, queue), amount] as const,
      ]),
    ].filter(([pool]) => capacities.has(pool));
  const fits = (need: Need, queue: string): boolean =>
    capacities.size === 0 || demands(need, queue).every(([pool, amount]) => amount <= (left.get(pool) ?? 0));
  const take = (need: Need, queue: string): void => {
    if (capacities.size === 0) return;
    for (const [pool, amount] of demands(need, queue)) left.set(pool, (left.get(pool) ?? 0) - amount);
  };
  for (const held of holding) take(held.need, held.queue);
  return { fits, take };
}

/** What is greater than its queue has all of it where nothing is to wait for ever. */
function slotsOf({ cpus }: Need, all: number | undefined, { oversized }: Pick<Policy, "oversized">): number {
  return oversized === "runs" ? Math.min(cpus, all ?? cpus) : cpus;
}
