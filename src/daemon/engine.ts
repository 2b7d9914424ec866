/** Owns what the verbs get done by the loop. */

import { launchKey } from "../model/job.ts";
import { expectedStarts, latestStartOf } from "../scheduler/forecast.ts";
import { explain } from "../scheduler/schedule.ts";
import type { Engine } from "../verbs/engine.ts";
import { gatherChanges } from "./changes.ts";
import { tellIfOver } from "./collect.ts";
import { takeBack } from "./following.ts";
import type { Loop } from "./loop.ts";
import { whereaboutsThere } from "./plain-hosts.ts";
import { snapshotOf } from "./queue-order.ts";
import { paceElement, retimeElement, stopElement, tellElement } from "./stop.ts";
import type { Timers } from "./timers.ts";
import type { World } from "./world.ts";

/** The engine of a world and its loop. */
export function createEngine(
  world: World,
  loop: Loop,
  { describe, timers }: { readonly describe: () => void; readonly timers: Timers },
): Engine {
  const { queue, running, clock, watchers } = world;
  return {
    reasons() {
      const reasons = explain(snapshotOf(world, queue.all()), world.policy, clock.now());
      for (const [key, reason] of world.forwarding.reasons()) reasons.set(key, reason);
      return reasons;
    },
    whereabouts: (job) => world.forwarding.whereabouts(job) ?? whereaboutsThere(world, job),
    signalThere: (element, what) => world.forwarding.signal(element, { kind: "signal", ...what }),
    alterThere: (job, asked) => world.forwarding.alter(job, asked),
    latestStart: (job) => latestStartOf(snapshotOf(world, queue.all()), world.policy, { job, now: clock.now() }),
    expectedStarts: () => expectedStarts(snapshotOf(world, queue.all()), world.policy, clock.now()),
    conditions: (job, index) => queue.conditions(job, index),
    amended: describe,
    settle() {
      loop.catchUp();
      takeBack(world);
    },
    changed(job) {
      world.plans.forget(job);
      queue.refresh(job);
      running.refresh(job);
      tellIfOver(world, job);
      world.forwarding.changed(job);
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
      if (queue.get(job) === null) queueMicrotask(() => watcher.finished());
      else watchers.add(job, watcher);
    },
  };
}
