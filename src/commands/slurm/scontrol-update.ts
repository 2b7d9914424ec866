/** Owns `scontrol update`: jobs are changed, key by key, all or nothing for each job; nodes and partitions elsewhere. */

import { isOperator } from "../../dialects/slurm/partitions.ts";
import { changeOf, readUpdate, type UpdateRequest } from "../../dialects/slurm/update-request.ts";
import { denied } from "../../dialects/slurm/update-times.ts";
import type { Context, Reply } from "../../language/context.ts";
import { countIndices } from "../../model/indices.ts";
import { actOnEach, type Found, findJobs, isOver, isPending, namedJobs, refusalIn } from "./job-targets.ts";
import { updateNodes, updatePartition } from "./scontrol-cluster.ts";

export function update(context: Context, words: readonly string[]): Reply {
  const request = readUpdate(words);
  if ("of" in request) {
    const change = request.of === "nodes" ? updateNodes : updatePartition;
    return change(context, request.name, request.pairs);
  }
  const jobs = request.name === null ? findJobs(context, request.ids ?? "") : namedJobs(context, request.name);
  if (jobs.length === 0) return { err: `scontrol: error: No jobs with name '${request.name}'\n`, code: 1 };
  const { err, code } = actOnEach(jobs, (found) => change(context, request, found));
  return { err, code };
}

function change(context: Context, request: UpdateRequest, found: Found): string | null {
  const { verbs, user, clock } = context;
  const refused = tooLate(request, found) ?? foreign(found) ?? partial(request, found);
  if (refused !== null) return refused;
  const job = found.parts[0]?.job;
  if (!job || (user.uid !== 0 && user.uid !== job.user.uid)) return denied;
  const cluster = verbs.description;
  const changed = changeOf(request, {
    ...{ job, cluster, now: clock.now(), uid: user.uid, operator: isOperator(user.uid, cluster) },
    startedAt: startOf(found),
    holds: found.parts.flatMap((part) => (part.kind === "waiting" ? part.part.holds : [])),
  });
  return "refused" in changed ? changed.refused : refusalIn(verbs.alter(found.target, user.uid, changed));
}

function startOf({ parts }: Found): number | null {
  const alive = parts.find((part) => part.kind === "element" && part.element.state !== "ended");
  return alive?.kind === "element" ? alive.element.startedAt : null;
}

function tooLate({ said }: UpdateRequest, found: Found): string | null {
  if (isOver(found)) return "Job has already finished";
  const needsPending = said.some(({ row }) => row.when === "pending");
  return needsPending && !isPending(found) ? "Job is no longer pending execution" : null;
}

function foreign({ parts }: Found): string | null {
  const dialect = parts[0]?.job.dialect;
  return dialect === "slurm" ? null : "Job was not submitted by sbatch and is changed by its own family's command";
}

// A job's elements share what it asks for.
function partial({ said }: UpdateRequest, { target, parts }: Found): string | null {
  const job = parts[0]?.job;
  if (!job?.indices || countIndices(job.indices) === 1) return null;
  const key = said.find(({ row }) => !row.perElement)?.key;
  if (key === undefined || (target.indices === null && target.id === job.id)) return null;
  return `${key} is changed for a whole array only (JobId=${job.id}), not`;
}
