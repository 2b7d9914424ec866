/** Owns how the scheduler's decisions become rows: elements that start, jobs that are removed. Inside the turn's transaction. */

import { type Indices, indicesOf, writeIndices } from "../model/indices.ts";
import type { Waiting } from "../model/job.ts";
import type { Decision } from "../model/scheduling.ts";
import { noUsage } from "../model/usage.ts";
import type { StoredElement } from "../store/element-rows.ts";
import { removeWaiting } from "../verbs/cancel.ts";
import { elementIdOf } from "../verbs/element-id.ts";
import { meantBy } from "../verbs/target.ts";
import { type News, tellIfOver } from "./collect.ts";
import { launch } from "./launch.ts";
import { type LiveJob, takeElement } from "./queued-job.ts";
import type { Effect, World } from "./world.ts";

type Started = Decision & { readonly kind: "start" };
type Cancelled = Decision & { readonly kind: "cancel" };

/** Makes a started element of a waiting one; it is launched afterwards. */
export function startElement(world: World, decision: Started, tell: (news: News) => void): Effect[] {
  const { store, queue, running } = world;
  const job = queue.get(decision.job);
  if (!job) return [];
  const { part, taken } = takeElement(job, decision.index);
  if (taken.kind === "replaced") store.waiting.replace(job.id, taken.parts);
  else store.waiting.advance(job.id, taken.position, taken.firstLeft);
  const element = newElement(world, { job, part, decision });
  store.elements.insert(element);
  queue.recount(job.id);
  running.update(element);
  return [
    // Who follows its output looks at the files before it writes to them.
    () => world.watchers.started(element),
    () => launch(world, element, (failure) => tell({ kind: "failed", key: failure.key, failure })),
  ];
}

/** Takes a job, or one element of it, out of the queue because it can never do what it is for. */
export function cancelWaiting(world: World, decision: Cancelled): Effect[] {
  const { store, queue, clock } = world;
  const indices: Indices | null = decision.index === null ? null : [[decision.index, decision.index]];
  const meant = meantBy(store, { id: decision.job, indices }, null);
  if ("kind" in meant || meant.waiting.length === 0) return [];
  const outcome = decision.why === "deadline" ? "deadlineMissed" : "cancelled";
  removeWaiting(store, meant, { outcome, removedAt: clock.now(), removedBy: null });
  queue.refresh(decision.job);
  return [() => tellIfOver(world, decision.job)];
}

interface NewStart {
  readonly job: LiveJob;
  readonly part: Waiting;
  readonly decision: Started;
}

function newElement(world: World, { job, part, decision }: NewStart): StoredElement {
  const { index, node, cpuList, gpuList, queue, shares } = decision;
  return {
    job: job.id,
    index,
    id: elementIdOf(world.store, { job: job.id, index, restarts: part.restarts, isLast: job.unstarted === 0 }),
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
