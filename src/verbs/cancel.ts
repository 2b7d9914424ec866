/** Owns how what waits is removed and what runs is brought to its end. */

import type { Removed } from "../model/job.ts";
import type { Result, Target } from "../model/verbs.ts";
import type { Stop } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";
import type { Means } from "./means.ts";
import type { OrderSteps } from "./steps.ts";
import { countParts, indicesOfParts, type Meant, meantBy, withLeftOver } from "./target.ts";

/** Removes what waits and ends what runs, of what the target means. On disk when it returns. */
export function cancel(
  means: Means,
  { target, by, orderSteps }: { readonly target: Target; readonly by: number; readonly orderSteps: OrderSteps },
): Result[] {
  const { store, engine, clock } = means;
  const meant = meantBy(store, target, by);
  if ("kind" in meant) return [meant];
  const removed = { outcome: "cancelled", removedAt: clock.now(), removedBy: by } as const;
  const results = store.commit.durable(() => [
    ...removeWaiting(store, meant, removed),
    ...markEnding(means, meant, { by, stop: "cancel" }),
  ]);
  if (meant.waiting.length > 0) engine.changed(meant.job.id);
  for (const result of results) {
    if (result.kind !== "ending") continue;
    engine.stop(result.element, "cancel");
    // Who attends to a job hears of its end first, and tells its steps.
    const told = meant.job.attended && meant.job.command.length > 0;
    if (!told) orderSteps(result.element, { signal: terminate, ends: "job" });
  }
  return withLeftOver(store, meant, results);
}

/** Slurm tells the tasks of steps by SIGTERM, as it does the batch shell; what stays is killed with it. */
const terminate = 15;

/** Takes what is meant out of the queue, inside the caller's transaction. */
export function removeWaiting(
  store: Store,
  meant: Pick<Meant, "job" | "waiting" | "otherWaiting">,
  how: Pick<Removed, "outcome" | "removedAt" | "removedBy">,
): Result[] {
  const { job, waiting, otherWaiting } = meant;
  if (waiting.length === 0) return [];
  const indices = indicesOfParts(waiting);
  for (const part of waiting)
    store.waiting.addRemoved({
      job: job.id,
      indices: part.indices,
      restarts: part.restarts,
      ...how,
      ...(part.own ? { own: part.own } : {}),
    });
  store.waiting.replace(job.id, otherWaiting);
  store.elements.countRemoved(job.id, { count: countParts(waiting), at: how.removedAt });
  store.events.add(job.id, { at: how.removedAt, index: null, what: "removed", why: how.outcome });
  return [{ kind: "removed", job, indices }];
}

/** Marks what runs as ending, inside the caller's transaction; what is ending already is only told. */
export function markEnding(
  { store, clock }: Means,
  meant: Meant,
  end: { readonly by: number; readonly stop: Stop },
): Result[] {
  const { job } = meant;
  return meant.alive.map((element): Result => {
    if (element.state === "ending") return { kind: "alreadyEnding", job, element };
    store.elements.ending(element, end);
    store.events.add(job.id, { at: clock.now(), index: element.index, what: "ending", why: end.stop });
    return { kind: "ending", job, element: { ...element, state: "ending", endedBy: end.by } };
  });
}
