/** Owns which array is next in turn for the places of its own elements, so that they may follow one another. */

import { eachIndex, hasIndex } from "../model/indices.ts";
import type { QueuedJob } from "../model/scheduling.ts";
import { schedule } from "../scheduler/schedule.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Started } from "./new-element.ts";
import { snapshotOf } from "./queue-order.ts";
import type { LiveJob } from "./queued-job.ts";
import type { World } from "./world.ts";

/** Elements that a job has handed over at most: a turn's worth of short ones, and as many again. */
const depth = 40;

/** An array whose elements follow one another. */
export interface Line {
  readonly job: LiveJob;
  readonly part: LiveJob["waiting"][number];
  /** What the scheduler would decide if one of those that run were not there. */
  readonly decision: Started;
}

/** The array that is next in turn for the places that its own short elements have; null where there is none. */
export function lineNow(world: World): Line | null {
  const job = world.queue.get(world.ahead.brisk() ?? -1);
  if (!world.backend().lines || !job || !isPlain(job)) return null;
  const members = [...world.running.values()].filter(({ element }) => element.job === job.id);
  const [first] = members;
  if (!first || members.some(({ element }) => !isAlike(element, first.element))) return null;
  const decision = decisionWithout(world, first.element);
  if (decision?.job !== job.id) return null;
  const part = job.waiting.find(({ indices }) => indices !== null && hasIndex(indices, decision.index ?? -1));
  // What was started before, or changed, has its own way.
  return part && part.own === undefined && part.restarts === 0 ? { job, part, decision } : null;
}

/** Its elements differ in nothing but their numbers and processors. */
function isPlain({ need, perElement }: LiveJob): boolean {
  return !perElement && need.target === undefined && need.gpus === 0 && need.sizes === undefined;
}

function isAlike({ node, queue, shares, own }: StoredElement, other: StoredElement): boolean {
  return node === other.node && queue === other.queue && shares === undefined && own === undefined;
}

/** What the scheduler would start first if that one had ended. */
function decisionWithout(world: World, { job, index }: StoredElement): Started | null {
  const { queue, policy, clock } = world;
  const snapshot = snapshotOf(world, oneLess(queue.eligible(), job));
  const holding = snapshot.holding.filter((held) => held.job !== job || held.index !== index);
  const [first] = schedule({ ...snapshot, holding }, { ...policy, depth: 1, backfill: false }, clock.now());
  return first?.kind === "start" ? first : null;
}

function* oneLess(jobs: readonly QueuedJob[], id: number): Generator<QueuedJob> {
  for (const job of jobs) yield job.id === id ? { ...job, active: job.active - 1 } : job;
}

/** Of which elements are to be handed over now. The last one of a job is left to a turn: it may get the array's own id. */
export function* nextIndices({ ahead }: World, { job, part }: Line): Generator<number> {
  const handed = ahead.of(job.id).filter(({ stage }) => stage !== "begun");
  const last = handed.at(-1)?.element.index ?? Number.NEGATIVE_INFINITY;
  let room = Math.min(depth, job.unstarted - 1) - handed.length;
  for (const index of eachIndex(part.indices ?? [])) {
    if (room <= 0) return;
    if (index <= last) continue;
    room -= 1;
    yield index;
  }
}

/** Whether that element of the array waits. */
export function waits({ waiting }: LiveJob, index: number | null): boolean {
  return waiting.some(({ indices }) => indices !== null && index !== null && hasIndex(indices, index));
}
