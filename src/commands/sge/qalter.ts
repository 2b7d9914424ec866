/** Owns qalter: changes what a job asked for, while it waits or runs. */

import { alterationComplaint, asksSaid, type Change, changeOf } from "../../dialects/sge/alteration.ts";
import {
  type AlterationAsks,
  alterationUsage,
  qalter as altering,
  readAlteration,
} from "../../dialects/sge/alteration-options.ts";
import { alterationLines, verifiedText } from "../../dialects/sge/alteration-texts.ts";
import { grantedSlots } from "../../dialects/sge/geometry.ts";
import { type AwayReceipt, awayText, noting } from "../../language/away-receipts.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import type { JobHead } from "../../model/verbs.ts";
import { changeHolds, onlyWholeJobs, type Told, toEach } from "./altering.ts";
import { liveJobs } from "./job-targets.ts";

const codes = { unknown: 1, foreign: 1, forbidden: 1 };

export const qalter: Command = {
  dialect: "sge",
  name: "qalter",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const asks = readAlteration(altering, context.args);
    if (asks.help) return { out: alterationUsage(altering) };
    const questions = asksSaid(asks.said);
    if (asks.said.length > 0 && asks.jobs.some(({ tasks }) => tasks !== null)) throw onlyWholeJobs();
    if (typeof questions.validation === "string")
      return toEach(context, asks, { codes, act: ({ job }) => validated(context, job, String(questions.validation)) });
    const verify = questions.verify === true;
    const receipts: AwayReceipt[] = [];
    const reply = await toEach(context, asks, {
      codes,
      act: (target) => {
        const held =
          asks.holds && !verify ? changeHolds(context, target, { change: asks.holds, forbidden: 1 }) : nothing;
        if (held.code !== 0 || asks.said.length === 0) return held;
        const { lines, code } = altered(noting(context, receipts), { job: target.job, asks, verify });
        return { lines: [...held.lines, ...lines], code };
      },
    });
    const { text, code } = await awayText(receipts);
    return { ...reply, err: text, code: Math.max(reply.code ?? 0, code) };
  },
};

const nothing: Told = { lines: [], code: 0 };

interface Asked {
  readonly job: JobHead;
  readonly asks: AlterationAsks;
  readonly verify: boolean;
}

function altered(context: Context, { job, asks, verify }: Asked): Told {
  const { verbs, user } = context;
  if (job.dialect !== "sge")
    return {
      lines: [`denied: job ${job.id} was not submitted by qsub: change it with its own family's commands`],
      code: 1,
    };
  const whole = verbs.job(job.id);
  if (!whole) return nothing;
  const runs = verbs.select({ ids: [{ id: job.id, indices: null }] }).some(({ kind }) => kind === "element");
  const others = liveJobs(context).filter(({ id }) => id !== job.id);
  const alterer = alterOf(context);
  const change: Change = changeOf(whole, asks.said, { alterer, others, runs });
  const complaint = alterationComplaint(job, change, { alterer, said: asks.said, others });
  if (complaint !== null) return { lines: [complaint], code: 1 };
  if (verify) return { lines: [verifiedText(job, change).replace(/\n$/, "")], code: 0 };
  if (change.options.size > 0) verbs.alter({ id: job.id, indices: null }, user.uid, change);
  return { lines: alterationLines({ job, change, who: user.name, cluster: verbs.description }), code: 0 };
}

// Nothing is changed: it is only said whether the job could start.
function validated({ verbs }: Context, job: JobHead, how: string): Told {
  if (how === "n") return nothing;
  const listed = verbs.select({ ids: [{ id: job.id, indices: null }] });
  const idle = listed.every((one) => one.kind === "waiting" && one.part.holds.length === 0);
  if (!idle) return { lines: ["verification: job is already running or is held"], code: 0 };
  const { unsuited } = job.need;
  if (unsuited !== undefined)
    return { lines: [`Job ${job.id} ${unsuited}`, "verification: no suitable queues"], code: 1 };
  const slots = grantedSlots(job.spec, verbs.description);
  return { lines: [`verification: found possible assignment with ${slots} slots`], code: 0 };
}

function alterOf(context: Context) {
  return {
    cluster: context.verbs.description,
    user: context.user,
    directory: context.files.resolve(context.cwd),
    environment: context.environment,
    limits: context.limits,
    isDirectory: (path: string) => context.files.kind(path) === "directory",
    now: context.clock.now(),
  };
}
