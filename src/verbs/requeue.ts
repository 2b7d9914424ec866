/** Owns how an element that runs or has ended is put back into the queue. */

import { RefusedError } from "../model/errors.ts";
import type { Hold, Waiting } from "../model/job.ts";
import type { Result, Target } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";
import { markEnding } from "./cancel.ts";
import type { Means } from "./means.ts";
import { indicesOfParts, type Meant, meantBy } from "./target.ts";

/** What is to hold of what is put back. */
export interface Requeueing {
  readonly hold?: Hold;
  /** Epoch ms before which what had ended is not to start; the dialect says it of what runs. */
  readonly beginAt?: number;
}

/** Ends what runs, which then waits again; what has ended waits again at once. What waits is unchanged. */
export function requeue(
  means: Means,
  { target, by }: { readonly target: Target; readonly by: number },
  how: Requeueing = {},
): Result[] {
  const { store, engine } = means;
  const meant = meantBy(store, target, by);
  if ("kind" in meant) return [meant];
  const { job, waiting, missing } = meant;
  const ended = endedElements(store, meant);
  if (ended.length > 0 && job.target !== undefined)
    throw new RefusedError(`job ${job.id} ran at ${job.target} and is over there: submit it again`);
  const results = store.commit.durable(() => {
    const ending = markEnding(means, meant, { by, stop: "requeue" });
    if (how.hold) for (const element of meant.alive) store.elements.held(element, withHold(element.holds, how.hold));
    if (ended.length > 0) putBack(means, ended, how);
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
    ...(element.own ? { own: element.own } : {}),
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

function putBack({ store, clock }: Means, ended: readonly StoredElement[], how: Requeueing): void {
  const job = ended[0]?.job ?? 0;
  for (const element of ended) {
    store.elements.requeued(element, element);
    store.events.add(job, { at: clock.now(), index: element.index, what: "requeued", why: "" });
  }
  const parts = ended.map(waitingAgain).map((part) => ({
    ...part,
    holds: withHold(part.holds, how.hold),
    beginAt: how.beginAt ?? part.beginAt,
  }));
  store.waiting.replace(job, [...store.waiting.of(job), ...parts]);
}

function withHold(holds: readonly Hold[], hold: Hold | undefined): readonly Hold[] {
  return hold === undefined || holds.includes(hold) ? holds : [...holds, hold];
}
