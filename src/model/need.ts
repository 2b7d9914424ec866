/** Owns what the scheduler counts of a job, and what becomes of it where a job is smaller or in several queues. */

import type { Indices } from "./indices.ts";

/** What the scheduler counts for one element: on one machine, all nodes' shares are added up. */
export interface Need {
  readonly cpus: number;
  /** Bytes; 0 is not counted. */
  readonly memory: number;
  readonly gpus: number;
  readonly nodes: number;
  /** Milliseconds; Infinity where there is no limit. */
  readonly wallTime: number;
  /** It said no time and takes what its queue allows (Grid Engine); left out: no limit is more than any queue's. */
  readonly anyTime?: true;
  /** Why nothing of the cluster will ever do, in the dialect's words; the job waits for another cluster. */
  readonly unsuited?: string;
  /** Queues that will do, the best first; left out: the one it is in. */
  readonly queues?: readonly string[];
  /** What it takes of what is counted by name, besides; amounts for all of it. `whole`: however many processors it gets. */
  readonly draws?: readonly { readonly pool: string; readonly amount: number; readonly whole?: boolean }[];
  /** Numbers of processors that will do, of which `cpus` is the greatest; left out: only that. */
  readonly sizes?: Indices;
  /** It may be in several of its queues at once, filled in their order, and its own is the first or the last of them. */
  readonly spread?: "first" | "last";
  /** The plain machines that it must be on, all of it on one of them; left out: it is for this machine. */
  readonly target?: string;
}

/** What an element has of one queue. */
export interface Share {
  readonly queue: string;
  readonly slots: number;
}

/** The need of an element that was given these shares; the need itself where it has all of one queue. */
export function needOf(need: Need, { shares }: { readonly shares?: readonly Share[] }): Need {
  return shares
    ? sized(
        need,
        shares.reduce((sum, { slots }) => sum + slots, 0),
      )
    : need;
}

/** The need of a job that gets so many processors; memory and what is counted for each of them go with the number. */
export function sized(need: Need, cpus: number): Need {
  if (cpus === need.cpus) return need;
  const part = (amount: number): number => Math.ceil((amount / need.cpus) * cpus);
  const { draws } = need;
  return {
    ...{ ...need, cpus, memory: part(need.memory) },
    ...(draws ? { draws: draws.map((draw) => (draw.whole ? draw : { ...draw, amount: part(draw.amount) })) } : {}),
  };
}

/** The numbers of processors that will do and are no more than `most`, the greatest first. */
export function* sizesOf({ cpus, sizes = [[cpus, cpus]] }: Need, most = Number.POSITIVE_INFINITY): Generator<number> {
  for (const [first, last] of (sizes satisfies Indices).toReversed())
    for (let size = Math.min(last, most); size >= first; size--) yield size;
}

/** The least that will do. */
export function leastSize({ cpus, sizes }: Need): number {
  return sizes?.[0]?.[0] ?? cpus;
}
