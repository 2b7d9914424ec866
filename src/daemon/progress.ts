/** Owns how far predecessors have come: the answers that dependencies are judged by. */

import type { Predecessors, Progress } from "../model/dependency.ts";
import { hasIndex } from "../model/indices.ts";
import type { Waiting } from "../model/job.ts";
import type { Store } from "../store/store.ts";

/** What is known of live jobs without asking the store. */
export interface LiveJobs {
  /** Null where nothing of the job waits or runs. */
  live(job: number): { readonly unstarted: number; readonly waiting: readonly Waiting[] } | null;
}

/** Answers about any job's progress. */
export function progressOf(store: Store, jobs: LiveJobs): Predecessors["progress"] {
  const wholeProgress = (job: number): Progress | null => {
    const tally = store.elements.tally(job);
    if (!tally) return null;
    return {
      unstarted: jobs.live(job)?.unstarted ?? 0,
      active: tally.active,
      ok: tally.ok,
      notOk: tally.notOk,
      startedAt: tally.lastStart,
      get indices() {
        return store.jobs.head(job)?.indices ?? null;
      },
    };
  };
  const progress = (job: number, index: number | null): Progress | null => {
    const found = index === null ? wholeProgress(job) : elementProgress(store, jobs, { job, index });
    if (found || store.elements.tally(job)) return found;
    // A Slurm element is known by an id of its own as well.
    const which = store.elements.byOwnId(job);
    return which && which.job !== job ? progress(which.job, which.index) : null;
  };
  return progress;
}

function elementProgress(
  store: Store,
  jobs: LiveJobs,
  which: { readonly job: number; readonly index: number },
): Progress | null {
  const element = store.elements.get(which);
  if (element) {
    const ended = element.state === "ended";
    const ok = ended && element.outcome === "completed";
    return one({ active: ended ? 0 : 1, ok: ok ? 1 : 0, notOk: ended && !ok ? 1 : 0, startedAt: element.startedAt });
  }
  const has = (part: Pick<Waiting, "indices">): boolean => part.indices !== null && hasIndex(part.indices, which.index);
  if (jobs.live(which.job)?.waiting.some(has)) return one({ unstarted: 1 });
  const removed = store.waiting.removedOf(which.job).find(has);
  return removed ? one({ notOk: 1, startedAt: removed.removedAt }) : null;
}

function one(progress: Partial<Progress>): Progress {
  return { unstarted: 0, active: 0, ok: 0, notOk: 0, startedAt: null, indices: null, ...progress };
}
