/** Owns how a change of a job that a target has becomes words for that target. Pure but for the store. */

import type { Driver } from "../language/driver.ts";
import type { Dependency } from "../model/dependency.ts";
import { UsageError } from "../model/errors.ts";
import type { Forwarded, ForwardTarget } from "../model/forwarding.ts";
import type { Alteration, Job } from "../model/job.ts";
import { altered } from "../verbs/alter.ts";
import { dependencyThere } from "./due.ts";
import type { Household } from "./household.ts";
import { outputNames } from "./output-names.ts";
import { optionsThere } from "./render.ts";

/** The job, where it is, and what is to change. */
export interface AlterationAsk {
  readonly forwarded: Forwarded;
  readonly target: ForwardTarget;
  readonly driver: Driver;
  readonly change: Alteration;
}

/** What the target's altering command is told, no words: nothing; or what it can't be told. */
export type AlterationWords = { readonly words: readonly string[] } | { readonly cannot: string };

/** The words by which the target's job becomes what the job here is to be. */
export function alterationThere(house: Household, ask: AlterationAsk): AlterationWords {
  const { forwarded, target, driver, change } = ask;
  const job = house.store.jobs.whole(forwarded.job);
  if (job === null) return { words: [] };
  const waits = dependencies(house, ask, job);
  if ("cannot" in waits) return waits;
  // Files keep their names, whatever the job is called from now on.
  const before: Job = { ...job, spec: { ...job.spec, ...outputNames(job) } };
  const after = ownWords(altered(before, change), target);
  const to = { target, driver, directory: null };
  try {
    const was = optionsThere(ownWords(before, target), forwarded.mark, { ...to, dependency: waits.before });
    const is = optionsThere(after, forwarded.mark, { ...to, dependency: waits.after });
    const lost = is.lost.find((one) => !was.lost.includes(one));
    if (lost !== undefined) return { cannot: lost };
    return driver.alteration({ before: was.args, after: is.args, begin: beginOf(house, change) });
  } catch (error) {
    if (error instanceof UsageError) return { cannot: error.message };
    throw error;
  }
}

// What another family has no word for and nobody but its owner reads is kept here alone.
function ownWords(job: Job, { kind }: ForwardTarget): Job {
  return job.dialect === kind ? job : { ...job, spec: { ...job.spec, comment: null, contexts: null } };
}

function beginOf({ clock }: Household, { submission }: Alteration): { at: number; inSeconds: number } | null {
  const at = submission.beginAt;
  return at === undefined ? null : { at, inSeconds: Math.max(0, Math.ceil((at - clock.now()) / 1000)) };
}

type Waits = { readonly before: Dependency | null; readonly after: Dependency | null } | { readonly cannot: string };

function dependencies(house: Household, { forwarded, driver, change }: AlterationAsk, job: Job): Waits {
  if (!("dependency" in change.spec)) return { before: null, after: null };
  const there = (dependency: Dependency | null | undefined) =>
    dependency ? dependencyThere(house, forwarded, { dependency, driver }) : null;
  const wanted = change.submission.dependency;
  const after = there(wanted);
  if (wanted && after === null) return { cannot: "to wait for jobs of others or in this way" };
  return { before: there(job.dependency), after };
}
