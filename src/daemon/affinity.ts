/** Owns which of the machine's processors stand behind the numbers that the scheduler counts with. */

import { readFileSync } from "node:fs";
import { eachIndex, hasIndex, type Indices, indicesOf, readIndices, writeIndices } from "../model/indices.ts";

/** Turns the scheduler's processors (`0,2-3` of `count`) into the machine's; empty where jobs are not to be bound. */
export type Affinity = (cpuList: string) => string;

/** Processors are given out in the order in which the machine has them; more than it has can't be bound to. */
export function affinityOn(allowed: Indices, count: number): Affinity {
  const machine = [...eachIndex(allowed)];
  if (machine.length < count) return () => "";
  return (cpuList) => {
    const wanted = readIndices(cpuList);
    const cpus = machine.filter((_, number) => hasIndex(wanted, number));
    return writeIndices(indicesOf(cpus.map((cpu) => ({ first: cpu, last: cpu, step: 1 }))));
  };
}

/** The processors this process may use: a container or `taskset` leaves some out. None where the system doesn't say. */
export function allowedCpus(): Indices {
  try {
    const [, list] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return readIndices(list ?? "");
  } catch {
    return [];
  }
}
