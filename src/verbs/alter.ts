/** Owns how a job that waits or runs is changed, or some of its elements alone. */

import { type Alteration, type Waiting, withOwn } from "../model/job.ts";
import type { JobHead, Result, Target } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";
import type { Means } from "./means.ts";
import { indicesOfParts, type Meant, meantBy, withLeftOver } from "./target.ts";

/**
 * Changes the job; on disk when it returns. A new begin time or new holds go to those elements alone that are meant.
 * Everything else belongs to the whole job, whichever of its elements was named; but where elements have ids of their
 * own, as in Slurm, those that are named get it as their own, and keep it whatever the job is changed to.
 */
export function alter(
  means: Means,
  asked: { readonly target: Target; readonly by: number },
  wanted: Alteration,
): Result[] {
  const { store, engine, clock } = means;
  const meant = meantBy(store, asked.target, asked.by);
  if ("kind" in meant) return [meant];
  const { job, waiting, alive } = meant;
  const change = onSameMachines(job, wanted);
  if (waiting.length + alive.length === 0) return withLeftOver(store, meant, []);
  // A target's job is what the target makes it; the rows follow when it did.
  const told = engine.alterThere(job, { indices: meant.indices, change, by: asked.by });
  if (told !== null)
    return withLeftOver(store, meant, [{ kind: "changed", job, indices: indicesOfParts(waiting), told }]);
  const head = store.commit.durable(() => alterRows({ store, clock }, meant, change));
  const apart = isApart(meant);
  engine.changed(job.id);
  const before = (element: StoredElement): number => withOwn(job, element).need.wallTime;
  const limit = (element: StoredElement): number =>
    change.submission.need && apart ? change.submission.need.wallTime : withOwn(head, element).need.wallTime;
  // What is being ended keeps the rows that end it.
  alive.filter((element) => element.state !== "ending" && limit(element) !== before(element)).forEach(engine.retime);
  return withLeftOver(store, meant, [{ kind: "changed", job: head, indices: indicesOfParts(waiting) }]);
}

/** Changes the rows of what is meant, in the caller's transaction; the job as it is then. */
export function alterRows({ store, clock }: Pick<Means, "store" | "clock">, meant: Meant, change: Alteration): JobHead {
  const { job, alive } = meant;
  const apart = isApart(meant);
  const head = apart ? job : altered(job, change);
  if (apart) alterAlive(store, alive, change);
  else {
    store.jobs.change(head);
    if (change.submission.environment) store.jobs.changeEnvironment(job.id, change.submission.environment);
  }
  alterWaiting(store, meant, { change, apart });
  const why = Object.keys(change.spec).join(" ");
  const index = apart ? (meant.indices?.[0]?.[0] ?? null) : null;
  store.events.add(job.id, { at: clock.now(), index, what: "altered", why });
  return head;
}

function isApart({ job, indices }: Meant): boolean {
  return job.elementIds && indices !== null;
}

// Whatever a job asks for anew, it is asked of the machines that it was submitted to.
function onSameMachines({ need: { target } }: JobHead, change: Alteration): Alteration {
  const { submission } = change;
  if (target === undefined || !submission.need) return change;
  return { ...change, submission: { ...submission, need: { ...submission.need, target } } };
}

/** The changed job. What makes it this job stays: who submitted it, which elements it has, and its script. */
export function altered<T extends JobHead>(job: T, change: Alteration): T {
  const { script, environment, indices, user, dialect, elementIds, ...rest } = change.submission;
  return { ...job, ...rest, spec: { ...job.spec, ...change.spec } };
}

// What a part of the queue has in rows of its own is not repeated, and a limit on the number at a time is the array's.
function ownOf(before: { readonly own?: Alteration }, change: Alteration): Alteration {
  const { script, environment, indices, user, dialect, elementIds, holds, beginAt, throttle, ...rest } =
    change.submission;
  return { spec: { ...before.own?.spec, ...change.spec }, submission: { ...before.own?.submission, ...rest } };
}

function alterAlive(store: Store, alive: readonly StoredElement[], change: Alteration): void {
  for (const element of alive) store.elements.altered(element, ownOf(element, change));
}

interface Change {
  readonly change: Alteration;
  readonly apart: boolean;
}

function alterWaiting(store: Store, meant: Meant, { change, apart }: Change): void {
  const { beginAt, holds } = change.submission;
  if (!apart && beginAt === undefined && holds === undefined) return;
  const changed = meant.waiting.map(
    (part): Waiting => ({
      ...part,
      beginAt: beginAt ?? part.beginAt,
      holds: holds ?? part.holds,
      ...(apart && saysMore(change) ? { own: ownOf(part, change) } : {}),
    }),
  );
  store.waiting.replace(meant.job.id, [...meant.otherWaiting, ...changed]);
}

/** Whether it is more than a begin time or holds, by which parts differ anyway. */
function saysMore({ spec, submission }: Alteration): boolean {
  const said = [...Object.keys(spec), ...Object.keys(submission)];
  return said.some((key) => !["beginTime", "beginAt", "holds"].includes(key));
}
