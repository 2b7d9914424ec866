/** Owns what load does: queues beyond their thresholds take no more jobs, and some of theirs are stopped until it is less. */

import type { ClusterDescription } from "../model/cluster.ts";
import { beyond, type ThresholdKind, watchedQueues } from "../model/load.ts";
import type { MachineUse } from "../model/machine-use.ts";
import type { Listed, Target, Verbs } from "../model/verbs.ts";
import type { Timers } from "./timers.ts";
import type { World } from "./world.ts";

/** Milliseconds between looks: Grid Engine's load_report_time. */
const lookMs = 5_000;

/** What the history of an element says of why it was stopped. */
const withLoad = "load";

export interface LoadWatch {
  /** Queues that take no more jobs now. */
  overloaded(): ReadonlySet<string>;
  /** Something runs or waits in a queue with thresholds: looks again soon. */
  heed(): void;
  /** Whether there is something that depends on how high the load is. */
  isNeeded(): boolean;
  /** From now on jobs are stopped and let go on by these. */
  begin(verbs: Verbs, wake: () => void): void;
  stop(): void;
}

interface Watched extends Pick<World, "clock" | "queue" | "running"> {
  readonly description: () => ClusterDescription;
  readonly timers: Timers;
  readonly machineUse: () => MachineUse;
}

/** Sleeps unless a queue of the cluster has thresholds and there is something in the queues. */
export function createLoadWatch(watched: Watched): LoadWatch {
  const { clock, timers, machineUse } = watched;
  let cancel: (() => void) | null = null;
  let look = (): void => undefined;
  // Something may be stopped that is to go on when the load is less, or nobody asks about it any more.
  let someStopped = false;
  const changedAt = new Map<string, number>();
  const queuesBeyond = (kind: ThresholdKind): ReadonlySet<string> => {
    const cluster = watched.description();
    const candidates = watchedQueues(cluster, kind);
    if (candidates.length === 0) return none;
    const moment = { cluster, use: machineUse() };
    return new Set(candidates.filter((queue) => beyond(queue, kind, moment).length > 0).map(({ name }) => name));
  };
  const isNeeded = (): boolean =>
    someStopped || (hasThresholds(watched.description()) && watched.queue.waitingCount() + watched.running.count() > 0);
  const heed = (): void => {
    if (cancel !== null || !isNeeded()) return;
    cancel = timers.after(lookMs, () => {
      cancel = null;
      look();
      heed();
    });
  };
  return {
    overloaded: () => queuesBeyond("load"),
    heed,
    isNeeded,
    begin(verbs, wake) {
      someStopped = stoppedByLoad(verbs).length > 0;
      look = () => {
        const strained = queuesBeyond("suspend");
        for (const { name, thresholds } of watched.description().queues) {
          const isWatched = (thresholds?.suspend.length ?? 0) > 0;
          const { atOnce, intervalMs } = isWatched && thresholds ? thresholds : unwatched;
          if (clock.now() - (changedAt.get(name) ?? Number.NEGATIVE_INFINITY) < intervalMs) continue;
          const change = strained.has(name) ? ease : relieve;
          if (change(verbs, name, atOnce)) changedAt.set(name, clock.now());
        }
        someStopped = stoppedByLoad(verbs).length > 0;
        wake();
      };
    },
    stop: () => cancel?.(),
  };
}

/** Where nobody asks about the load any more everything goes on. */
const unwatched = { atOnce: Number.POSITIVE_INFINITY, intervalMs: 0 };

const none: ReadonlySet<string> = new Set();

function hasThresholds(cluster: ClusterDescription): boolean {
  return (["load", "suspend"] as const).some((kind) => watchedQueues(cluster, kind).length > 0);
}

type Started = Extract<Listed, { kind: "element" }>;

/** Stops the youngest of what runs in the queue; whether there was any. */
function ease(verbs: Verbs, queue: string, count: number): boolean {
  const running = count > 0 ? byStart(verbs.select({ states: ["running"], queues: [queue] })).slice(-count) : [];
  for (const one of running) verbs.suspend(targetOf(one), 0, withLoad);
  return running.length > 0;
}

/** Lets the oldest go on of what was stopped because of the load; whether there was any. */
function relieve(verbs: Verbs, queue: string, count: number): boolean {
  const stopped = stoppedByLoad(verbs).filter(({ job }) => job.queue === queue);
  for (const one of stopped.slice(0, Math.max(1, count))) verbs.resume(targetOf(one), 0);
  return stopped.length > 0;
}

function stoppedByLoad(verbs: Verbs): readonly Started[] {
  return byStart(verbs.select({ states: ["suspended"] })).filter(({ job, element }) => {
    const events = verbs.history(job.id);
    return events.findLast(({ what, index }) => what === "suspended" && index === element.index)?.why === withLoad;
  });
}

function byStart(listed: readonly Listed[]): readonly Started[] {
  return listed
    .filter((one) => one.kind === "element")
    .sort((one, other) => (one.element.startedAt ?? 0) - (other.element.startedAt ?? 0));
}

function targetOf({ job, element }: Started): Target {
  return { id: job.id, indices: element.index === null ? null : [[element.index, element.index]] };
}
