/** Owns what happens when a backend was reached (again): what the store thinks runs is compared with what does. */

import { lostEnding, type News, overtakenEnding } from "./collect.ts";
import { launch } from "./launch.ts";
import type { RunningElement } from "./running.ts";
import { stopElement } from "./stop.ts";
import type { World } from "./world.ts";

/**
 * Tells of what was lost, launches what never got there, and stops what nobody knows. `untold`: keys of which the
 * backend has told news that wait to be collected.
 */
export function reconcile(world: World, untold: ReadonlySet<string>, tell: (news: News) => void): void {
  const backend = world.backend();
  for (const each of [...world.running.values()]) if (!untold.has(each.key) && !each.away) compare(world, each, tell);
  for (const key of backend.running.keys()) {
    if (world.running.get(key)) continue;
    world.log(`${key} runs, but nobody knows of it; it is ended`);
    backend.schedule(key, [{ afterMs: 0, signal: 9, scope: "all", tag: "", notice: "" }], "replace");
  }
}

function compare(world: World, { key, element }: RunningElement, tell: (news: News) => void): void {
  const now = world.clock.now();
  const pid = world.backend().running.get(key);
  if (pid !== undefined) {
    if (element.pid === null) tell({ kind: "started", key, pid, at: element.startedAt ?? now });
    // Whoever marked it may not have come to say so.
    if (element.state === "ending") stopElement(world, element, element.stop ?? "cancel");
    return;
  }
  if (world.launching.has(key)) return;
  if (element.state === "starting") launch(world, element, (failure) => tell({ kind: "failed", key, failure }));
  // A launch leaves a record before anything else, which the backend would have told of.
  else if (element.state === "ending" && element.pid === null)
    tell({ kind: "ended", key, ending: overtakenEnding(element, now) });
  else tell({ kind: "ended", key, ending: lostEnding(element, now) });
}
