/** Owns `qstat -j`: which jobs are meant, and everything about each. */

import { detailText, schedulingText } from "../../dialects/sge/detail.ts";
import { isPattern, matches } from "../../dialects/sge/patterns.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Listed } from "../../model/verbs.ts";

/** Everything about the jobs of a list of ids, names and patterns; without one, what the scheduler says. */
export function jobDetails({ verbs }: Context, list: string): Reply {
  const listed = verbs.select({});
  const asked = list.split(",").filter((one) => one !== "");
  if (asked.length === 0) return { out: `${schedulingText([])}\n` };
  const ids = [...new Set(listed.map(({ job }) => job.id))];
  const found = ids.filter((id) => asked.some((one) => listed.some(({ job }) => job.id === id && meant(one, job))));
  // As soon as one is known, nothing is said of the others.
  if (found.length === 0) return { err: `Following jobs do not exist: \n${asked.join(", ")}\n`, code: 1 };
  return { out: found.map((id) => details(verbs.job(id), listed)).join("") };
}

function meant(one: string, job: Listed["job"]): boolean {
  // A task's number is read over.
  const id = /^([0-9]+)(\..*)?$/.exec(one)?.[1];
  if (id !== undefined) return job.id === Number(id);
  return isPattern(one) ? matches(one, job.name) : job.name === one;
}

function details(job: ReturnType<Context["verbs"]["job"]>, listed: readonly Listed[]): string {
  if (!job) return "";
  const own = listed.filter((one) => one.job.id === job.id);
  return detailText({ job, listed: own, successors: successorsOf(job.id, listed) });
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
