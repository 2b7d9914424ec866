/** Owns what is counted by name, besides what machines have: slots of queues and environments, resources of a site. */

import { type Need, type Share, sized } from "../model/need.ts";
import { queuePool } from "../model/queues.ts";
import type { Holding, Policy } from "../model/scheduling.ts";

/** What is left of it, taken from start by start in one pass. */
export interface Pools {
  /** The queues in which the job would find enough, its own first; null where it would not. Of one queue it has all of it. */
  placing(need: Need, queues: readonly string[]): readonly Share[] | null;
  take(need: Need, shares: readonly Share[]): void;
  /** What an element has taken is there again. */
  give(held: Holding): void;
}

/** What the running elements leave. What has no capacity is not counted. */
export function poolsOf(
  capacities: ReadonlyMap<string, number>,
  holding: readonly Holding[],
  policy: Pick<Policy, "oversized">,
): Pools {
  const left = new Map(capacities);
  const free = (pool: string): number => left.get(pool) ?? Number.POSITIVE_INFINITY;
  const slotsOf = (need: Need, queue: string): number =>
    policy.oversized === "runs"
      ? Math.min(need.cpus, capacities.get(queuePool("slots", queue)) ?? need.cpus)
      : need.cpus;
  const fits = (need: Need, queue: string): boolean => inQueue(need, queue, slotsOf(need, queue)).every(isFree);
  const isFree = ([pool, amount]: Demand): boolean => amount <= free(pool);

  /** How many slots of the queue the job could have. */
  const room = (need: Need, queue: string): number =>
    Math.min(
      ...inQueue(sized(need, 1), queue, 1).map(([pool, each]) => (each > 0 ? Math.floor(free(pool) / each) : 0)),
    );

  const spread = (need: Need, queues: readonly string[]): readonly Share[] | null => {
    let missing = need.cpus;
    const shares: Share[] = [];
    for (const queue of queues) {
      const slots = Math.min(missing, room(need, queue));
      if (slots <= 0) continue;
      shares.push({ queue, slots });
      missing -= slots;
    }
    if (missing > 0) return null;
    return need.spread === "last" ? shares.toReversed() : shares;
  };

  const change = (need: Need, shares: readonly Share[], sign: 1 | -1): void => {
    if (left.size === 0) return;
    const demands = [
      ...ofAll(need),
      ...shares.flatMap(({ queue, slots }) =>
        inQueue(sized(need, slots), queue, slotsOf({ ...need, cpus: slots }, queue)),
      ),
    ];
    for (const [pool, amount] of demands) if (left.has(pool)) left.set(pool, free(pool) + sign * amount);
  };
  for (const held of holding) change(held.need, sharesOf(held), -1);
  return {
    placing(need, queues) {
      if (!ofAll(need).every(isFree)) return null;
      const queue = queues.find((name) => fits(need, name));
      if (!need.spread) return queue === undefined ? null : [{ queue, slots: need.cpus }];
      // What is greater than all there is has one queue to itself.
      return spread(need, queues) ?? (queue === undefined ? null : [{ queue, slots: need.cpus }]);
    },
    take: (need, shares) => change(need, shares, -1),
    give: (held) => change(held.need, sharesOf(held), 1),
  };
}

function sharesOf({ shares, queue, need }: Holding): readonly Share[] {
  return shares ?? [{ queue, slots: need.cpus }];
}

type Demand = readonly [pool: string, amount: number];

function ofAll({ draws = [] }: Need): readonly Demand[] {
  return draws.map(({ pool, amount }) => [pool, amount]);
}

function inQueue({ draws = [] }: Need, queue: string, slots: number): readonly Demand[] {
  return [
    [queuePool("slots", queue), slots],
    ...draws.map(({ pool, amount }): Demand => [queuePool(pool, queue), amount]),
  ];
}
