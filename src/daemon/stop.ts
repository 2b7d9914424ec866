/** Owns what running elements are told: to end, to change their limit, to take a signal. */

import { type Element, launchKey } from "../model/job.ts";
import type { TimelineRow } from "../model/launch.ts";
import { suspensionOf } from "../model/suspension.ts";
import type { Stop } from "../store/element-rows.ts";
import type { World } from "./world.ts";

/** Brings an element that is marked in the store to its end, in its dialect's way. */
export function stopElement(world: World, element: Element, why: Stop): void {
  const start = world.plans.startOf(element);
  tellElement(world, element, { rows: world.plans.dialectOf(start).stop(start, why), how: "replace" });
}

/** Gives a running element its new time limit; what the old one had planned is dropped. */
export function retimeElement(world: World, element: Element): void {
  const start = world.plans.startOf(element);
  const dialect = world.plans.dialectOf(start);
  const stands = dialect.pausesLimits === true && element.state === "suspended";
  const now = world.clock.now();
  const paused = dialect.pausesLimits
    ? (suspensionOf(world.store.events.of(element.job), element, now)?.total ?? 0)
    : 0;
  const elapsed = now - (element.startedAt ?? now) - paused;
  tellElement(world, element, { rows: stands ? [] : dialect.limits(start, elapsed), how: "replace" });
}

/** Lets the limit stand still, or go on, where the dialect has it so. */
export function paceElement(world: World, element: Element): void {
  if (world.plans.dialectOf(world.plans.startOf(element)).pausesLimits) retimeElement(world, element);
}

/** Told in its turn: a launch that is still being prepared goes first. */
export function tellElement(
  world: World,
  element: Element,
  { rows, how }: { readonly rows: readonly TimelineRow[]; readonly how: "replace" | "add" },
): void {
  if (world.forwarding.has(element.job)) {
    // Ends and limits are the target's business once it was told what is wanted; the store says what that is.
    if (how === "add") world.forwarding.pace(element, rows);
    else world.forwarding.changed(element.job);
    return;
  }
  world.errands.add(() => world.backend().schedule(launchKey(element), rows, how));
}
