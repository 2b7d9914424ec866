/** Owns `qstat -j`: which jobs are meant, and everything about each. */

import { detailText } from "../../dialects/sge/detail.ts";
import { detailDocument, unknownJobsDocument } from "../../dialects/sge/detail-document.ts";
import { isPattern, matches } from "../../dialects/sge/patterns.ts";
import type { InstanceWorld } from "../../dialects/sge/queue-instances.ts";
import { allMessages, type Detailed } from "../../dialects/sge/scheduling-info.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Listed } from "../../model/verbs.ts";
import { withUsageNow } from "../../verbs/usage-now.ts";

/** Everything about the jobs of a list of ids, names and patterns; without one, what the scheduler says. */
export async function jobDetails({ verbs, clock, machineUse }: Context, list: string, asXml: boolean): Promise<Reply> {
  const listed = verbs.select({});
  const world = { listed, cluster: verbs.description, now: clock.now(), use: machineUse() };
  const asked = list.split(",").filter((one) => one !== "");
  if (asked.length === 0) return { out: allMessages(world) };
  const ids = [...new Set(listed.map(({ job }) => job.id))];
  const found = ids.filter((id) => asked.some((one) => listed.some(({ job }) => job.id === id && meant(one, job))));
  // As soon as one is known, nothing is said of the others.
  if (found.length === 0) return asXml ? { out: unknownJobsDocument(asked) } : unknownJobs(asked);
  const now = await withUsageNow(
    verbs,
    listed.filter(({ job }) => found.includes(job.id)),
  );
  const jobs = found.flatMap((id) => details(verbs.job(id), now, world));
  return { out: asXml ? detailDocument(jobs) : jobs.map(detailText) };
}

function unknownJobs(asked: readonly string[]): Reply {
  return { err: `Following jobs do not exist: \n${asked.join(", ")}\n`, code: 1 };
}

function meant(one: string, job: Listed["job"]): boolean {
  // A task's number is read over.
  const id = /^([0-9]+)(\..*)?$/.exec(one)?.[1];
  if (id !== undefined) return job.id === Number(id);
  return isPattern(one) ? matches(one, job.name) : job.name === one;
}

function details(
  job: ReturnType<Context["verbs"]["job"]>,
  now: readonly Listed[],
  world: InstanceWorld,
): readonly Detailed[] {
  if (!job) return [];
  const own = now.filter((one) => one.job.id === job.id);
  return [{ job, listed: own, successors: successorsOf(job.id, world.listed), world }];
}

function successorsOf(id: number, listed: readonly Listed[]): readonly number[] {
  const waiting = listed.filter((one) => {
    const conditions = one.kind === "waiting" ? one.conditions : [];
    return conditions.some(
      ({ condition, standing }) => condition.kind === "end" && standing === "waiting" && condition.job === id,
    );
  });
  return [...new Set(waiting.map(({ job }) => job.id))];
}
