/** Owns how qsub waits: for the end of its job (`-sync y`), or for its start (`-now y`). */

import { endLines, interruptedText, waitedCode } from "../../dialects/sge/announcements.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Job } from "../../model/job.ts";

/** Who waits for which job. */
export interface Waits {
  readonly context: Context;
  readonly job: Job;
  readonly terse: boolean;
}

/** Says how each element ended. Interrupting the command deletes the job. */
export async function waitForEnd({ context, job, terse }: Waits): Promise<Reply> {
  const finish = await Promise.race([context.verbs.finished(job.id), context.interrupted]);
  if (typeof finish === "number") return abandoned(context, job);
  const lines = endLines(job, finish, terse);
  const code = waitedCode(lines);
  return lines.reduceRight<Reply>((next, { out, err }) => ({ out, err, code, next: async () => next }), { code });
}

/** Says whether the job could be started at once; deletes it if not. */
export async function waitForStart({ context, job }: Waits, then?: () => Promise<Reply>): Promise<Reply> {
  const waiting = "Waiting for immediate job to be scheduled.\n";
  return {
    err: waiting,
    next: async () => {
      const outcome = await started(context, job);
      if (outcome === "interrupted") return abandoned(context, job);
      if (outcome === "started")
        return {
          err: `\nYour immediate job ${job.id} has been successfully scheduled.\n`,
          ...(then ? { next: then } : {}),
        };
      context.verbs.cancel({ id: job.id, indices: null }, context.user.uid);
      return { err: "\nYour qsub request could not be scheduled; try again later.\n", code: 1 };
    },
  };
}

function abandoned(context: Context, job: Job): Reply {
  context.verbs.cancel({ id: job.id, indices: null }, context.user.uid);
  return { err: interruptedText, code: 1 };
}

// The scheduler looks at a new job within moments; a held one or a later one is waited for, as by the real qsub.
async function started(context: Context, job: Job): Promise<"started" | "waiting" | "interrupted"> {
  const held = job.holds.length > 0 || job.beginAt > context.clock.now() || job.dependency !== null;
  const until = held ? Number.POSITIVE_INFINITY : 20;
  for (let look = 0; look < until; look++) {
    const listed = context.verbs.select({ ids: [{ id: job.id, indices: null }] });
    if (listed.every(({ kind }) => kind === "element")) return "started";
    const word = await Promise.race([context.interrupted, pause()]);
    if (word !== undefined) return "interrupted";
  }
  return "waiting";
}

function pause(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), 100));
}
