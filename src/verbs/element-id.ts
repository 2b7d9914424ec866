/** Owns which id an element gets when it starts. */

import type { Store } from "../store/store.ts";

/** An element about to start; `isLast`: nothing else of its job waits. */
export interface Starting {
  readonly job: number;
  readonly index: number | null;
  readonly restarts: number;
  readonly isLast: boolean;
}

/** The array's own id goes to the element that starts last; a requeued element keeps the id it had. */
export function elementIdOf(store: Store, { job, index, restarts, isLast }: Starting): number {
  const { elementIds } = store.jobs.head(job) ?? { elementIds: false };
  if (!elementIds || index === null) return job;
  const earlier = restarts > 0 ? store.elements.lastRunId({ job, index }) : null;
  if (earlier !== null) return earlier;
  if (isLast && !store.elements.ownIdTaken(job)) return job;
  return store.jobs.spendId();
}
