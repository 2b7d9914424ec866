/** Owns what qalter, qhold, qrls and qresub share: each job that is meant is told of in turn, the first failure gives the code. */

import type { AlterationAsks } from "../../dialects/sge/alteration-options.ts";
import { type HoldChange, holdDenials, holdLines } from "../../dialects/sge/holds.ts";
import type { Context, Reply } from "../../language/context.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Indices } from "../../model/indices.ts";
import type { Hold } from "../../model/job.ts";
import type { JobHead } from "../../model/verbs.ts";
import { isOwn, type JobTarget, jobsOfUsers, jobTargets } from "./job-targets.ts";

/** Lines about one job, and a code where something went wrong. */
export interface Told {
  readonly lines: readonly string[];
  readonly code: number;
}

/** Exit codes of what can go wrong; qalter has one for all. */
export interface Codes {
  readonly unknown: number;
  readonly foreign: number;
  readonly forbidden: number;
}

/** What is done to a job, and what the failures' codes are. */
interface Deed {
  readonly codes: Codes;
  readonly act: (target: Extract<JobTarget, { kind: "job" }>) => Told;
}

/** Does something to every job that is meant. */
export async function toEach(context: Context, asks: AlterationAsks, how: Deed): Promise<Reply> {
  const requests = asks.users ? [jobsOfUsers(context, asks.users)] : jobTargets(context, asks.jobs);
  const out = asks.warnings.join("");
  if (asks.users && requests.flat().length === 0)
    return { out: `${out}The job * of user(s) ${asks.users.join(",")} does not exist\n`, code: how.codes.unknown };
  const told = requests.flatMap((targets) => tellUntilOneFails(context, targets, how));
  const lines = told.flatMap((one) => one.lines.map((line) => `${line}\n`));
  return { out: out + lines.join(""), code: told.find(({ code }) => code !== 0)?.code ?? 0 };
}

/** The error of an option that is about whole jobs. */
export function onlyWholeJobs(): RefusedError {
  return new RefusedError("denied: the selected option works only on jobs and not on tasks", 4);
}

/** Sets and removes holds; nothing is said of those that are as they were. */
export function changeHolds(
  context: Context,
  { job, tasks }: { readonly job: JobHead; readonly tasks: Indices | null },
  asked: { readonly change: HoldChange; readonly forbidden: number },
): Told {
  const { verbs, user } = context;
  const target = { id: job.id, indices: tasks };
  const denials = user.uid === 0 ? [] : holdDenials(user.name, asked.change, holdsOn(context, job));
  if (denials.length > 0) return { lines: denials, code: asked.forbidden };
  const results = [
    ...asked.change.set.flatMap((hold) => verbs.hold(target, user.uid, hold)),
    ...asked.change.remove.flatMap((hold) => verbs.release(target, user.uid, hold)),
  ];
  return { lines: holdLines(job.id, results), code: 0 };
}

/** A word is one request to the master: the first job that it can't change ends it. */
function tellUntilOneFails(context: Context, targets: readonly JobTarget[], how: Deed): readonly Told[] {
  const told: Told[] = [];
  for (const target of targets) {
    const one = tell(context, target, how);
    told.push(one);
    if (one.code !== 0) break;
  }
  return told;
}

function tell(context: Context, target: JobTarget, { codes, act }: Deed): Told {
  if (target.kind === "missing") return { lines: [`denied: job "${target.word}" does not exist`], code: codes.unknown };
  const { id } = target.job;
  const why = `denied: "${context.user.name}" must be at least owner of job ${id} to change job attributes`;
  return isOwn(context, target.job) ? act(target) : { lines: [why], code: codes.foreign };
}

function holdsOn({ verbs }: Context, job: JobHead): readonly Hold[] {
  const listed = verbs.select({ ids: [{ id: job.id, indices: null }] });
  return listed.flatMap((one) =>
    one.kind === "waiting" ? one.part.holds : one.kind === "element" ? one.element.holds : [],
  );
}
