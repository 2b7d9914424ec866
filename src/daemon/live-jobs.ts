/** Owns the set of jobs that are not over, found by id, by user and name, and by what they wait for. */

import type { Store } from "../store/store.ts";
import { createDependents } from "./dependents.ts";
import type { LiveJob } from "./queued-job.ts";

export interface LiveJobs {
  get(id: number): LiveJob | null;
  values(): Iterable<LiveJob>;
  add(job: LiveJob): void;
  remove(job: LiveJob): void;
  /** Whether an earlier job of the same user and name is not over. */
  earlierNamesake(job: Pick<LiveJob, "id" | "nameKey">): boolean;
  /** Ids of those that wait for this job or for its name. */
  dependentsOf(job: LiveJob): Iterable<number>;
}

/** The empty set, over a store that knows which job an element's own id belongs to. */
export function createLiveJobs(store: Store): LiveJobs {
  const jobs = new Map<number, LiveJob>();
  const names = new Map<string, Set<number>>();
  const dependents = createDependents((id) =>
    store.elements.tally(id) ? id : (store.elements.byOwnId(id)?.job ?? id),
  );
  return {
    get: (id) => jobs.get(id) ?? null,
    values: () => jobs.values(),
    add(job) {
      jobs.set(job.id, job);
      dependents.add(job);
      const known = names.get(job.nameKey);
      if (known) known.add(job.id);
      else names.set(job.nameKey, new Set([job.id]));
    },
    remove(job) {
      jobs.delete(job.id);
      dependents.remove(job);
      names.get(job.nameKey)?.delete(job.id);
      if (names.get(job.nameKey)?.size === 0) names.delete(job.nameKey);
    },
    earlierNamesake: ({ id, nameKey }) => [...(names.get(nameKey) ?? [])].some((other) => other < id),
    dependentsOf: (job) => dependents.of(job),
  };
}
