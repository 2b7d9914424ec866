/** Owns which jobs the words of a command mean: ids, names and patterns among what is there, or all jobs of users. */

import { isNamed, type NamedJob } from "../../dialects/sge/job-words.ts";
import { matches } from "../../dialects/sge/patterns.ts";
import type { Context } from "../../language/context.ts";
import type { Indices } from "../../model/indices.ts";
import type { JobHead } from "../../model/verbs.ts";

/** One job that is meant, or a word for which there is none. */
export type JobTarget =
  | { readonly kind: "job"; readonly job: JobHead; readonly tasks: Indices | null }
  | { readonly kind: "missing"; readonly word: string };

/** The jobs that each of the words means, in their order. A name stands for the caller's own jobs; for a manager, for anybody's. */
export function jobTargets(context: Context, named: readonly NamedJob[]): readonly (readonly JobTarget[])[] {
  const live = liveJobs(context);
  return named.map((one): readonly JobTarget[] => {
    const found = live.filter((job) =>
      one.id === null ? isOwn(context, job) && isNamed(one, job.name) : job.id === one.id,
    );
    if (found.length === 0) return [{ kind: "missing", word: one.word }];
    return found.map((job) => ({ kind: "job", job, tasks: one.tasks }));
  });
}

/** All jobs of these users that the caller may touch. */
export function jobsOfUsers(context: Context, users: readonly string[]): readonly JobTarget[] {
  return liveJobs(context)
    .filter((job) => isOwn(context, job) && users.some((user) => matches(user, job.user.name)))
    .map((job) => ({ kind: "job", job, tasks: null }));
}

/** The jobs that wait or run, by id. */
export function liveJobs({ verbs }: Context): readonly JobHead[] {
  return [...new Map(verbs.select({}).map(({ job }) => [job.id, job])).values()];
}

/** Whether the caller may touch a job. */
export function isOwn({ user }: Context, job: JobHead): boolean {
  return user.uid === 0 || job.user.uid === user.uid;
}
