/** Owns what the verbs get done by the loop. */

import { launchKey } from "../model/job.ts";
import { expectedStarts, latestStartOf } from "../scheduler/forecast.ts";
import { explain } from "../scheduler/schedule.ts";
import type { Engine } from "../verbs/engine.ts";
import { createArrivals } from "./arrivals.ts";
import { gatherChanges } from "./changes.ts";
import { tellIfOver } from "./collect.ts";
import { takeBack } from "./following.ts";
import type { Loop } from "./loop.ts";
import { whereaboutsThere } from "./plain-hosts.ts";
import { snapshotOf } from "./queue-order.ts";
import { paceElement, retimeElement, stopElement, tellElement } from "./stop.ts";
import type { Timers } from "./timers.ts";
import type { World } from "./world.ts";

/** Milliseconds after which a job that is kept, and could not be read, is looked at again. */
const retryMs = 5_000;

/** The engine of a world and its loop. */
export function createEngine(
  world: World,
  loop: Loop,
  { describe, timers }: { readonly describe: () => void; readonly timers: Timers },
): Engine {
  const { queue, running, clock, watchers } = world;
  const changed = (job: number): void => {
    world.plans.forget(job);
    queue.refresh(job);
    running.refresh(job);
    tellIfOver(world, job);
    world.forwarding.changed(job);
    loop.wake();
  };
  const arrivals = createArrivals(changed, (job, error, retry) => {
    world.log(`job ${job} could not take its place yet: ${error instanceof Error ? error.message : String(error)}`);
    timers.after(retryMs, retry);
  });
  /** The queue as whoever looks at it is to find it. */
  const placed = (): World["queue"] => {
    arrivals.settle();
    return queue;
  };
  return {
    reasons() {
      const reasons = explain(snapshotOf(world, placed().all()), world.policy, clock.now());
      for (const [key, reason] of world.forwarding.reasons()) reasons.set(key, reason);
      return reasons;
    },
    whereabouts: (job) => world.forwarding.whereabouts(job) ?? whereaboutsThere(world, job),
    signalThere: (element, what) => world.forwarding.signal(element, { kind: "signal", ...what }),
    alterThere: (job, asked) => world.forwarding.alter(job, asked),
    latestStart: (job) => latestStartOf(snapshotOf(world, placed().all()), world.policy, { job, now: clock.now() }),
    expectedStarts: () => expectedStarts(snapshotOf(world, placed().all()), world.policy, clock.now()),
    conditions: (job, index) => placed().conditions(job, index),
    amended: describe,
    settle() {
      arrivals.settle();
      loop.catchUp();
      takeBack(world);
    },
    changed(job) {
      arrivals.settle();
      changed(job);
    },
    changedBehindAnswers(job) {
      arrivals.add(job);
      loop.wake();
    },
    stop(element, why) {
      running.refresh(element.job);
      stopElement(world, element, why);
      if (why === "cancel" || why === "force")
        world.mail.about(element, { kind: "deleted", by: world.store.jobs.head(element.job)?.user.name ?? "" });
    },
    signal: (element, rows) => tellElement(world, element, { rows, how: "add" }),
    retime: (element) => retimeElement(world, element),
    pace(element) {
      paceElement(world, element);
      world.mail.about(element, { kind: element.state === "suspended" ? "suspended" : "continued" });
    },
    claim: (job, claim) => world.desk.claim(job, claim),
    release: (job, how) => world.desk.end(job, how),
    usage: (elements) => world.backend().usage(elements.map(launchKey)),
    changes: (gap) => gatherChanges(world.store.events, timers, gap),
    watch(job, watcher) {
      if (placed().get(job) === null) queueMicrotask(() => watcher.finished());
      else watchers.add(job, watcher);
    },
  };
}
