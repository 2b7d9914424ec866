/** Owns what the host and its queues offer: the values of resources, and whether requests could be met there. */

import { type ClusterDescription, totals } from "../../model/cluster.ts";
import type { Request } from "../../model/spec.ts";
import { bytesOf, type Complex, complexNamed, secondsOf } from "./complexes.ts";
import { architecture } from "./environment.ts";
import { matches } from "./patterns.ts";

/** How a request compares with what there is: `<=` asks for no more than that. */
export type Comparison = "==" | "<=" | ">=";

/** The comparison of a resource, as `qconf -sc` lists it. */
export function comparisonOf({ name, kind }: Complex): Comparison {
  if (kind === "string" || kind === "host" || kind === "boolean" || exact.includes(name)) return "==";
  return kind === "double" || growing.includes(name) ? ">=" : "<=";
}

const exact: readonly string[] = ["num_proc", "seq_no"];
const growing: readonly string[] = ["mem_used", "swap_rate", "swap_rsvd", "swap_used", "virtual_used"];

/** One resource of a host, and where its value comes from: reported (hl) or counted (hc). */
export interface Offer {
  readonly name: string;
  readonly source: "hl" | "hc";
  /** A number, bytes for memory, or text. */
  readonly value: number | string;
}

/** What is known of the host, in the order in which it is reported; loads are not measured. */
export function hostOffers(
  cluster: ClusterDescription,
  left: { readonly slots: number; readonly memory: number },
): readonly Offer[] {
  const { cpus, memory } = totals(cluster);
  const reported: readonly (readonly [string, number | string])[] = [
    ["arch", architecture("amd64")],
    ["num_proc", cpus],
    ["mem_total", memory],
    ["virtual_total", memory],
    ["m_socket", 1],
    ["m_core", cpus],
    ["m_thread", cpus],
  ];
  return [
    ...reported.map(([name, value]): Offer => ({ name, source: "hl", value })),
    { name: "h_vmem", source: "hc", value: left.memory },
    { name: "slots", source: "hc", value: left.slots },
  ];
}

/** The master's word on a request for a resource that nobody knows; null where all are known. */
export function unknownRequest(requests: readonly Request[], { strict }: ClusterDescription): string | null {
  const unknown = requests.find(({ name }) => complexNamed(name) === undefined);
  return unknown && strict ? `unknown resource "${unknown.name}"` : null;
}

/** Whether a queue could ever meet the requests. What is not known of a machine is no obstacle. */
export function offers(cluster: ClusterDescription, queue: string, requests: readonly Request[]): boolean {
  const { cpus, memory } = totals(cluster);
  const described = cluster.queues.find(({ name }) => name === queue);
  const known = new Map<string, number | string>([
    ...hostOffers(cluster, { slots: cpus, memory }).map(({ name, value }) => [name, value] as const),
    ["slots", described?.slots ?? cpus],
    ["hostname", cluster.host],
    ["qname", queue],
    ["h_rt", described?.maxWallTime ?? Number.POSITIVE_INFINITY],
    ["s_rt", described?.maxWallTime ?? Number.POSITIVE_INFINITY],
  ]);
  return requests.every((request) => {
    const row = complexNamed(request.name);
    const value = row && known.get(row.name);
    return row === undefined || value === undefined || meets(row, value, request.value);
  });
}

function meets(row: Complex, value: number | string, wanted: string): boolean {
  if (typeof value === "string") return matches(wanted, value);
  const amount = row.kind === "time" ? secondsOf(wanted) : row.kind === "memory" ? bytesOf(wanted) : Number(wanted);
  if (amount === null || Number.isNaN(amount)) return false;
  const comparison = comparisonOf(row);
  if (comparison === "==") return amount === value;
  return comparison === "<=" ? amount <= value : amount >= value;
}
