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
      const started = await Promise.race([context.verbs.started(job.id), context.interrupted]);
      if (typeof started === "number") return abandoned(context, job);
      if (started)
        return {
          err: `\nYour immediate job ${job.id} has been successfully scheduled.\n`,
          ...(then ? { next: then } : {}),
        };
      context.verbs.cancel({ id: job.id, indices: null }, context.user.uid);
      return { err: "\nYour qsub request could not be scheduled; try again later.\n", code: 1 };
    },
  };
}

// Who asks right afterwards finds the job gone; one that is warned before its end is not waited for so long.
async function abandoned(context: Context, job: Job): Promise<Reply> {
  context.verbs.cancel({ id: job.id, indices: null }, context.user.uid);
  return {
    err: interruptedText,
    next: async () => {
      await Promise.race([context.verbs.finished(job.id), pause(patienceMs)]);
      return { code: 1 };
    },
  };
}

const patienceMs = 2_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
