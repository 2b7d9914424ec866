/** Owns how a job is shown to the scheduler whose elements are not all alike: as one job for each kind of them. */

import type { ClusterDescription } from "../model/cluster.ts";
import { type Waiting, withOwn } from "../model/job.ts";
import type { QueuedJob } from "../model/scheduling.ts";
import type { JobHead } from "../model/verbs.ts";
import { beyondQueue } from "../scheduler/queue-limits.ts";

/** The order of the queue: priority downwards, then age. */
export function byTurn(a: QueuedJob, b: QueuedJob): number {
  return b.priority - a.priority || a.submittedAt - b.submittedAt || a.id - b.id;
}

/** The jobs of which some elements have something of their own: nearly always none, and then nothing is looked at. */
export interface Views {
  add(job: QueuedJob): void;
  remove(id: number): void;
  has(id: number): boolean;
  /** The jobs in their order, each of these as several. */
  of(jobs: readonly QueuedJob[]): readonly QueuedJob[];
}

export function createViews(headOf: (id: number) => JobHead | null, cluster: () => ClusterDescription): Views {
  const uneven = new Set<number>();
  return {
    add: (job) => {
      if (job.waiting.some(({ own }) => own !== undefined)) uneven.add(job.id);
    },
    remove: (id) => void uneven.delete(id),
    has: (id) => uneven.has(id),
    of(jobs) {
      if (uneven.size === 0) return jobs;
      return jobs.flatMap((job) => (uneven.has(job.id) ? split(job, headOf(job.id), cluster()) : [job])).sort(byTurn);
    },
  };
}

function split(job: QueuedJob, head: JobHead | null, cluster: ClusterDescription): QueuedJob[] {
  if (head === null) return [job];
  const shared = job.waiting.filter(({ own }) => own === undefined);
  const apart = job.waiting.filter(({ own }) => own !== undefined);
  const views = apart.map((part) => viewOf(job, { part, head: withOwn(head, part), cluster }));
  return shared.length > 0 ? [{ ...job, waiting: shared }, ...views] : views;
}

interface Apart {
  readonly part: Waiting;
  readonly head: JobHead;
  readonly cluster: ClusterDescription;
}

function viewOf(job: QueuedJob, { part, head: { need, priority, queue }, cluster }: Apart): QueuedJob {
  const own = { need, priority, queue: cluster.queues.length > 0 ? queue : "" };
  // Its deadline is looked after with the whole job's.
  return { ...job, ...own, beyondQueue: beyondQueue(need, queue, cluster), waiting: [part], deadline: 0 };
}
