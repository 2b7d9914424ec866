/** Owns what running elements are told: to end, to change their limit, to take a signal. */

import { type Element, launchKey } from "../model/job.ts";
import type { TimelineRow } from "../model/launch.ts";
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
  const elapsed = world.clock.now() - (element.startedAt ?? world.clock.now());
  tellElement(world, element, { rows: world.plans.dialectOf(start).limits(start, elapsed), how: "replace" });
}

/** Told in its turn: a launch that is still being prepared goes first. */
export function tellElement(
  world: World,
  element: Element,
  { rows, how }: { readonly rows: readonly TimelineRow[]; readonly how: "replace" | "add" },
): void {
  world.errands.add(() => world.backend().schedule(launchKey(element), rows, how));
}
