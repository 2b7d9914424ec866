/** Owns how Grid Engine says what a job needs: slots of a parallel environment, and requests. */

import { type Loss, type Part, type Saying, type SiteWords, saying } from "../../language/neutral.ts";
import type { Counted, FieldName, JobSpec } from "../../model/spec.ts";

/** What a job's slots come to. */
function slotsOf(spec: JobSpec): { slots: number; nodes: number; ranks: number } {
  const nodes = Math.max(1, spec.nodes?.least ?? 1);
  const ranks = spec.ranks ?? nodes * (spec.ranksPerNode ?? 1);
  const gpus = (spec.gpus ?? spec.gpusPerNode ?? []).reduce((sum, { count }) => sum + count, 0);
  const slots = Math.max(
    ranks * (spec.cpusPerRank ?? 1),
    (spec.cpusPerNode ?? 0) * nodes,
    (spec.cpusPerGpu ?? 0) * gpus,
  );
  return { slots, nodes, ranks };
}

/** Tasks, threads and nodes as slots of a parallel environment. */
export function sayEnvironment(spec: JobSpec, site: SiteWords): readonly Saying[] {
  const { slots, nodes, ranks } = slotsOf(spec);
  const parts = (["ranks", "ranksPerNode", "nodes", "cpusPerRank", "cpusPerNode", "cpusPerGpu"] as const).filter(
    (part) => spec[part] !== null,
  );
  if (slots === 1) return [saying(parts, {})];
  const oneNode = ranks === 1 || (spec.nodes !== null && nodes === 1);
  const even = environmentFor(site, slots / nodes);
  const name = oneNode
    ? (environmentFor(site, "threads") ?? "smp")
    : (spec.nodes && even) || (environmentFor(site, "ranks") ?? "mpi");
  const hows = [
    ...(!oneNode && spec.nodes !== null && !even
      ? [`how many slots each host gives is up to the environment: ${nodes} × ${slots / nodes} were asked for`]
      : []),
    ...(ranks > 1 && (spec.cpusPerRank ?? 1) > 1
      ? [`a slot is a processor: ${ranks} tasks of ${spec.cpusPerRank}`]
      : []),
    ...(oneNode && ranks > 1 ? ["tasks and threads are both slots"] : []),
  ];
  const parallelEnvironment = { name, slots: [{ first: slots, last: slots }] };
  return [saying(parts, { parallelEnvironment }, hows.join("; ") || null)];
}

function environmentFor(site: SiteWords, kind: SiteWords["environments"][string]): string | undefined {
  return Object.entries(site.environments).find(([, each]) => each === kind)?.[0];
}

/** What Slurm gives to a node, or to a GPU, each slot has its share of here. */
export function sayMemory(spec: JobSpec, site: SiteWords): readonly (Saying | Loss)[] {
  const { slots, nodes } = slotsOf(spec);
  const parts = (["memoryPerNode", "memoryPerCpu", "memoryPerGpu"] as const).filter((part) => spec[part] !== null);
  if (spec.memoryPerNode === 0) return [{ parts, why: "there is no request for all the memory of a host" }];
  const gpus =
    (spec.gpus ?? []).reduce((sum, { count }) => sum + count, 0) +
    (spec.gpusPerNode ?? []).reduce((sum, { count }) => sum + count, 0) * nodes;
  const perNode = Math.ceil(slots / nodes);
  const bytes =
    spec.memoryPerCpu ??
    (spec.memoryPerNode !== null
      ? spec.memoryPerNode / perNode
      : ((spec.memoryPerGpu ?? 0) * Math.max(1, gpus)) / slots);
  const share = spec.memoryPerCpu === null && slots > 1 ? `, ${perNode} slots on a host share it` : "";
  const how = spec.memoryPerCpu === null || site.memory !== "h_vmem" ? `${site.memory} is for each slot${share}` : null;
  return [request(parts, [site.memory, sizeText(bytes)], how)];
}

/** Bytes with the largest unit that loses nothing; megabytes at least. */
function sizeText(bytes: number): string {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  if (bytes < 2 ** 20) return String(Math.ceil(bytes));
  if (bytes % 2 ** 20 !== 0 && bytes === Math.ceil(bytes) && bytes % 2 ** 10 === 0) return `${bytes / 1024}K`;
  return megabytes % 1024 === 0 ? `${megabytes / 1024}G` : `${megabytes}M`;
}

/** GPUs as the site's request for the whole job. */
export function sayGpus(spec: JobSpec, site: SiteWords): readonly Saying[] {
  const { nodes, ranks } = slotsOf(spec);
  const parts = (["gpus", "gpusPerNode", "gpusPerRank"] as const).filter((part) => spec[part] !== null);
  const count = (things: readonly Counted[] | null) => (things ?? []).reduce((sum, thing) => sum + thing.count, 0);
  const all = Math.max(count(spec.gpus), count(spec.gpusPerNode) * nodes, count(spec.gpusPerRank) * ranks);
  const types = [...(spec.gpus ?? []), ...(spec.gpusPerNode ?? []), ...(spec.gpusPerRank ?? [])].flatMap(
    ({ type }) => type ?? [],
  );
  const hows = [
    ...(types.length ? [`the type ${types[0]} is not said: it is a request of the site`] : []),
    ...(parts.includes("gpus") ? [] : [`${site.gpus} is the site's name, and counts for the whole job`]),
  ];
  return [request(parts, [site.gpus, String(all)], hows.join("; ") || null)];
}

/** Named things as requests. */
export function sayCounted(part: FieldName, things: readonly Counted[] | null): readonly Saying[] {
  return (things ?? []).length === 0
    ? [saying([part], {})]
    : (things ?? []).map(({ name, count }) =>
        request([part], [name, String(count)], "works where the site has a complex of that name"),
      );
}

/** Nodes wanted and not wanted as a request for a host name. */
export function sayHosts({ nodeList, excludedNodes }: JobSpec): readonly (Saying | Loss)[] {
  const wanted = (nodeList ?? []).join("|");
  const unwanted = (excludedNodes ?? []).map((name) => `!${name}`).join("&");
  const parts = (["nodeList", "excludedNodes"] as const).filter((part) => ({ nodeList, excludedNodes })[part] !== null);
  if (!wanted && !unwanted) return [saying(parts, {})];
  const how = (nodeList?.length ?? 0) > 1 ? "any of the hosts will do, where all were asked for" : null;
  return [request(parts, ["hostname", wanted && unwanted ? `(${wanted})&${unwanted}` : wanted || unwanted], how)];
}

/** Seconds as `h_rt` has them. */
export function timeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "INFINITY";
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A part as a request of a resource. */
export function request(
  parts: readonly Part[],
  [name, value]: readonly [name: string, value: string],
  how: string | null = null,
): Saying {
  return saying(parts, { requests: [{ name, value, soft: false }] }, how);
}
