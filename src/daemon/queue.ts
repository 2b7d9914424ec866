/** Owns all jobs that are not over, in memory and in order: what the scheduler is shown, and when to look at what again. */

import type { Clock } from "../model/clock.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { QueuedJob } from "../model/scheduling.ts";
import type { JudgedCondition } from "../model/verbs.ts";
import { sortedList } from "../scheduler/sorted-list.ts";
import type { Store } from "../store/store.ts";
import { createAgenda } from "./agenda.ts";
import { createLiveJobs } from "./live-jobs.ts";
import { progressOf } from "./progress.ts";
import { byTurn, createViews } from "./queue-views.ts";
import { type Asks, isEligible, judgedConditions, type LiveJob, nextLook, readLiveJob } from "./queued-job.ts";

export interface Queue {
  /** Reads everything anew. */
  load(): void;
  /** The job was changed in the store: reads it, and has those that wait for it looked at again. */
  refresh(id: number): void;
  /** Elements of the job started or ended and what waits of it is known: counts what runs, looks at dependents. */
  recount(id: number): void;
  get(id: number): LiveJob | null;
  /** Jobs that may start something as far as they alone are concerned, in the scheduler's order. */
  eligible(): readonly QueuedJob[];
  /** Everything that waits, in the scheduler's order. */
  all(): readonly QueuedJob[];
  /** Jobs to be looked at again because of the time or of what they wait for; each is given once. */
  toLookAt(): LiveJob[];
  /** Epoch ms at which there is something to look at though nothing happened; Infinity for never. */
  nextLook(): number;
  conditions(id: number, index: number | null): readonly JudgedCondition[];
  /** How many elements wait. */
  waitingCount(): number;
}

/** The queue of a store; empty until it is loaded. */
export function createQueue(store: Store, clock: Clock, cluster: () => ClusterDescription): Queue {
  const jobs = createLiveJobs(store);
  const order = sortedList<LiveJob>(byTurn);
  const placed = new Set<LiveJob>();
  const agenda = createAgenda();
  const stirred = new Set<number>();
  const views = createViews(store.jobs.head, cluster);
  const asks: Asks = {
    cluster,
    progress: progressOf(store, { live: (id) => jobs.get(id) }),
    earlierNamesake: (job) => jobs.earlierNamesake(job),
    now: () => clock.now(),
  };

  const unplace = (job: LiveJob): void => {
    if (placed.delete(job)) order.remove(job);
  };
  const place = (job: LiveJob): void => {
    // Its place never changes as long as it is the same job in memory; moving it would cost what the whole queue costs.
    if (job.away || (!views.has(job.id) && !isEligible(job, clock.now()))) unplace(job);
    else if (!placed.has(job)) {
      placed.add(job);
      order.add(job);
    }
    agenda.set(job.id, nextLook(asks, job, clock.now()));
  };
  const stir = (job: LiveJob | null): void => {
    for (const id of job ? jobs.dependentsOf(job) : []) stirred.add(id);
  };
  const forget = (job: LiveJob): void => {
    unplace(job);
    agenda.set(job.id, Number.POSITIVE_INFINITY);
    jobs.remove(job);
    views.remove(job.id);
  };
  const refresh = (id: number): void => {
    const before = jobs.get(id);
    if (before) forget(before);
    const after = readLiveJob(store, asks, id);
    if (after) {
      jobs.add(after);
      views.add(after);
      place(after);
      stirred.add(id);
    }
    stir(after ?? before);
  };
  return {
    load() {
      for (const job of [...jobs.values()]) forget(job);
      for (const id of new Set([...store.waiting.jobs(), ...store.elements.alive().map(({ job }) => job)])) refresh(id);
    },
    refresh,
    recount(id) {
      const job = jobs.get(id);
      if (!job) return;
      job.active = store.elements.tally(id)?.active ?? 0;
      if (job.active === 0 && job.waiting.length === 0) forget(job);
      else place(job);
      stir(job);
    },
    get: (id) => jobs.get(id),
    eligible: () => views.of(order.values()),
    all: () => views.of([...jobs.values()].filter(({ waiting, away }) => waiting.length > 0 && !away).sort(byTurn)),
    toLookAt() {
      for (const id of agenda.due(clock.now())) stirred.add(id);
      const found = [...stirred].map((id) => jobs.get(id)).filter((job) => job !== null);
      stirred.clear();
      found.forEach(place);
      return found;
    },
    nextLook: () => agenda.next(),
    conditions: (id, index) => judgedConditions(asks, jobs.get(id), index),
    waitingCount: () => [...jobs.values()].reduce((count, { unstarted }) => count + unstarted, 0),
  };
}
