/** Owns qmod: stops jobs and lets them go on, clears their errors, puts them back to wait; and says what of this queues know. */

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
  readModifications,
  waitingLines,
} from "../../dialects/sge/modification.ts";
import { matchesQueue } from "../../dialects/sge/patterns.ts";
import { queuesShown } from "../../dialects/sge/queue-blocks.ts";
import { queueModification } from "../../dialects/sge/queue-modification.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import type { Indices } from "../../model/indices.ts";
import type { JobHead, Listed, Result, Target } from "../../model/verbs.ts";
import type { Told } from "./altering.ts";
import { isOwn, type JobTarget, jobTargets } from "./job-targets.ts";

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
  const { description } = context.verbs;
  const queues = queue === null ? [] : queuesShown(description, []).map(({ name }) => name);
  const meant = queues.filter((name) => matchesQueue(word, name, description.host));
  if (queue !== null && meant.length > 0) {
    const told = meant.map((name) => queueModification(queue, `${name}@${description.host}`, context.user));
    return { lines: told.map(({ line }) => line), code: told.every(({ good }) => good) ? 0 : 1 };
  }
  const targets = job === null ? [] : jobTargets(context, [namedJob(word, 1)]).flat();
  const found = targets.filter((target) => target.kind === "job");
  if (job === null || found.length === 0)
    return { lines: [`invalid queue${job === null ? "" : " or job"} "${word.replace(/\..*/, "")}"`], code: 1 };
  const told = found.map((target) => toJob(context, { target, action: job, force }));
  return { lines: told.flatMap(({ lines }) => lines), code: Math.max(...told.map(({ code }) => code)) };
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
  if (deed.action === "reschedule" && !deed.force && job.spec.requeue !== true)
    return { lines: [notRerunnableLine(deed.id), ...waits], code: 0 };
  return { lines: [...modificationLines(doneBy(context, deed.action, target), deed), ...waits], code: 0 };
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
