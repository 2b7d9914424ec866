/** Owns how the scheduler's decisions become rows: elements that start, jobs that are removed. Inside the turn's transaction. */

import type { Indices } from "../model/indices.ts";
import type { Decision } from "../model/scheduling.ts";
import { removeWaiting } from "../verbs/cancel.ts";
import { meantBy } from "../verbs/target.ts";
import { tellIfOver } from "./collect.ts";
import { takeBack } from "./following.ts";
import { launch } from "./launch.ts";
import { newElement, putIn, type Started, takeOut } from "./new-element.ts";
import type { News } from "./news.ts";
import type { Effect, World } from "./world.ts";

type Cancelled = Decision & { readonly kind: "cancel" };

/** Makes a started element of a waiting one; it is launched afterwards. */
export function startElement(world: World, decision: Started, tell: (news: News) => void): Effect[] {
  const job = world.queue.get(decision.job);
  if (!job) return [];
  const part = takeOut(world, job, decision.index);
  const element = newElement(world, { job, part, decision });
  putIn(world, element);
  return [
    // Who follows its output looks at the files before it writes to them.
    () => world.watchers.started(element),
    () => launch(world, element, (failure) => tell({ kind: "failed", key: failure.key, failure })),
  ];
}

/** Takes a job, or one element of it, out of the queue because it can never do what it is for. */
export function cancelWaiting(world: World, decision: Cancelled): Effect[] {
  const { store, queue, clock } = world;
  takeBack(world);
  const indices: Indices | null = decision.index === null ? null : [[decision.index, decision.index]];
  const meant = meantBy(store, { id: decision.job, indices }, null);
  if ("kind" in meant || meant.waiting.length === 0) return [];
  const outcome = decision.why === "deadline" ? "deadlineMissed" : "cancelled";
  removeWaiting(store, meant, { outcome, removedAt: clock.now(), removedBy: null });
  queue.refresh(decision.job);
  return [() => tellIfOver(world, decision.job)];
}
