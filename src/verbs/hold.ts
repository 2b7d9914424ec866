/** Owns holds and failed starts: what keeps elements from starting until somebody lets them. */

import type { Hold, Waiting } from "../model/job.ts";
import type { Result, Target } from "../model/verbs.ts";
import type { Means } from "./means.ts";
import { indicesOfParts, type Meant, meantBy, withLeftOver } from "./target.ts";

/** Adds a hold to what waits; what runs has it when it is requeued. */
export function hold(means: Means, target: Target, by: { readonly uid: number; readonly hold: Hold }): Result[] {
  return changeWaiting(means, meantBy(means.store, target, by.uid), {
    what: "held",
    part: (part) => ({ ...part, holds: withHold(part.holds, by.hold) }),
    holds: (holds) => withHold(holds, by.hold),
  });
}

/** Takes a hold away. */
export function release(means: Means, target: Target, by: { readonly uid: number; readonly hold: Hold }): Result[] {
  const without = (holds: readonly Hold[]): readonly Hold[] => holds.filter((each) => each !== by.hold);
  return changeWaiting(means, meantBy(means.store, target, by.uid), {
    what: "released",
    part: (part) => ({ ...part, holds: without(part.holds) }),
    holds: without,
  });
}

/** Lets what failed to start try again. */
export function clearError(means: Means, target: Target, by: number): Result[] {
  return changeWaiting(means, meantBy(means.store, target, by), {
    what: "cleared",
    part: (part) => ({ ...part, error: null }),
    holds: (holds) => holds,
  });
}

/** How waiting parts and the holds of running elements change; what gives back an equal value is unchanged. */
export interface Change {
  readonly what: string;
  readonly part: (part: Waiting) => Waiting;
  readonly holds: (holds: readonly Hold[]) => readonly Hold[];
}

/** Applies a change to what is meant; on disk when it returns. */
export function changeWaiting(means: Means, meant: Meant | Result, change: Change): Result[] {
  if ("kind" in meant) return [meant];
  const { store, engine, clock } = means;
  const { job, waiting, alive } = meant;
  const changed = waiting.filter((part) => differs(part, change.part(part)));
  const same = waiting.filter((part) => !changed.includes(part));
  const touched = alive.filter((element) => differs(element.holds, change.holds(element.holds)));
  if (changed.length + touched.length > 0) {
    store.commit.durable(() => {
      if (changed.length > 0)
        store.waiting.replace(job.id, [...meant.otherWaiting, ...same, ...changed.map(change.part)]);
      for (const element of touched) store.elements.held(element, change.holds(element.holds));
      store.events.add(job.id, { at: clock.now(), index: null, what: change.what, why: "" });
    });
    engine.changed(job.id);
  }
  const results: Result[] = [];
  if (changed.length > 0) results.push({ kind: "changed", job, indices: indicesOfParts(changed) });
  if (same.length > 0) results.push({ kind: "unchanged", job, indices: indicesOfParts(same) });
  for (const element of alive) {
    const indices = element.index === null ? null : ([[element.index, element.index]] as const);
    results.push({ kind: touched.includes(element) ? "changed" : "unchanged", job, indices });
  }
  return withLeftOver(store, meant, results);
}

function withHold(holds: readonly Hold[], hold: Hold): readonly Hold[] {
  return holds.includes(hold) ? holds : [...holds, hold];
}

function differs(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}
