/** Owns the verbs as commands get them: each bound to the store and to whoever runs the jobs. */

import { clusterOf } from "../model/cluster.ts";
import type { Verbs } from "../model/verbs.ts";
import { alter } from "./alter.ts";
import { amend } from "./amend.ts";
import { attend } from "./attend.ts";
import { cancel } from "./cancel.ts";
import { clearError, hold, release } from "./hold.ts";
import type { Means } from "./means.ts";
import { overview, page, recent } from "./overview.ts";
import { purge } from "./purge.ts";
import { requeue } from "./requeue.ts";
import { createSelect } from "./select.ts";
import { resume, signal, suspend, tell } from "./signal.ts";
import { createSteps } from "./steps.ts";
import { submit } from "./submit.ts";
import { locate } from "./target.ts";
import { finished, started, watch } from "./wait.ts";

/** What commands can ask, over these means. */
export function createVerbs(means: Means): Verbs {
  const { store, clock } = means;
  const idOf = (id: number): number => locate(store, { id, indices: null })?.id ?? id;
  const steps = createSteps(means);
  const { orderSteps } = steps;
  /** A verb that changes what waits. */
  const settled = <A extends readonly unknown[], R>(verb: (...asked: A) => R): ((...asked: A) => R) => {
    return (...asked) => {
      means.engine.settle();
      return verb(...asked);
    };
  };
  return {
    get description() {
      return means.description;
    },
    describedFor: () => clusterOf(means.description, undefined),
    inSight: () => means.description,
    amend: settled((amendment, by) => amend(means, amendment, by)),
    submit: (submission, caller) => submit(means, submission, caller),
    attend: (submission) => attend(means, submission),
    spendId: () => store.commit.durable(() => store.jobs.spendId()),
    nextId: () => store.jobs.nextId(),
    select: createSelect(means),
    job: (id) => store.jobs.whole(idOf(id)),
    cancel: settled((target, by) => cancel(means, { target, by, orderSteps })),
    signal: settled((target, by, what) => signal(means, { target, by, orderSteps }, what)),
    hold: settled((target, uid, which) => hold(means, target, { uid, hold: which })),
    release: settled((target, uid, which) => release(means, target, { uid, hold: which })),
    alter: settled((target, by, change) => alter(means, { target, by }, change)),
    requeue: settled((target, by, how) => requeue(means, { target, by }, how)),
    suspend: settled((target, by, why) => suspend(means, { target, by }, why)),
    resume: settled((target, by) => resume(means, target, by)),
    tell: (target, by, line) => tell(means, { target, by }, line),
    clearError: settled((target, by) => clearError(means, target, by)),
    latestStart: (job) => means.engine.latestStart(idOf(job)),
    expectedStarts: () => means.engine.expectedStarts(),
    started: (job) => started(means, job),
    finished: (job) => finished(means, job),
    watch: (job, watcher) => watch(means, job, watcher),
    note: (job, text) =>
      store.commit.durable(() => store.events.add(job, { at: clock.now(), index: null, what: "note", why: text })),
    whereabouts: (job) => means.engine.whereabouts(idOf(job)),
    usage: (elements) => means.engine.usage(elements),
    overview: (job) => overview(means, idOf(job)),
    recent: (since) => recent(means, since),
    page: (job, which) => page(means, idOf(job), which),
    reasons: () => means.engine.reasons(),
    changes: (gap) => means.engine.changes(gap),
    history: (id) => store.events.of(idOf(id)),
    purge: (what) => purge(means, what),
    ...steps,
  };
}
