/** Owns qmod: stops jobs and lets them go on, clears their errors, puts them back to wait; the same for queues. */

import { namedJob } from "../../dialects/sge/job-words.ts";
import {
  clearedLines,
  type Deed,
  type JobAction,
  type Modification,
  modificationLines,
  modificationUsage,
  noErrorLine,
  notRerunnableLine,
  type QueueAction,
  readModifications,
  waitingLines,
} from "../../dialects/sge/modification.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import type { Indices } from "../../model/indices.ts";
import type { JobHead, Listed, Result, Target } from "../../model/verbs.ts";
import type { Told } from "./altering.ts";
import { isOwn, type JobTarget, jobTargets } from "./job-targets.ts";
import { queuesMeant, setCondition } from "./queue-targets.ts";

export const qmod: Command = {
  dialect: "sge",
  name: "qmod",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const { help, force, all } = readModifications(context.args);
    if (help) return { out: modificationUsage() };
    const told = all.flatMap((one) => one.words.map((word) => toWord(context, { ...one, word, force })));
    const lines = told.flatMap((one) => one.lines.map((line) => `${line}\n`));
    return { out: lines.join(""), code: told.some(({ code }) => code !== 0) ? 1 : 0 };
  },
};

interface Asked extends Modification {
  readonly word: string;
  readonly force: boolean;
}

// A word that may be either is a queue first.
function toWord(context: Context, { job, queue, word, force }: Asked): Told {
  if (queue !== null) {
    const meant = queuesMeant(context, word);
    if (meant.length > 0) return together(meant.map((name) => toQueue(context, { name, action: queue, force })));
  }
  const targets = job === null ? [] : jobTargets(context, [namedJob(word, 1)]).flat();
  const found = targets.filter((target) => target.kind === "job");
  if (job === null || found.length === 0)
    return { lines: [`invalid queue${job === null ? "" : " or job"} "${word}"`], code: 1 };
  return together(found.map((target) => toJob(context, { target, action: job, force })));
}

function together(told: readonly Told[]): Told {
  return { lines: told.flatMap(({ lines }) => lines), code: Math.max(0, ...told.map(({ code }) => code)) };
}

interface ToQueue {
  readonly name: string;
  readonly action: QueueAction;
  readonly force: boolean;
}

function toQueue(context: Context, { name, action, force }: ToQueue): Told {
  if (action !== "reschedule") return setCondition(context, { name, action, force });
  const running = context.verbs
    .select({ states: ["running", "suspended"] })
    .flatMap(({ job }) => (job.queue === name ? [job] : []));
  const jobs = [...new Map(running.map((job) => [job.id, job])).values()];
  return together(jobs.map((job) => toJob(context, { target: { kind: "job", job, tasks: null }, action, force })));
}

interface ToJob {
  readonly target: Extract<JobTarget, { kind: "job" }>;
  readonly action: JobAction;
  readonly force: boolean;
}

function toJob(context: Context, { target: { job, tasks }, action, force }: ToJob): Told {
  const { verbs, user } = context;
  if (!isOwn(context, job))
    return { lines: [`${user.name} - you have no permission to modify job "${job.id}"`], code: 1 };
  // A plain job is its own task 1.
  const alone = job.indices === null && tasks?.length === 1 && tasks[0]?.[0] === 1 && tasks[0][1] === 1;
  const target: Target = { id: job.id, indices: alone ? null : tasks };
  const listed = verbs.select({ ids: [target] });
  if (listed.length === 0) return { lines: [`invalid queue or job "${job.id}"`], code: 1 };
  const deed: Deed = { who: user.name, host: verbs.description.host, id: job.id, action, force };
  return action === "clear"
    ? cleared(context, deed, { target, listed })
    : acted(context, deed, { target, listed, job });
}

interface Meant {
  readonly target: Target;
  readonly listed: readonly Listed[];
}

function acted(context: Context, deed: Deed, { target, listed, job }: Meant & { readonly job: JobHead }): Told {
  const runs = listed.some(({ kind }) => kind === "element");
  const waits = idle(listed).flatMap((indices) => waitingLines(deed.id, indices));
  if (!runs) return { lines: waits, code: 0 };
  if (deed.action === "reschedule" && !deed.force && !isRerunnable(context, job))
    return { lines: [notRerunnableLine(deed.id, job.spec.requeue === false), ...waits], code: 0 };
  return { lines: [...modificationLines(doneBy(context, deed.action, target), deed), ...waits], code: 0 };
}

// What a job leaves open is its queue's to say.
function isRerunnable({ verbs }: Context, { spec, queue }: JobHead): boolean {
  const described = verbs.description.queues.find(({ name }) => name === queue);
  return spec.requeue ?? described?.attributes?.rerun === "TRUE";
}

function doneBy({ verbs, user }: Context, action: JobAction, target: Target): readonly Result[] {
  if (action === "suspend") return verbs.suspend(target, user.uid);
  return action === "resume" ? verbs.resume(target, user.uid) : verbs.requeue(target, user.uid);
}

// The real one ends with code 1 also where it cleared something.
function cleared({ verbs, user }: Context, deed: Deed, { target, listed }: Meant): Told {
  const running = listed.flatMap((one) => (one.kind === "element" ? [noErrorLine(deed.id, one.element.index)] : []));
  const waits = idle(listed).flatMap((indices) => waitingLines(deed.id, indices));
  const lines = [...clearedLines(verbs.clearError(target, user.uid), deed), ...running];
  return { lines: [...lines, ...waits], code: lines.length > 0 ? 1 : 0 };
}

/** What waits, but for what waits in error. */
function idle(listed: readonly Listed[]): readonly (Indices | null)[] {
  return listed.flatMap((one) => (one.kind === "waiting" && one.part.error === null ? [one.part.indices] : []));
}
