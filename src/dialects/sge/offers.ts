/** Owns what the host and its queues offer: the values of resources, and whether requests could be met there. */

import { type ClusterDescription, totals } from "../../model/cluster.ts";
import { idleMachine, type MachineUse } from "../../model/machine-use.ts";
import type { Request } from "../../model/spec.ts";
import { amountText } from "./amounts.ts";
import { architecture } from "./architecture.ts";
import { bytesOf, type Complex, complexNamed, secondsOf, type ValueKind } from "./complexes.ts";
import { matches } from "./patterns.ts";
import { describedComplex, hostSiteValues, queueHasSite, unmetSiteValue } from "./site-resources.ts";

/** How a request compares with what there is: `<=` asks for no more than that. */
export type Comparison = "==" | "<=" | ">=";

/** The comparison of a resource, as `qconf -sc` lists it. */
export function comparisonOf({ name, kind }: Complex): Comparison {
  if (kind === "string" || kind === "host" || kind === "boolean" || exact.includes(name)) return "==";
  return kind === "double" || growing.includes(name) ? ">=" : "<=";
}

const exact: readonly string[] = ["num_proc", "seq_no"];
const growing: readonly string[] = ["mem_used", "swap_rate", "swap_rsvd", "swap_used", "virtual_used"];

/** One resource, and where its value comes from: reported (hl) or counted (hc) on the host, counted (qc) or set (qf) in a queue. */
export interface Offer {
  readonly name: string;
  /** Of resources of the site, which are in no table. */
  readonly shortcut?: string;
  readonly kind?: ValueKind;
  readonly source: "hl" | "hc" | "hf" | "qc" | "qf";
  /** A number, bytes for memory, or text. */
  readonly value: number | string;
}

/** What is known of the host, in the order in which it is reported. */
export function hostOffers(
  cluster: ClusterDescription,
  left: { readonly slots: number; readonly memory: number },
  use: MachineUse = idleMachine,
): readonly Offer[] {
  const { cpus, memory } = totals(cluster);
  const [short, medium, long] = use.load;
  const loads: readonly (readonly [string, number])[] = [
    ["load_avg", medium],
    ["load_short", short],
    ["load_medium", medium],
    ["load_long", long],
  ];
  const topology = `S${"C".repeat(cpus)}`;
  const reported: readonly (readonly [string, number | string])[] = [
    ...loads,
    ["arch", architecture("amd64")],
    ["num_proc", cpus],
    ["mem_free", use.memoryFree],
    ["swap_free", use.swapTotal - use.swapUsed],
    ["virtual_free", use.memoryFree + use.swapTotal - use.swapUsed],
    ["mem_total", memory],
    ["swap_total", use.swapTotal],
    ["virtual_total", memory + use.swapTotal],
    ["mem_used", use.memoryUsed],
    ["swap_used", use.swapUsed],
    ["virtual_used", use.memoryUsed + use.swapUsed],
    ["cpu", use.busy],
    ["m_topology", topology],
    ["m_topology_inuse", topology],
    ["m_socket", 1],
    ["m_core", cpus],
    ["m_thread", cpus],
    ...loads.map(([name, load]) => [`np_${name}`, load / Math.max(1, cpus)] as const),
  ];
  return [
    ...reported.map(([name, value]): Offer => ({ name, source: "hl", value })),
    { name: "h_vmem", source: "hc", value: left.memory },
    { name: "slots", source: "hc", value: left.slots },
  ];
}

/** What is set in a queue, in the order in which it is shown; no limit is text, as is a length of time. */
export function queueLimits(cluster: ClusterDescription, name: string, host: string): readonly Offer[] {
  const queue = cluster.queues.find((one) => one.name === name);
  const wallTime = queue?.maxWallTime == null ? "infinity" : clockText(queue.maxWallTime);
  const endless = ["cpu", "fsize", "data", "stack", "core", "rss", "vmem"].flatMap((what) => [
    `s_${what}`,
    `h_${what}`,
  ]);
  const set: readonly (readonly [string, number | string])[] = [
    ["qname", name],
    ["hostname", host],
    ["tmpdir", "/tmp"],
    ["seq_no", queue?.sequence ?? 0],
    ["rerun", 0],
    ["calendar", "NONE"],
    ["s_rt", wallTime],
    ["h_rt", wallTime],
    ...endless.map((limit) => [limit, "infinity"] as const),
    ["min_cpu_interval", "00:05:00"],
  ];
  return set.map(([limit, value]) => ({ name: limit, source: "qf", value }));
}

/** `01:30:00`. */
export function clockText(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

/** The master's word on a request for a resource that nobody knows; null where all are known. */
export function unknownRequest(requests: readonly Request[], cluster: ClusterDescription): string | null {
  const unknown = requests.find(({ name }) => complexNamed(name) === undefined && !describedComplex(cluster, name));
  return unknown && cluster.strict ? `unknown resource "${unknown.name}"` : null;
}

/**
 * Whether a queue is among those that are meant by requests. What is measured is of the moment, and chooses none, as with the
 * real one.
 */
export function selects(cluster: ClusterDescription, queue: string, requests: readonly Request[]): boolean {
  const measured = requests.some(({ name }) => isMeasured(complexNamed(name)?.name ?? ""));
  if (measured) return false;
  const set = new Map(queueLimits(cluster, queue, cluster.host).map(({ name, value }) => [name, value]));
  return (
    offers(cluster, queue, requests) &&
    requests.every(({ name, value }) => {
      const row = complexNamed(name);
      const own = row && comparisonOf(row) === "==" ? set.get(row.name) : undefined;
      return row === undefined || own === undefined || meets(row, own, value);
    })
  );
}

/** Whether the host meets the requests at this moment; what only queues have it has not. */
export function hostMeets(
  values: readonly Offer[],
  requests: readonly Request[],
  cluster: ClusterDescription,
): boolean {
  return requests.every(({ name, value }) => {
    const complex = describedComplex(cluster, name);
    if (complex) {
      const site = hostSiteValues(cluster).filter((one) => one.name === complex.name);
      return site.length > 0 && unmetSiteValue(site, { name, value }, { complex, slots: 1 }) === null;
    }
    const row = complexNamed(name);
    if (row?.name === "hostname") return matches(value, cluster.host);
    const offer = values.find((one) => one.name === (row?.name ?? name));
    return row !== undefined && offer !== undefined && meets(row, offer.value, value);
  });
}

/** Whether a queue could ever meet the requests. What is not known of a machine is no obstacle. */
export function offers(cluster: ClusterDescription, queue: string, requests: readonly Request[]): boolean {
  const { cpus, memory } = totals(cluster);
  const described = cluster.queues.find(({ name }) => name === queue);
  const known = new Map<string, number | string>([
    ...hostOffers(cluster, { slots: cpus, memory })
      .filter(({ name }) => !isMeasured(name))
      .map(({ name, value }) => [name, value] as const),
    ["slots", described?.slots ?? cpus],
    ["hostname", cluster.host],
    ["qname", queue],
    ["h_rt", described?.maxWallTime ?? Number.POSITIVE_INFINITY],
    ["s_rt", described?.maxWallTime ?? Number.POSITIVE_INFINITY],
  ]);
  return requests.every((request) => {
    if (describedComplex(cluster, request.name)) return queueHasSite(cluster, queue, { request, slots: 1 });
    const row = complexNamed(request.name);
    const value = row && known.get(row.name);
    return row === undefined || value === undefined || meets(row, value, request.value);
  });
}

// What is busy or free now may be otherwise in a moment.
function isMeasured(name: string): boolean {
  return /load_|_free$|_used$|^swap_|^cpu$/.test(name);
}

/** What the host offers of the first request that it could never meet, `hl:arch=lx-amd64`; null if it meets all. */
export function unmetRequest(cluster: ClusterDescription, requests: readonly Request[], slots: number): string | null {
  const { cpus, memory } = totals(cluster);
  const offered = new Map(hostOffers(cluster, { slots: cpus, memory }).map((offer) => [offer.name, offer]));
  const site = hostSiteValues(cluster);
  for (const request of requests) {
    const { name, value } = request;
    const complex = describedComplex(cluster, name);
    const unmet = complex && unmetSiteValue(site, request, { complex, slots });
    if (unmet) return `${unmet.source}:${unmet.name}=${offeredText(unmet, unmet.value)}`;
    const row = complex ? undefined : complexNamed(name);
    const offer = row && offered.get(row.name);
    if (!row || !offer || isMeasured(row.name)) continue;
    // What is counted is taken by each slot.
    const left = offer.source === "hc" && typeof offer.value === "number" ? offer.value / slots : offer.value;
    if (!meets(row, left, value)) return `${offer.source}:${offer.name}=${offeredText(row, offer.value)}`;
  }
  return null;
}

function offeredText({ kind }: Pick<Complex, "kind">, value: number | string): string {
  if (typeof value === "string") return value;
  if (kind === "memory") return amountText(value, 3);
  return value.toFixed(6);
}

function meets(row: Complex, value: number | string, wanted: string): boolean {
  if (typeof value === "string") return matches(wanted, value);
  const amount = row.kind === "time" ? secondsOf(wanted) : row.kind === "memory" ? bytesOf(wanted) : Number(wanted);
  if (amount === null || Number.isNaN(amount)) return false;
  const comparison = comparisonOf(row);
  if (comparison === "==") return amount === value;
  return comparison === "<=" ? amount <= value : amount >= value;
}
