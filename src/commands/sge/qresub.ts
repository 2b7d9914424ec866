/** Owns qresub: a copy of a job that is still there, under a new id. */

import { alterationUsage, readAlteration, qresub as resubmitting } from "../../dialects/sge/alteration-options.ts";
import { submittedText } from "../../dialects/sge/announcements.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import type { Hold, Job } from "../../model/job.ts";
import { changeHolds, onlyWholeJobs } from "./altering.ts";
import { isOwn, liveJobs } from "./job-targets.ts";

export const qresub: Command = {
  dialect: "sge",
  name: "qresub",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const asks = readAlteration(resubmitting, context.args);
    if (asks.help) return { out: alterationUsage(resubmitting) };
    if (asks.jobs.some(({ tasks }) => tasks !== null)) throw onlyWholeJobs();
    const live = liveJobs(context);
    const holds = asks.holds?.set ?? [];
    let out = "";
    // The last one comes first.
    for (const { id } of [...asks.jobs].reverse()) {
      // A name is no id: it is number 0, which no job has.
      const job = live.find((one) => one.id === id);
      if (!job) return { out: `${out}job "${id ?? 0}" does not exist\n`, code: 4 };
      if (!isOwn(context, job)) return { out: `${out}${denial(context, job)}`, code: 4 };
      // The real one holds the original as well.
      const held = asks.holds
        ? changeHolds(context, { job, tasks: null }, { change: { set: holds, remove: [] }, forbidden: 4 })
        : { lines: [], code: 0 };
      out += held.lines.map((line) => `${line}\n`).join("");
      if (held.code !== 0) return { out, code: held.code };
      // It says so of one that was held before, too.
      if (holds.length > 0 && held.lines.length === 0) out += `modified hold of job ${job.id}\n`;
      out += submittedText(await copied(context, job.id, holds), false);
    }
    return { out };
  },
};

function denial({ user, verbs }: Context, job: Pick<Job, "user">): string {
  return `job rejected: ${user.name}@${verbs.description.host} is not allowed to resubmit jobs of user ${job.user.name}\n`;
}

async function copied({ verbs, clock }: Context, id: number, holds: readonly Hold[]): Promise<Job> {
  const { id: _, submittedAt: __, ...submission } = verbs.job(id) as Job;
  return verbs.submit({ ...submission, holds, beginAt: submission.beginAt > clock.now() ? submission.beginAt : 0 });
}
