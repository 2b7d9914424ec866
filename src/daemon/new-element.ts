/** Owns how an element that waits becomes one that was started. */

import { indicesOf, writeIndices } from "../model/indices.ts";
import { launchKey, type Waiting } from "../model/job.ts";
import type { Decision } from "../model/scheduling.ts";
import { noUsage } from "../model/usage.ts";
import type { StoredElement } from "../store/element-rows.ts";
import { elementIdOf } from "../verbs/element-id.ts";
import { type LiveJob, takeElement } from "./queued-job.ts";
import type { World } from "./world.ts";

export type Started = Decision & { readonly kind: "start" };

/** Takes an element out of what waits. */
export function takeOut({ store }: World, job: LiveJob, index: number | null): Waiting {
  const { part, taken } = takeElement(job, index);
  if (taken.kind === "replaced") store.waiting.replace(job.id, taken.parts);
  else store.waiting.advance(job.id, taken.position, taken.firstLeft);
  return part;
}

/** Has an element among what was started. */
export function putIn({ store, queue, running }: World, element: StoredElement): void {
  store.elements.insert(element);
  queue.recount(element.job);
  running.update(element);
}

export interface NewStart {
  readonly job: LiveJob;
  readonly part: Waiting;
  readonly decision: Started;
}

/** The element as it is when it starts as decided. It gets its id, which uses one up in some families. */
export function newElement(world: World, { job, part, decision }: NewStart): StoredElement {
  const { index, node, cpuList, gpuList, queue, shares } = decision;
  const which = { job: job.id, index, restarts: part.restarts };
  const isLast = job.unstarted === 0;
  return {
    job: job.id,
    index,
    id: (isLast ? undefined : world.ahead.idOf(launchKey(which))) ?? elementIdOf(world.store, { ...which, isLast }),
    state: "starting",
    outcome: null,
    holds: [],
    restarts: part.restarts,
    node,
    queue: queue === "" || queue === world.store.jobs.head(job.id)?.queue ? null : queue,
    ...(shares ? { shares } : {}),
    cpuList: writeIndices(indicesOf(cpuList.map((cpu) => ({ first: cpu, last: cpu, step: 1 })))),
    gpuList,
    startedAt: world.clock.now(),
    endedAt: null,
    pid: null,
    code: null,
    signal: null,
    ...noUsage,
    endedBy: null,
    stop: null,
    remark: "",
    ...(part.own ? { own: part.own } : {}),
  };
}
