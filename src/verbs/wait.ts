/** Owns waiting for a job to finish. */

import type { Element } from "../model/job.ts";
import type { Finish } from "../model/verbs.ts";
import type { Means } from "./means.ts";

/** Resolves when nothing of the job waits or runs any more, with its elements in the order of ending. */
export function finished({ store, engine }: Means, job: number): Promise<Finish> {
  return new Promise((resolve) => {
    engine.watch(job, {
      ended: () => undefined,
      finished: () => {
        const elements = store.elements.of(job).sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
        resolve({ elements, removed: store.waiting.removedOf(job).length > 0 });
      },
    });
  });
}

/** Calls back with each element that ends, until the job is finished. */
export function watch({ engine }: Means, job: number, ended: (element: Element) => void): void {
  engine.watch(job, { ended, finished: () => undefined });
}
