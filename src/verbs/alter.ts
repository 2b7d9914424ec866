/** Owns how a job that waits or runs is changed. */

import type { Submission } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";
import type { JobHead, Result, Target } from "../model/verbs.ts";
import type { Means } from "./means.ts";
import { indicesOfParts, type Meant, meantBy, withLeftOver } from "./target.ts";

/** New values of the spec, and of what follows from them. */
export interface Alteration {
  readonly spec: Partial<JobSpec>;
  readonly submission: Partial<Submission>;
}

/**
 * Changes the job; on disk when it returns. A new begin time or new holds go to those elements alone that are meant;
 * everything else belongs to the whole job, whichever of its elements was named.
 */
export function alter(
  means: Means,
  asked: { readonly target: Target; readonly by: number },
  change: Alteration,
): Result[] {
  const { store, engine, clock } = means;
  const meant = meantBy(store, asked.target, asked.by);
  if ("kind" in meant) return [meant];
  const { job, waiting, alive } = meant;
  if (waiting.length + alive.length === 0) return withLeftOver(store, meant, []);
  const head = altered(job, change);
  store.commit.durable(() => {
    store.jobs.change(head);
    if (change.submission.environment) store.jobs.changeEnvironment(job.id, change.submission.environment);
    alterWaiting(means, meant, change.submission);
    store.events.add(job.id, {
      at: clock.now(),
      index: null,
      what: "altered",
      why: Object.keys(change.spec).join(" "),
    });
  });
  engine.changed(job.id);
  // What is being ended keeps the rows that end it.
  const timed = head.need.wallTime === job.need.wallTime ? [] : alive.filter(({ state }) => state !== "ending");
  timed.forEach(engine.retime);
  return withLeftOver(store, meant, [{ kind: "changed", job: head, indices: indicesOfParts(waiting) }]);
}

function altered(job: JobHead, change: Alteration): JobHead {
  // What makes the job this job stays: who submitted it, which elements it has, and its script.
  const { script, environment, indices, user, dialect, elementIds, ...rest } = change.submission;
  return { ...job, ...rest, spec: { ...job.spec, ...change.spec } };
}

function alterWaiting({ store }: Means, meant: Meant, { beginAt, holds }: Partial<Submission>): void {
  if (beginAt === undefined && holds === undefined) return;
  const changed = meant.waiting.map((part) => ({
    ...part,
    beginAt: beginAt ?? part.beginAt,
    holds: holds ?? part.holds,
  }));
  store.waiting.replace(meant.job.id, [...meant.otherWaiting, ...changed]);
}
