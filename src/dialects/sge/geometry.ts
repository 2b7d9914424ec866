/** Owns what a job's requests mean on this cluster: slots, memory, GPUs and wall time, all at once. */

import { type ClusterDescription, totals } from "../../model/cluster.ts";
import { countIndices, type Indices, indicesOf } from "../../model/indices.ts";
import type { Element } from "../../model/job.ts";
import type { Need } from "../../model/need.ts";
import type { JobSpec, Request } from "../../model/spec.ts";
import { bytesOf } from "./complexes.ts";
import { unmetRequest } from "./offers.ts";
import { asked, requestList } from "./requests.ts";
import { forcedUnasked } from "./site-resources.ts";

/** What a job gets and what is said about it. */
export interface Geometry {
  readonly need: Need;
  /** Slots the job is told it has: what it asked for. */
  readonly slots: number;
  /** Sentences for `headnode explain`. */
  readonly notes: readonly string[];
}

/** Memory requests that count, the first one that was made; each slot gets as much. */
export const memoryRequests = [
  "h_vmem",
  "m_mem_free",
  "mem_free",
  "mem",
  "rmem",
  "vf",
  "virtual_free",
  "s_vmem",
] as const;

/** Site names for GPUs, the first one that was made. */
export const gpuRequests = ["gpu", "gpus", "ngpus", "cuda"] as const;

/** What the scheduler counts. On an undescribed machine a job that is too big gets all of it and is told so. */
export function geometryOf(spec: JobSpec, cluster: ClusterDescription): Geometry {
  const slots = grantedSlots(spec, cluster);
  const all = totals(cluster);
  const wanted = { cpus: slots, memory: slots * memoryPerSlot(spec.requests, cluster), gpus: gpusOf(spec.requests) };
  const fitting = cluster.strict ? wanted : atMost(wanted, all);
  const sizes = sizesOf(spec, all.cpus);
  const why = unsuitedText(spec, slots, cluster);
  return {
    need: {
      ...{ ...fitting, nodes: 1, wallTime: (spec.wallTime ?? Number.POSITIVE_INFINITY) * 1000 },
      ...(spec.wallTime === null ? { anyTime: true as const } : {}),
      ...(sizes.length > 0 && fitting.cpus === slots ? { sizes } : {}),
      ...(why === null ? {} : { unsuited: why }),
    },
    slots,
    notes: [
      ...(fitting.cpus < wanted.cpus ? [`asked for ${slots} slots; runs on the ${all.cpus} processors there are`] : []),
      ...(fitting.memory < wanted.memory ? ["asked for more memory than the machine has; all of it is set aside"] : []),
      ...(fitting.gpus < wanted.gpus ? [`asked for ${wanted.gpus} GPUs; ${all.gpus} are there`] : []),
    ],
  };
}

// An undescribed machine runs everything, as far as it can.
function unsuitedText(spec: JobSpec, slots: number, cluster: ClusterDescription): string | null {
  const host = cluster.hostCapacities?.find(({ name }) => name === cluster.host);
  const forced = forcedUnasked(host?.values, spec.requests, cluster);
  if (forced !== null) return `does not request 'forced' resource "${forced}" of host ${cluster.host}`;
  if (!cluster.strict) return null;
  const { parallelEnvironment, requests } = spec;
  if (parallelEnvironment && slots > totals(cluster).cpus)
    return `cannot run in PE "${parallelEnvironment.name}" because it only offers 0 slots`;
  const hard = requests?.filter(({ soft }) => !soft) ?? [];
  const unmet = unmetRequest(cluster, hard, slots);
  if (unmet === null) return null;
  return `(-l ${requestList(false).write(hard)}) cannot run at host "${cluster.host}" because it offers only ${unmet}`;
}

// Only where it would take several numbers.
function sizesOf({ parallelEnvironment: asked }: JobSpec, most: number): Indices {
  const fitting = (asked?.slots ?? []).flatMap(({ first, last }) =>
    first <= most ? [{ first: Math.max(1, first), last: Math.min(last ?? most, most), step: 1 }] : [],
  );
  const sizes = indicesOf(fitting);
  return countIndices(sizes) > 1 ? sizes : [];
}

/** The slots that a started job has. */
export function slotsHeld(
  { spec }: { readonly spec: JobSpec },
  element: Pick<Element, "shares">,
  cluster: ClusterDescription,
) {
  return element.shares?.reduce((sum, { slots }) => sum + slots, 0) ?? grantedSlots(spec, cluster);
}

/** The slots a job wants to run with: as many of its range as there are processors, or the least it would take. */
export function grantedSlots(spec: JobSpec, cluster: ClusterDescription): number {
  const ranges = spec.parallelEnvironment?.slots;
  if (!ranges) return 1;
  const { cpus } = totals(cluster);
  const fitting = ranges.filter(({ first }) => first <= cpus).map(({ last }) => Math.min(last ?? cpus, cpus));
  return fitting.length ? Math.max(...fitting) : leastSlots(spec);
}

/** The least slots a job would take; listings show it while the job waits. */
export function leastSlots(spec: JobSpec): number {
  const ranges = spec.parallelEnvironment?.slots;
  return ranges ? Math.min(...ranges.map(({ first }) => first)) : 1;
}

/** Bytes of a hard request, for each slot; null if it was not made or says nothing. */
export function bytesAsked(requests: readonly Request[] | null, name: string): number | null {
  const value = asked(requests, name);
  return value === null ? null : bytesOf(value);
}

// A consumable that is not asked for is taken as its default says.
function memoryPerSlot(requests: readonly Request[] | null, { defaultMemoryPerCpu }: ClusterDescription): number {
  const asked = memoryRequests.map((name) => bytesAsked(requests, name)).find((bytes) => bytes !== null);
  const found = asked ?? defaultMemoryPerCpu ?? 0;
  return Number.isFinite(found) && found > 0 ? Math.ceil(found) : 0;
}

function gpusOf(requests: readonly Request[] | null): number {
  const value = gpuRequests.map((name) => asked(requests, name)).find((count) => count !== null);
  if (value === undefined || value === null) return 0;
  return /^[0-9]+$/.test(value) ? Number(value) : value.toUpperCase() === "TRUE" ? 1 : 0;
}

interface Amounts {
  readonly cpus: number;
  readonly memory: number;
  readonly gpus: number;
}

function atMost(wanted: Amounts, all: Amounts): Amounts {
  return {
    cpus: Math.min(wanted.cpus, all.cpus),
    memory: Math.min(wanted.memory, all.memory),
    gpus: Math.min(wanted.gpus, all.gpus),
  };
}
