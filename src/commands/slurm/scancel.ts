/** Owns scancel: jobs are ended, or sent a signal. */

import { scancelOptions } from "../../dialects/slurm/cancel-options.ts";
import {
  act,
  type CancelRequest,
  cancelFilter,
  isMeant,
  meantId,
  readCancelRequest,
  told,
} from "../../dialects/slurm/cancel-request.ts";
import { clustersAsked } from "../../dialects/slurm/clusters-asked.ts";
import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import type { WantedJob } from "../../dialects/slurm/job-ids.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";
import type { Listed } from "../../model/verbs.ts";

const operands = "[OPTIONS] [job_id[_array_id][.step_id]]";

export const scancel: Command = {
  dialect: "slurm",
  name: "scancel",
  wordError: (message) => wordLines("scancel", message),
  run: async (context) => {
    const request = readCancelRequest({ args: context.args, variable: (name) => context.variable(name) });
    if (request.flag("help")) return { out: helpText("scancel", operands, scancelOptions) };
    if (request.flag("usage")) return { out: usageText("scancel", "[job_id[_array_id][.step_id]]", scancelOptions) };
    if (request.flag("version")) return { out: versionText };
    checkUser(context, request);
    const steps = request.ids.filter(({ step }) => step !== null);
    if (!request.looksUp || (request.ids.length > 0 && steps.length === request.ids.length))
      return actOn(context, request, request.ids);
    const clusters = request.text("clusters")?.split(",") ?? null;
    // What only means nobody may not come to mean everybody.
    const { complaints } = clustersAsked(clusters, { ...context.verbs.description, strict: true });
    const listed = context.verbs.select(cancelFilter(request, context.user)).filter((part) => isMeant(request, part));
    if (request.flag("interactive")) return ask(context, request, listed);
    // Asked of clusters by name, nobody is told of an id that none of them has.
    const lost = clusters === null ? unfound(context, request) : [];
    const { err = "", ...reply } = actOn(context, request, [...steps, ...listed.map(meantId), ...lost]);
    return { ...reply, err: complaints.map((line) => wordLines("scancel", line)).join("") + err };
  },
};

function checkUser(context: Context, request: CancelRequest): void {
  const user = request.text("user");
  if (user !== null && !context.userNamed(user)) throw new UsageError(`Invalid user name: ${user}`, 1);
}

function actOn(context: Context, request: CancelRequest, targets: readonly WantedJob[]): Reply {
  const all = targets.map((target) =>
    told(request, target, act(request, target, { verbs: context.verbs, by: context.user.uid })),
  );
  const none = targets.length === 0 && request.flag("verbose") && !request.flag("quiet");
  return {
    err:
      all.map(({ err }) => err).join("") + (none ? wordLines("scancel", "No active jobs match ALL job filters") : ""),
    code: Math.max(0, ...all.map(({ code }) => code)),
  };
}

// Ids that nobody knows; those a filter leaves out are no error.
function unfound({ verbs }: Context, { ids }: CancelRequest): readonly WantedJob[] {
  return ids.filter(({ id, step }) => step === null && verbs.select({ ids: [{ id, indices: null }] }).length === 0);
}

/** Asks for one job after the other, and does what is agreed to; where the answers end nothing more is done. */
function ask(context: Context, request: CancelRequest, [part, ...rest]: readonly Listed[]): Reply {
  if (!part) return {};
  const id = meantId(part);
  return {
    out: `Cancel job_id=${id.text} name=${part.job.name} partition=${part.job.queue} [y/n]? `,
    next: async () => {
      const answer = await context.readLine();
      if (answer === null) return {};
      const done = /^\s*y/i.test(answer) ? actOn(context, request, [id]) : {};
      return rest.length === 0 ? done : { err: done.err ?? "", next: async () => ask(context, request, rest) };
    },
  };
}
