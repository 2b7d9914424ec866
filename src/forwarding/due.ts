/** Owns whether a job may be sent to its target now, and what it waits for there. Pure but for the store. */

import type { Driver } from "../language/driver.ts";
import type { Condition, Dependency } from "../model/dependency.ts";
import type { Forwarded } from "../model/forwarding.ts";
import type { JobHead, JudgedCondition } from "../model/verbs.ts";
import type { Household } from "./household.ts";

/** `later`: something must happen here first. */
export type Due = { readonly kind: "later" } | { readonly kind: "now"; readonly dependency: Dependency | null };

/**
 * What has happened already is waited for no more. What is still to happen to jobs of the same target is left to that
 * target, if it can wait for exactly this; anything else is waited for here.
 */
export function dueOf(
  house: Household,
  forwarded: Forwarded,
  { job, driver }: { readonly job: JobHead; readonly driver: Driver },
): Due {
  const now = house.clock.now();
  const parts = house.store.waiting.of(job.id);
  if (parts.some(({ beginAt, error }) => beginAt > now || error !== null)) return { kind: "later" };
  const judged = house.conditions(job.id);
  const open = judged.filter(({ standing }) => standing !== "met");
  if (open.length === 0 || (job.dependency?.need === "any" && open.length < judged.length))
    return { kind: "now", dependency: null };
  const there = open.map((one) => conditionThere(house, forwarded, one));
  const conditions = there.filter((one) => one !== null);
  const dependency: Dependency = { need: job.dependency?.need ?? "all", conditions };
  const isAll = conditions.length === there.length && driver.canWait(dependency);
  return isAll ? { kind: "now", dependency } : { kind: "later" };
}

/** A dependency in the target's numbers, if the target can wait for all of it; null: it is for others to wait for. */
export function dependencyThere(
  house: Household,
  forwarded: Forwarded,
  { dependency, driver }: { readonly dependency: Dependency; readonly driver: Driver },
): Dependency | null {
  const conditions = dependency.conditions.map((condition) =>
    conditionThere(house, forwarded, { condition, standing: "waiting" }),
  );
  const known = conditions.filter((one) => one !== null);
  const there = { ...dependency, conditions: known };
  return known.length === conditions.length && driver.canWait(there) ? there : null;
}

function conditionThere(
  { store }: Household,
  { target }: Forwarded,
  { condition, standing }: JudgedCondition,
): Condition | null {
  if (standing === "never" || condition.kind === "singleton" || condition.job === null) return null;
  const other = store.forwarded.of(condition.job);
  if (other?.target !== target || other.native === null || other.numbering.kind !== "same") return null;
  return { ...condition, job: Number(other.native), name: null };
}
