/** Owns how an element that runs or has ended is put back into the queue. */

import type { Waiting } from "../model/job.ts";
import type { Result, Target } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";
import { markEnding } from "./cancel.ts";
import type { Means } from "./means.ts";
import { indicesOfParts, type Meant, meantBy } from "./target.ts";

/** Ends what runs, which then waits again; what has ended waits again at once. What waits is unchanged. */
export function requeue(means: Means, target: Target, by: number): Result[] {
  const { store, engine } = means;
  const meant = meantBy(store, target, by);
  if ("kind" in meant) return [meant];
  const { job, waiting, missing } = meant;
  const ended = endedElements(store, meant);
  const results = store.commit.durable(() => {
    const ending = markEnding(means, meant, { by, stop: "requeue" });
    if (ended.length > 0) putBack(means, meant, ended);
    return ending;
  });
  for (const result of results) if (result.kind === "ending") engine.stop(result.element, "requeue");
  if (ended.length > 0) {
    engine.changed(job.id);
    results.push({ kind: "changed", job, indices: indicesOfParts(ended.map(waitingAgain)) });
  }
  if (waiting.length > 0) results.push({ kind: "unchanged", job, indices: indicesOfParts(waiting) });
  if (missing.length > 0) results.push({ kind: "unknown", id: job.id, indices: missing });
  return results.length > 0 ? results : [{ kind: "alreadyEnded", job, element: null }];
}

/** The part in which an element waits after this run. */
export function waitingAgain(element: StoredElement): Waiting {
  return {
    job: element.job,
    indices: element.index === null ? null : [[element.index, element.index]],
    holds: element.holds,
    error: null,
    restarts: element.restarts + 1,
    beginAt: 0,
  };
}

function endedElements(store: Store, { job, indices }: Meant): StoredElement[] {
  const found =
    indices === null
      ? store.elements.of(job.id)
      : indices.flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, at) => store.elements.get({ job: job.id, index: first + at })),
        );
  return found.filter((element) => element !== null).filter(({ state }) => state === "ended");
}

function putBack({ store, clock }: Means, { job }: Meant, ended: readonly StoredElement[]): void {
  for (const element of ended) {
    store.elements.requeued(element, element);
    store.events.add(job.id, { at: clock.now(), index: element.index, what: "requeued", why: "" });
  }
  store.waiting.replace(job.id, [...store.waiting.of(job.id), ...ended.map(waitingAgain)]);
}
