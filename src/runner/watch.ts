// Looks at what the jobs of the Node runner use while they run, at all of them at once, and holds them to their limits.

import type { MemoryRow } from "../model/launch.ts";
import { type LiveUsage, noUsage, type Usage } from "../model/usage.ts";
import { type ProcessRow, proportionalKiB, readIfThere, readProcesses } from "../relay/process-table.ts";
import { type JobIdentity, jobProcesses, readEnvironment, signalExactly, signalJob } from "./job-processes.ts";

/** A job that is watched. */
export interface Watched {
  /** What was seen up to now, and no more looks. */
  stop(): Pick<Usage, "maxRssKiB" | "maxVirtualKiB" | "virtualKiBMillis" | "memoryKills">;
  /** What it uses now; what its ended children used is not known before its own end. */
  now(): LiveUsage;
}

export interface Watch {
  /** `passed` is called each time a limit is. */
  add(job: JobIdentity, limits: readonly MemoryRow[], passed: (limit: MemoryRow) => void): Watched;
}

/** Milliseconds before the first look; doubled from look to look, up to one of the next three: near a limit, far from it, without any. */
const firstLookMs = 30;
const nearLookMs = 250;
const limitedLookMs = 1000;
const easyLookMs = 2000;
const afterKillMs = 50;
/** Looks that others are left the time for: two seconds, near a limit. */
const patientLooks = 8;
/** Looks this close together are one. */
const togetherMs = 200;

interface Place {
  readonly job: JobIdentity;
  readonly limits: readonly MemoryRow[];
  readonly passed: (limit: MemoryRow) => void;
  readonly done: Set<MemoryRow>;
  victim: ProcessRow | undefined;
  /** Looks that others were waited for. */
  patience: number;
  pauseMs: number;
  dueMs: number;
  processorMs: number;
  seen: { maxRssKiB: number; maxVirtualKiB: number; virtualKiBMillis: number; memoryKills: number };
}

/** A watch over all jobs of one runner. */
export function createWatch(): Watch {
  const places = new Set<Place>();
  const environments = rememberEnvironments();
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    clearTimeout(timer);
    const due = Math.min(...[...places].map(({ dueMs }) => dueMs));
    if (Number.isFinite(due)) timer = setTimeout(lookAtAll, Math.max(0, due - performance.now()));
  };
  const lookAtAll = (): void => {
    const rows = readProcesses();
    environments.keep(rows);
    for (const place of places) {
      if (place.dueMs > performance.now() + togetherMs) continue;
      look(place, jobProcesses(place.job, rows, environments.of));
    }
    plan();
  };
  return {
    add(job, limits, passed) {
      const seen = { maxRssKiB: 0, maxVirtualKiB: 0, virtualKiBMillis: 0, memoryKills: 0 };
      const times = { pauseMs: firstLookMs, dueMs: performance.now() + firstLookMs, processorMs: 0 };
      const place: Place = { job, limits, passed, seen, ...times, done: new Set(), victim: undefined, patience: 0 };
      places.add(place);
      plan();
      return {
        stop() {
          places.delete(place);
          plan();
          return place.seen;
        },
        now() {
          const rows = jobProcesses(job);
          see(place, rows);
          return liveUse(rows, place.seen);
        },
      };
    },
  };
}

/** A process's environment says what it belongs to, and is read once. */
function rememberEnvironments(): { of: (row: ProcessRow) => string; keep(rows: readonly ProcessRow[]): void } {
  let known = new Map<string, string>();
  const keyOf = ({ pid, started }: ProcessRow): string => `${pid} ${started}`;
  return {
    of(row) {
      const found = known.get(keyOf(row)) ?? marksIn(readEnvironment(row));
      known.set(keyOf(row), found);
      return found;
    },
    keep(rows) {
      const living = rows.map(keyOf).filter((key) => known.has(key));
      known = new Map(living.map((key) => [key, known.get(key) ?? ""]));
    },
  };
}

function marksIn(environment: string): string {
  return `${environment.match(/\0HEADNODE_[^\0]*/g)?.join("") ?? ""}\0`;
}

const sum = (rows: readonly ProcessRow[], of: (row: ProcessRow) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Address space counts for as long as processors work in it. */
function see(place: Place, rows: readonly ProcessRow[]): void {
  const { seen } = place;
  const [rss, virtual] = [sum(rows, ({ rssKiB }) => rssKiB), sum(rows, ({ virtualKiB }) => virtualKiB)];
  const processorMs = sum(rows, ({ userMicros, systemMicros }) => userMicros + systemMicros) / 1000;
  seen.virtualKiBMillis += Math.round(virtual * Math.max(0, processorMs - place.processorMs));
  place.processorMs = Math.max(place.processorMs, processorMs);
  seen.maxRssKiB = Math.max(seen.maxRssKiB, rss);
  seen.maxVirtualKiB = Math.max(seen.maxVirtualKiB, virtual);
}

function look(place: Place, rows: readonly ProcessRow[]): void {
  const near = place.limits.some((limit) => measured(limit, rows) > limit.limitKiB / 2);
  const most = near ? nearLookMs : place.limits.length > 0 ? limitedLookMs : easyLookMs;
  place.pauseMs = Math.min(most, place.pauseMs * 2);
  place.dueMs = performance.now() + place.pauseMs;
  see(place, rows);
  const limit = place.limits.find((each) => !place.done.has(each) && isPassed(each, rows));
  if (!limit) return;
  const own = ownRows(place, limit, rows);
  if (own === null) return;
  if (limit.scope === "all") {
    // What is to end is told until it has ended.
    if (limit.signal !== 9) place.done.add(limit);
    signalJob(place.job, limit.signal);
  } else {
    place.dueMs = performance.now() + afterKillMs;
    endLargest(place, limit, own);
  }
  place.passed(limit);
}

/** Forked processes share most of what they have: only what is really there counts, but it takes longer to learn. */
function isPassed(limit: MemoryRow, rows: readonly ProcessRow[]): boolean {
  if (measured(limit, rows) <= limit.limitKiB) return false;
  return limit.measure === "virtual" || sum(rows, proportionalKiB) > limit.limitKiB;
}

/**
 * Which processes the limit is for: not those that have its variable, which others see to as long as the rest keeps to
 * the limit and they don't take too long. Null: nothing is to be done.
 */
function ownRows(place: Place, limit: MemoryRow, rows: readonly ProcessRow[]): readonly ProcessRow[] | null {
  const { scope } = limit;
  if (scope === "all" || scope === "largest") return rows;
  const bears = (row: ProcessRow): boolean => readEnvironment(row).includes(`\0${scope}`);
  if (rows.some((row) => row.pid === place.job.leader && bears(row))) return rows;
  const own = rows.filter((row) => !bears(row));
  const isOwn = measured(limit, own) > limit.limitKiB;
  if (!isOwn && place.patience++ < patientLooks) return null;
  place.patience = 0;
  return isOwn ? own : rows;
}

function measured({ measure }: MemoryRow, rows: readonly ProcessRow[]): number {
  return sum(rows, ({ virtualKiB, rssKiB }) => (measure === "virtual" ? virtualKiB : rssKiB));
}

function endLargest(place: Place, { measure, signal }: MemoryRow, rows: readonly ProcessRow[]): void {
  const { victim } = place;
  if (victim && rows.some(({ pid, started }) => pid === victim.pid && started === victim.started)) return; // it still dies
  const size = (row: ProcessRow): number => (measure === "virtual" ? row.virtualKiB : row.rssKiB);
  const [largest] = [...rows].sort((a, b) => size(b) - size(a));
  if (!largest) return;
  place.victim = largest;
  place.seen.memoryKills++;
  signalExactly(largest, signal);
}

function liveUse(rows: readonly ProcessRow[], seen: Place["seen"]): LiveUsage {
  const io = rows.map(({ pid }) => /^rchar: (\d+)\nwchar: (\d+)/.exec(readIfThere(`/proc/${pid}/io`)));
  return {
    ...{ ...noUsage, ...seen },
    userMicros: sum(rows, ({ userMicros }) => userMicros),
    systemMicros: sum(rows, ({ systemMicros }) => systemMicros),
    minorFaults: sum(rows, ({ minorFaults }) => minorFaults),
    majorFaults: sum(rows, ({ majorFaults }) => majorFaults),
    readBytes: io.reduce((total, found) => total + Number(found?.[1] ?? 0), 0),
    writtenBytes: io.reduce((total, found) => total + Number(found?.[2] ?? 0), 0),
    rssKiB: sum(rows, ({ rssKiB }) => rssKiB),
    virtualKiB: sum(rows, ({ virtualKiB }) => virtualKiB),
    pids: rows.map(({ pid }) => pid),
  };
}
