/** Owns a job's limits: resource limits of its processes, and the signals that end its time. */

import type { Kin } from "../../language/dialect.ts";
import { type ClusterDescription, knownQueues } from "../../model/cluster.ts";
import type { Job } from "../../model/job.ts";
import type { MemoryRow, TimelineRow } from "../../model/launch.ts";
import type { Request } from "../../model/spec.ts";
import { secondsOf } from "./complexes.ts";
import { bytesAsked, slotsHeld } from "./geometry.ts";
import { asked } from "./requests.ts";
import { signalNumber } from "./signals.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Which request limits what, whether each slot gets as much, and the least that is set: bytes, seconds for time. */
const limitRows: readonly {
  readonly request: string;
  readonly limit: string;
  readonly perSlot: boolean;
  readonly floor: number;
  readonly time?: true;
}[] = [
  { request: "vmem", limit: "as", perSlot: true, floor: 10 * MiB },
  { request: "data", limit: "data", perSlot: true, floor: 10 * MiB },
  { request: "cpu", limit: "cpu", perSlot: false, floor: 2, time: true },
  { request: "fsize", limit: "fsize", perSlot: false, floor: 15 * KiB },
  { request: "stack", limit: "stack", perSlot: false, floor: 1 * MiB },
  { request: "core", limit: "core", perSlot: false, floor: 0 },
  { request: "rss", limit: "rss", perSlot: false, floor: 10 * MiB },
];

/** What a job that asks for nothing has as much of as the machine's hard limits allow. */
const free: readonly string[] = ["stack", "core"];

/** `name=soft:hard` for each limit asked for; a part nobody asked for is empty. */
export function resourceLimits({ job, element, cluster }: Kin): readonly string[] {
  const slots = slotsHeld(job, element, cluster);
  return limitRows.flatMap(({ request, limit, perSlot, floor, time }) => {
    const amount = time ? secondsAsked : bytesAsked;
    const soft = amount(job.spec.requests, `s_${request}`);
    const hard = amount(job.spec.requests, `h_${request}`) ?? (limit === "as" ? cluster.defaultMemoryPerCpu : null);
    // Queues limit nothing by themselves, whatever the machine's usual limit is.
    if (soft === null && hard === null) return free.includes(limit) ? [`${limit}=unlimited:`] : [];
    const written = (value: number | null) =>
      value === null ? "" : text(Math.max(floor, value * (perSlot ? slots : 1)));
    // A hard limit lowers the soft one with it.
    return [`${limit}=${written(least(soft, hard))}:${written(hard)}`];
  });
}

/** The job's address space: execd adds up what all its processes have, whatever each of them may. */
export function memoryLimits({ job, element, cluster }: Kin): readonly MemoryRow[] {
  const slots = slotsHeld(job, element, cluster);
  const row = (request: string, signal: string, tag: string): readonly MemoryRow[] => {
    const bytes = bytesAsked(job.spec.requests, request);
    if (bytes === null || !Number.isFinite(bytes) || bytes <= 0) return [];
    const limitKiB = (bytes * slots) / 1024;
    return [{ measure: "virtual", limitKiB, signal: signalNumber(signal), scope: "all", tag }];
  };
  return [...row("h_vmem", "KILL", "limit"), ...row("s_vmem", "XCPU", "")];
}

/** Seconds after the first signal before which no other one is sent. */
const signalPause = 90;

/** The rows of the time limit, from the start on. */
export function timeLimits(job: Job, cluster: ClusterDescription): readonly TimelineRow[] {
  const { spec } = job;
  const { soft, hard } = timesWhereItRuns(job, cluster);
  const warned = soft !== null && Number.isFinite(soft) && (hard === null || soft < hard);
  const warning = warned ? [signalAt(soft, "USR1", "")] : [];
  if (hard === null || !Number.isFinite(hard)) return warning;
  // The real daemon holds the kill back until 90 seconds after it has sent a first signal.
  const end = warned ? Math.max(hard, soft + signalPause) : hard;
  if (!spec.notify) return [...warning, signalAt(end, "KILL", "limit")];
  return [...warning, signalAt(end, "USR2", ""), signalAt(end + cluster.notifyTime, "KILL", "limit")];
}

/** Seconds: what a job asked for, or its queue's `s_rt` and `h_rt` where they are less. */
function timesWhereItRuns({ spec, queue }: Job, cluster: ClusterDescription) {
  const own = knownQueues(cluster).find(({ name }) => name === queue);
  const softly = own?.attributes?.s_rt;
  return {
    soft: least(spec.softWallTime, softly === undefined ? null : secondsOf(softly)),
    hard: least(spec.wallTime, own?.maxWallTime ?? null),
  };
}

/** A signal to the whole job, `seconds` from the start (or from now). */
export function signalAt(seconds: number, name: string, tag: TimelineRow["tag"]): TimelineRow {
  return { afterMs: seconds * 1000, signal: signalNumber(name), scope: "all", tag, notice: "" };
}

function secondsAsked(requests: readonly Request[] | null, name: string): number | null {
  const value = asked(requests, name);
  return value === null ? null : secondsOf(value);
}

function least(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function text(value: number): string {
  return Number.isFinite(value) ? String(Math.floor(value)) : "unlimited";
}
