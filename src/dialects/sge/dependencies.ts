/** Owns how `-hold_jid` and `-hold_jid_ad` find their jobs: once, at submission, among what is there. */

import type { Condition, Dependency } from "../../model/dependency.ts";
import type { IndexRange } from "../../model/indices.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead } from "../../model/verbs.ts";
import { isPattern, matches } from "./patterns.ts";

/** What a job will wait for, or why the master does not take it. */
export type Resolved =
  | { readonly kind: "found"; readonly dependency: Dependency | null }
  | { readonly kind: "refused"; readonly why: string };

/** Finds the jobs among those that live. What is not found is passed over. */
export function resolveDependencies(spec: JobSpec, live: readonly JobHead[], user: string): Resolved {
  const named = [...conditionsOf(spec.dependency), ...conditionsOf(spec.dependencyPerElement)];
  // A number with a task behind it is no job; what else follows a number does not count.
  const task = named.find(({ name }) => /^[0-9]+\./.test(name ?? ""));
  if (task) return { kind: "refused", why: `denied: job "${task.name}" not found` };
  if (spec.dependencyPerElement && !spec.array) return { kind: "refused", why: noArray };
  const found = named.flatMap((condition) =>
    live.filter((job) => meant(condition, job, user)).map((job) => ({ ...condition, job: job.id, name: null })),
  );
  const uneven = found.some(
    ({ kind, job }) =>
      kind === "correspondingEnd" && !sameRange(spec.array, live.find(({ id }) => id === job)?.spec.array),
  );
  if (uneven) return { kind: "refused", why: unevenArrays };
  const conditions = found.filter(
    ({ kind, job }, at) => found.findIndex((one) => one.kind === kind && one.job === job) === at,
  );
  return { kind: "found", dependency: conditions.length ? { need: "all", conditions } : null };
}

const noArray = 'Can only specify "-hold_jid_ad" option with an array job (using "-t" option)';

const unevenArrays =
  "This array job must have the same range of sub-tasks as the dependent array job specified with -hold_jid_ad";

type JobCondition = Exclude<Condition, { kind: "singleton" }>;

function conditionsOf(dependency: Dependency | null): readonly JobCondition[] {
  return (dependency?.conditions ?? []).filter((condition) => condition.kind !== "singleton");
}

function meant({ job, name }: JobCondition, other: JobHead, user: string): boolean {
  if (name === null) return other.id === job;
  const number = /^[0-9]+/.exec(name)?.[0];
  if (number !== undefined) return other.id === Number(number);
  return other.user.name === user && (isPattern(name) ? matches(name, other.name) : other.name === name);
}

function sameRange(one: readonly IndexRange[] | null, other: readonly IndexRange[] | null | undefined): boolean {
  const [a, b] = [one?.[0], other?.[0]];
  return a?.first === b?.first && a?.last === b?.last && a?.step === b?.step;
}
