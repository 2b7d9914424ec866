/** Owns what is taken of a cluster. Kept from pass to pass, it makes a pass cost nothing for what runs already. */

import type { Holding, Policy, Snapshot } from "../model/scheduling.ts";
import { type Pools, poolsOf } from "./pools.ts";
import { type Running, soonest } from "./reservation.ts";
import { type Room, roomOf } from "./room.ts";
import { type SortedList, sortedList } from "./sorted-list.ts";

export interface Occupancy {
  readonly room: Room;
  readonly pools: Pools;
  /** The soonest to end first. What a pass starts is in it. */
  readonly running: SortedList<Running>;
  /** It has ended. */
  release(held: Holding): void;
}

/** What the running elements take. */
export function occupancyOf(
  { nodes, holding, capacities = new Map() }: Pick<Snapshot, "nodes" | "holding" | "capacities">,
  policy: Pick<Policy, "oversized">,
): Occupancy {
  const room = roomOf(nodes, holding);
  const pools = poolsOf(capacities, holding, policy);
  const running = sortedList<Running>(soonest);
  const runningOf = (held: Holding): Running => ({
    ...{ job: held.job, index: held.index, amounts: room.held(held) },
    endsBy: held.startedAt + held.need.wallTime,
  });
  for (const held of holding) running.add(runningOf(held));
  return {
    ...{ room, pools, running },
    release(held) {
      room.release(held);
      pools.give(held);
      running.remove(runningOf(held));
    },
  };
}
