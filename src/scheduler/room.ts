/** Owns what is free and what is taken: amounts, and which processors and GPUs by number. */

import { type Node, nodeNames } from "../model/cluster.ts";
import type { Need } from "../model/need.ts";
import type { Holding, Policy } from "../model/scheduling.ts";
import { nodeSpace } from "./node-space.ts";
import { numberSet } from "./number-set.ts";

/** Amounts of what is counted; memory in bytes. */
export interface Amounts {
  readonly cpus: number;
  readonly memory: number;
  readonly gpus: number;
}

/** A place given to one element. */
export interface Place {
  /** Names separated by commas where there are several. */
  readonly node: string;
  readonly cpuList: readonly number[];
  readonly gpuList: readonly number[];
}

/** What is free, taken from piece by piece. */
export interface Room {
  readonly total: Amounts;
  /** What those nodes have that start something. */
  readonly open: Amounts;
  free(): Amounts;
  /** What an element holds of those nodes. */
  held(holding: Holding): Amounts;
  /** Takes that much and says where; the caller has checked that it fits. */
  take(amounts: Amounts, nodes?: number): Place;
  /** What an element held is free again. */
  release(holding: Holding): void;
}

/** The room that what runs leaves on the nodes. */
export function roomOf(nodes: readonly Node[], holding: readonly Holding[]): Room {
  const total = sum(nodes);
  const openNodes = nodes.filter(({ mark }) => !mark);
  const closed = new Set(nodes.flatMap(({ name, mark }) => (mark ? [name] : [])));
  const open = sum(openNodes);
  const heldOf = (held: Holding): Amounts => openPart(amountsOf(held.need, total), nodeNames(held), closed);
  const [cpus, gpus, space] = [numberSet(total.cpus), numberSet(total.gpus), nodeSpace(openNodes)];
  // What runs may have been started when there was more: then nothing is free until enough of it has ended.
  let used = holding.map(heldOf).reduce<Amounts>(plus, nothing);
  let free = minus(open, used);
  const use = (amounts: Amounts): void => {
    used = amounts;
    free = minus(open, used);
  };
  for (const held of holding) {
    cpus.take(held.cpuList);
    gpus.take(held.gpuList);
    space.occupy(nodeNames(held), held.cpuList.length);
  }
  return {
    ...{ total, open },
    free: () => free,
    held: heldOf,
    take(amounts, count = 1) {
      use(plus(used, amounts));
      return {
        node: space.take(amounts.cpus, count).join(","),
        cpuList: cpus.takeLowest(amounts.cpus),
        gpuList: gpus.takeLowest(amounts.gpus),
      };
    },
    release(held) {
      use(minus(used, heldOf(held)));
      cpus.give(held.cpuList);
      gpus.give(held.gpuList);
      space.occupy(nodeNames(held), held.cpuList.length, -1);
    },
  };
}

const nothing: Amounts = { cpus: 0, memory: 0, gpus: 0 };

/** What a job has to find free before it starts; more than there is where that is what it asked for and waits for. */
export function wantedBy(need: Need, total: Amounts, { oversized }: Pick<Policy, "oversized">): Amounts {
  if (oversized === "runs") return amountsOf(need, total);
  return { cpus: Math.max(1, need.cpus), memory: need.memory, gpus: need.gpus };
}

/**
 * What a need takes of this machine. One that is greater than the machine takes all its processors and so runs alone;
 * everything takes a processor, so that what runs at a time stays bounded.
 */
export function amountsOf(need: Need, total: Amounts): Amounts {
  const gpus = Math.min(need.gpus, total.gpus);
  if (need.cpus > total.cpus || need.memory > total.memory || need.gpus > gpus) return { ...total, gpus };
  return { cpus: Math.max(1, need.cpus), memory: need.memory, gpus };
}

export function fits(wanted: Amounts, free: Amounts): boolean {
  return wanted.cpus <= free.cpus && wanted.memory <= free.memory && wanted.gpus <= free.gpus;
}

// What is held of nodes that start nothing will leave no room when it ends.
function openPart(held: Amounts, names: readonly string[], closed: ReadonlySet<string>): Amounts {
  if (closed.size === 0) return held;
  const share = names.filter((name) => !closed.has(name)).length / names.length;
  const part = (amount: number): number => Math.ceil(amount * share);
  return { cpus: part(held.cpus), memory: part(held.memory), gpus: part(held.gpus) };
}

/** Never below nothing: what runs may have been started when there was more. */
export function minus(from: Amounts, taken: Amounts): Amounts {
  return {
    cpus: Math.max(0, from.cpus - taken.cpus),
    memory: Math.max(0, from.memory - taken.memory),
    gpus: Math.max(0, from.gpus - taken.gpus),
  };
}

export function plus(a: Amounts, b: Amounts): Amounts {
  return { cpus: a.cpus + b.cpus, memory: a.memory + b.memory, gpus: a.gpus + b.gpus };
}

function sum(nodes: readonly Node[]): Amounts {
  return nodes.reduce<Amounts>(plus, nothing);
}
