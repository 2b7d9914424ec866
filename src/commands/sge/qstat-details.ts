/** Owns `qstat -j`: which jobs are meant, and everything about each. */

import { detailText } from "../../dialects/sge/detail.ts";
import { detailDocument, unknownJobsDocument } from "../../dialects/sge/detail-document.ts";
import { linesOf } from "../../dialects/sge/lines.ts";
import { isPattern, matches } from "../../dialects/sge/patterns.ts";
import { prioritiesAmong } from "../../dialects/sge/priorities.ts";
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
  const found = byJob(listed.filter(({ job }) => asked.some((one) => meant(one, job))));
  // As soon as one is known, nothing is said of the others.
  if (found.size === 0) return asXml ? { out: unknownJobsDocument(asked) } : unknownJobs(asked);
  const all = listed.filter(({ job }) => found.has(job.id));
  const details = detailsAmong(world, byJob(await withUsageNow(verbs, all)));
  const jobs = [...found.keys()].flatMap((id) => {
    const job = verbs.job(id);
    return job ? [details(job)] : [];
  });
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

function byJob(listed: readonly Listed[]): ReadonlyMap<number, readonly Listed[]> {
  const jobs = new Map<number, Listed[]>();
  for (const one of listed) {
    const own = jobs.get(one.job.id);
    if (own) own.push(one);
    else jobs.set(one.job.id, [one]);
  }
  return jobs;
}

/** Details of jobs, with what takes a look at everybody else found out once. */
function detailsAmong(
  world: InstanceWorld,
  now: ReadonlyMap<number, readonly Listed[]>,
): (job: Detailed["job"]) => Detailed {
  const { listed } = world;
  const successors = successorsAmong(listed);
  const urgencies = normalUrgencies(world);
  const aboutQueues = { ...world, listed: tellingOfQueues(listed) };
  return (job) => ({
    ...{ job, world: aboutQueues, listed: now.get(job.id) ?? [] },
    ...{ successors: [...(successors.get(job.id) ?? [])], normalUrgency: urgencies.get(job.id) ?? 0 },
  });
}

/** What queues are like follows from all that is started, and from whether anything waits. */
function tellingOfQueues(listed: readonly Listed[]): readonly Listed[] {
  const waiting = listed.find(({ kind }) => kind === "waiting");
  return [...listed.filter(({ kind }) => kind === "element"), ...(waiting ? [waiting] : [])];
}

/** By job, those that wait for it. */
function successorsAmong(listed: readonly Listed[]): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (const one of listed)
    for (const { condition, standing } of one.kind === "waiting" ? one.conditions : [])
      if (condition.kind === "end" && standing === "waiting" && condition.job !== null)
        found.set(condition.job, (found.get(condition.job) ?? new Set()).add(one.job.id));
  return found;
}

/** By job, how urgent the first of its lines is among all. */
function normalUrgencies(world: InstanceWorld): ReadonlyMap<number, number> {
  const lines = linesOf(world).filter(({ state }) => !state.endsWith("z"));
  const priorityOf = prioritiesAmong(lines);
  return new Map(lines.map((line) => [line.job.id, priorityOf(line).normalUrgency] as const).reverse());
}
