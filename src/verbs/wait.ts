/** Owns waiting for a job to finish. */

import { type Reason, reasonKey } from "../model/scheduling.ts";
import type { Finish } from "../model/verbs.ts";
import type { Watcher } from "./engine.ts";
import type { Means } from "./means.ts";

/** Resolves when nothing of the job waits or runs any more, with how its elements ended. */
export function finished({ store, engine }: Means, job: number): Promise<Finish> {
  return new Promise((resolve) => {
    engine.watch(job, {
      ended: () => undefined,
      finished: () => {
        resolve({
          ways: store.elements.waysOf(job),
          elements: () => store.elements.of(job).sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0)),
          removed: store.waiting.removedOf(job).length > 0,
        });
      },
    });
  });
}

/**
 * Resolves with true when something of the job has started; with false when the scheduler has looked at it and there is
 * no room now, or when it is gone. A job that may not start yet is waited for.
 */
export async function started({ store, engine }: Means, job: number): Promise<boolean> {
  const begun = (): boolean => store.elements.of(job).length > 0;
  // The loop's next turn was asked for before this and comes first.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const reasons = engine.reasons();
  const crowded = store.waiting
    .of(job)
    .some((part) => lackOfRoom.includes(reasons.get(reasonKey(job, part)) ?? "none"));
  if (begun() || crowded) return begun();
  return new Promise((resolve) => {
    engine.watch(job, {
      started: () => resolve(true),
      ended: () => undefined,
      finished: () => resolve(begun()),
    });
  });
}

const lackOfRoom: readonly Reason[] = ["none", "resources", "priority", "reserved"];

/** Calls back with each element that is started or ends, until the job is finished. */
export function watch({ engine }: Means, job: number, watcher: Omit<Watcher, "finished">): void {
  engine.watch(job, { ...watcher, finished: () => undefined });
}
