/** Owns what the daemon gives to forwarding: its rows, its times, and how a family words what happened elsewhere. */

import type { TargetCluster } from "../backends/cluster.ts";
import { createForwarding, type Forwarding } from "../forwarding/forwarding.ts";
import type { EndThere } from "../forwarding/household.ts";
import type { ForwardTarget } from "../model/forwarding.ts";
import { launchKey } from "../model/job.ts";
import { noUsage } from "../model/usage.ts";
import type { StoredElement } from "../store/element-rows.ts";
import { tellIfOver } from "./collect.ts";
import type { World } from "./world.ts";

/** Where targets are found and how they are reached. */
export interface TargetBook {
  /** Those of the config, and those that were added by hand. */
  readonly all: () => readonly ForwardTarget[];
  /** Whether the config says it. */
  readonly isWritten: (name: string) => boolean;
  /** Where jobs go of which nothing is said; null: nowhere else. */
  readonly chosen: () => string | null;
  /** By queues' names. */
  readonly ofQueue: (queue: string) => string | null;
  readonly connect: (target: ForwardTarget) => TargetCluster;
}

export const noTargets: TargetBook = {
  all: () => [],
  isWritten: () => false,
  chosen: () => null,
  ofQueue: () => null,
  connect: ({ name }) => {
    throw new Error(`nobody reaches ${name} from here`);
  },
};

/** The world, and a way to say that something may be to be scheduled: both come after this. */
export interface Around {
  readonly world: World;
  readonly wake: () => void;
}

/** The forwarding of a world. */
export function forwardingOf(
  { store, clock }: Pick<World, "store" | "clock">,
  targets: TargetBook,
  around: () => Around,
): Forwarding {
  const world = () => around().world;
  return createForwarding({
    ...{ store, clock },
    log: (line) => world().log(line),
    target: (name) => targets.all().find((one) => one.name === name) ?? null,
    connect: targets.connect,
    conditions: (job) => world().queue.conditions(job, null),
    remarkOf: (element, end) => remarkOf(world(), element, end),
    changed(job) {
      const { queue, running, plans } = world();
      plans.forget(job);
      for (const { key, element } of [...running.values()]) if (element.job === job) running.remove(key);
      running.refresh(job);
      if (store.jobs.head(job)) queue.refresh(job);
      around().wake();
    },
    started: (element) => world().watchers.started(element),
    ended(element) {
      world().watchers.ended(element);
      queueMicrotask(() => tellIfOver(world(), element.job));
    },
  });
}

// What its own family would make of such an end here; what it would put back is the target's business.
function remarkOf(world: World, element: StoredElement, end: EndThere): string {
  const start = world.plans.startOf(element);
  const ending = { ...noUsage, ...end, key: launchKey(element) };
  const verdict = world.plans.dialectOf(start).judge({ start, ending, stopped: element.stop, now: end.endedAt });
  return verdict.kind === "ended" ? verdict.remark : "";
}
