/** Owns `scontrol update`: jobs are changed, key by key, all or nothing for each job; nodes and partitions elsewhere. */

import { isOperator } from "../../dialects/slurm/partitions.ts";
import { changeOf, readUpdate, type UpdateRequest } from "../../dialects/slurm/update-request.ts";
import { denied } from "../../dialects/slurm/update-times.ts";
import { type AwayReceipt, awayText, noting } from "../../language/away-receipts.ts";
import type { Context, Reply } from "../../language/context.ts";
import { countIndices } from "../../model/indices.ts";
import type { Alteration } from "../../model/job.ts";
import type { Listed, Target } from "../../model/verbs.ts";
import {
  actOnEach,
  type Found,
  findJobs,
  finishedJob,
  indicesOfPart,
  isOver,
  isPending,
  namedJobs,
  refusalIn,
  sparesEnded,
} from "./job-targets.ts";
import { updateNodes, updatePartition } from "./scontrol-cluster.ts";

export async function update(context: Context, words: readonly string[]): Promise<Reply> {
  const request = readUpdate(words);
  if ("of" in request) {
    const change = request.of === "nodes" ? updateNodes : updatePartition;
    return change(context, request.name, request.pairs);
  }
  const jobs = request.name === null ? findJobs(context, request.ids ?? "") : namedJobs(context, request.name);
  if (jobs.length === 0) return { err: `scontrol: error: No jobs with name '${request.name}'\n`, code: 1 };
  const receipts: AwayReceipt[] = [];
  const { err, code } = actOnEach(jobs, (found) => change(noting(context, receipts), request, found), sparesEnded);
  const told = await awayText(receipts);
  return { err: err + told.text, code: Math.max(code, told.code) };
}

// What rules an array is changed for all of it, whichever element is named.
function change(context: Context, request: UpdateRequest, found: Found): string | null {
  const forAll = request.said.filter(({ row }) => row.ofAll);
  const others = request.said.filter(({ row }) => !row.ofAll);
  if (forAll.length === 0 || found.target.indices === null) return changeMeant(context, request, found);
  const whole = { ...found, target: { ...found.target, indices: null } };
  const refused = changeMeant(context, { ...request, said: forAll }, whole);
  return refused ?? (others.length > 0 ? changeMeant(context, { ...request, said: others }, found) : null);
}

function changeMeant(context: Context, request: UpdateRequest, found: Found): string | null {
  const refused = tooLate(request, found) ?? foreign(found) ?? partial(request, found);
  if (refused !== null) return refused;
  const plans = eachKind(found).map((kind) => ({ target: kind.target, changed: changeIn(context, request, kind) }));
  for (const { changed } of plans) if ("refused" in changed) return changed.refused;
  const reasons = plans.map(({ target, changed }) =>
    "refused" in changed ? changed.refused : refusalIn(context.verbs.alter(target, context.user.uid, changed)),
  );
  return reasons[0] ?? null;
}

function changeIn(
  { verbs, user, clock }: Context,
  request: UpdateRequest,
  { parts }: Kind,
): ReturnType<typeof changeOf> {
  const job = parts[0]?.job;
  if (!job || (user.uid !== 0 && user.uid !== job.user.uid)) return { refused: denied };
  const cluster = verbs.description;
  return changeOf(request, {
    ...{ job, cluster, now: clock.now(), uid: user.uid, operator: isOperator(user.uid, cluster) },
    startedAt: startOf(parts),
    holds: parts.flatMap((part) => (part.kind === "waiting" ? part.part.holds : [])),
  });
}

/** Elements that have the same asked for them, and the target that means them. */
type Kind = Pick<Found, "parts"> & { readonly target: Target };

// Elements that were changed alone are changed from what they have; those of a whole array that were not, together.
function eachKind({ target, parts }: Found): readonly Kind[] {
  const live = parts.filter(
    (part) => part.kind === "waiting" || (part.kind === "element" && part.element.state !== "ended"),
  );
  const own = live.filter((part) => ownOf(part) !== undefined);
  if (own.length === 0) return [{ target, parts }];
  const { id } = target;
  const alone = own.map((part) => ({ target: { id, indices: indicesOfPart(part) }, parts: [part] }));
  const shared = live.filter((part) => ownOf(part) === undefined);
  if (target.indices === null) return [{ target, parts: shared.length > 0 ? shared : live }, ...alone];
  return [...shared.map((part) => ({ target: { id, indices: indicesOfPart(part) }, parts: [part] })), ...alone];
}

function ownOf(part: Listed): Alteration | undefined {
  if (part.kind === "waiting") return part.part.own;
  return part.kind === "element" ? part.element.own : undefined;
}

function startOf(parts: readonly Listed[]): number | null {
  const alive = parts.find((part) => part.kind === "element" && part.element.state !== "ended");
  return alive?.kind === "element" ? alive.element.startedAt : null;
}

function tooLate({ said }: UpdateRequest, found: Found): string | null {
  if (isOver(found)) return finishedJob;
  const needsPending = said.some(({ row }) => row.when === "pending");
  return needsPending && !isPending(found) ? "Job is no longer pending execution" : null;
}

function foreign({ parts }: Found): string | null {
  const dialect = parts[0]?.job.dialect;
  return dialect === "slurm" ? null : "Job was not submitted by sbatch and is changed by its own family's command";
}

// What rules the array as a whole, or orders it among others, is not an element's.
function partial({ said }: UpdateRequest, { target, parts }: Found): string | null {
  const job = parts[0]?.job;
  if (!job?.indices || countIndices(job.indices) === 1) return null;
  const key = said.find(({ row }) => !row.perElement)?.key;
  if (key === undefined || (target.indices === null && target.id === job.id)) return null;
  return `${key} is changed for a whole array only (JobId=${job.id}), not`;
}
