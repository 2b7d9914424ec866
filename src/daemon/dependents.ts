/** Owns who waits for whom: which jobs to look at again when another one has come further. */

import type { Condition } from "../model/dependency.ts";

/** A job that may wait for others. */
export interface Dependent {
  readonly id: number;
  readonly conditions: readonly Condition[];
  /** The same for all jobs of one user and name. */
  readonly nameKey: string;
}

export interface Dependents {
  add(job: Dependent): void;
  remove(job: Dependent): void;
  /** Ids of those that wait for this job or for its name. */
  of(job: Pick<Dependent, "id" | "nameKey">): Iterable<number>;
}

/** Nobody waits for anybody. `resolve` gives the job behind an id that may be an element's own. */
export function createDependents(resolve: (id: number) => number): Dependents {
  const waiters = new Map<string, Set<number>>();
  const keysOf = ({ conditions, nameKey }: Dependent): string[] =>
    conditions.flatMap((condition) => {
      if (condition.kind === "singleton") return [nameKey];
      return condition.job === null ? [] : [jobKey(resolve(condition.job))];
    });
  return {
    add(job) {
      for (const key of keysOf(job)) {
        const known = waiters.get(key);
        if (known) known.add(job.id);
        else waiters.set(key, new Set([job.id]));
      }
    },
    remove(job) {
      for (const key of keysOf(job)) {
        waiters.get(key)?.delete(job.id);
        if (waiters.get(key)?.size === 0) waiters.delete(key);
      }
    },
    of: ({ id, nameKey }) => [...(waiters.get(jobKey(id)) ?? []), ...(waiters.get(nameKey) ?? [])],
  };
}

function jobKey(id: number): string {
  return `job ${id}`;
}
