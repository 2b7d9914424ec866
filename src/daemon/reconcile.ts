/** Owns what happens when a backend was reached (again): what the store thinks runs is compared with what does. */

import type { Backend } from "../backends/backend.ts";
import { lostEnding, overtakenEnding } from "./collect.ts";
import { launch } from "./launch.ts";
import type { News } from "./news.ts";
import type { RunningElement } from "./running.ts";
import { stopElement } from "./stop.ts";
import type { World } from "./world.ts";

/** News that wait to be collected, by key, and who takes more. */
export interface Teller {
  readonly untold: ReadonlySet<string>;
  readonly tell: (news: News) => void;
}

/** Tells of what was lost, launches what never got there, and stops what nobody knows. */
export function reconcile(world: World, teller: Teller): void {
  const isHere = ({ away, holding }: RunningElement): boolean => !away && holding.need.target === undefined;
  compareAll(world, isHere, teller);
  endStrangers(world, world.backend());
}

/** The same for one plain machine, which has told everything that it knows. */
export function reconcileHost(world: World, node: string, teller: Teller): void {
  const host = world.hosts.on(node);
  if (!host) return;
  const isThere = ({ element, holding }: RunningElement): boolean =>
    element.node === node && holding.need.target !== undefined;
  compareAll(world, isThere, teller);
  endStrangers(world, host);
}

function compareAll(world: World, isMeant: (each: RunningElement) => boolean, { untold, tell }: Teller): void {
  for (const each of [...world.running.values()])
    if (!untold.has(each.key) && isMeant(each)) compare(world, each, tell);
}

function endStrangers(world: World, { running, schedule }: Pick<Backend, "running" | "schedule">): void {
  for (const key of running.keys()) {
    if (world.running.get(key)) continue;
    world.log(`${key} runs, but nobody knows of it; it is ended`);
    schedule(key, [{ afterMs: 0, signal: 9, scope: "all", tag: "", notice: "" }], "replace");
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
