/** Owns what is free and what is taken: amounts, and which processors and GPUs by number. */

import { type Node, nodeNames } from "../model/cluster.ts";
import type { Need } from "../model/need.ts";
import type { Holding, Policy } from "../model/scheduling.ts";

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

/** What is free, taken from piece by piece in one pass. */
export interface Room {
  readonly total: Amounts;
  /** What those nodes have that start something. */
  readonly open: Amounts;
  free(): Amounts;
  /** What an element holds of those nodes. */
  held(holding: Holding): Amounts;
  /** Takes that much and says where; the caller has checked that it fits. */
  take(amounts: Amounts, nodes?: number): Place;
}

/** The room that what runs leaves on the nodes. */
export function roomOf(nodes: readonly Node[], holding: readonly Holding[]): Room {
  const total = sum(nodes);
  const openNodes = nodes.filter(({ mark }) => !mark);
  const closed = new Set(nodes.flatMap(({ name, mark }) => (mark ? [name] : [])));
  const open = sum(openNodes);
  const heldOf = (held: Holding): Amounts => openPart(amountsOf(held.need, total), nodeNames(held), closed);
  let free = holding.reduce((left, held) => minus(left, heldOf(held)), open);
  const cpus = numbersLeft(
    total.cpus,
    holding.flatMap((held) => held.cpuList),
  );
  const gpus = numbersLeft(
    total.gpus,
    holding.flatMap((held) => held.gpuList),
  );
  const freeOnNode = new Map(openNodes.map((node) => [node.name, node.cpus]));
  const occupyEach = ([node, count]: readonly [string, number]): void => {
    const before = freeOnNode.get(node);
    if (before !== undefined) freeOnNode.set(node, before - count);
  };
  for (const held of holding) spread(nodeNames(held), held.cpuList.length).forEach(occupyEach);
  return {
    total,
    open,
    free: () => free,
    held: heldOf,
    take(amounts, count = 1) {
      free = minus(free, amounts);
      const names = chosen(freeOnNode, Math.min(count, openNodes.length), amounts.cpus);
      const place = {
        node: names.join(","),
        cpuList: cpus.splice(0, amounts.cpus),
        gpuList: gpus.splice(0, amounts.gpus),
      };
      spread(names, amounts.cpus).forEach(occupyEach);
      return place;
    },
  };
}

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

/** The first nodes with room for their share, in their order; where too few have it, those with most. */
function chosen(free: ReadonlyMap<string, number>, count: number, cpus: number): readonly string[] {
  const each = Math.ceil(cpus / Math.max(1, count));
  const names = [...free.keys()];
  const roomy = names.filter((name) => (free.get(name) ?? 0) >= each);
  if (roomy.length >= count) return roomy.slice(0, count);
  if (count === 1) return names.slice(0, 1);
  const most = new Set(names.toSorted((a, b) => (free.get(b) ?? 0) - (free.get(a) ?? 0)).slice(0, count));
  return names.filter((name) => most.has(name));
}

/** Processors by node, as even as can be. */
function spread(names: readonly string[], cpus: number): readonly (readonly [string, number])[] {
  const { length } = names;
  return names.map((name, at) => [name, Math.floor(((at + 1) * cpus) / length) - Math.floor((at * cpus) / length)]);
}

function sum(nodes: readonly Node[]): Amounts {
  return nodes.reduce<Amounts>(plus, { cpus: 0, memory: 0, gpus: 0 });
}

function numbersLeft(count: number, taken: readonly number[]): number[] {
  const used = new Set(taken);
  return Array.from({ length: count }, (_, number) => number).filter((number) => !used.has(number));
}
