/** Owns how srun and salloc come by a job of their own: made of what was asked, waited for, or given back. */

import { obstacleTo } from "../../dialects/slurm/obstacles.ts";
import type { Refusal } from "../../dialects/slurm/refusals.ts";
import { type BatchScript, submissionOf } from "../../dialects/slurm/submission.ts";
import type { Context } from "../../language/context.ts";
import type { Settled } from "../../language/settle.ts";
import type { Attended } from "../../model/attended.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import { nodeFile } from "./option-files.ts";

/** Why `:` between commands is refused. */
export const noHeterogeneousJobs = "heterogeneous jobs are not run here: ask for the components one by one";

export interface JobAsk {
  readonly program: "salloc" | "srun";
  /** It is not to wait. */
  readonly immediate: boolean;
  readonly settled: Settled;
  readonly name: string;
  readonly command: readonly string[];
  /** Exit code of a refusal. */
  readonly code: number;
  /** The last line of a refusal, from the controller's reason. */
  readonly refused: (reason: string) => string;
}

/** The submission of a job that is attended. Throws RefusedError. */
export async function attendedSubmission(context: Context, ask: JobAsk): Promise<Submission> {
  const script: BatchScript = { bytes: new Uint8Array(), command: ask.command, name: ask.name };
  const files = { exportFile: null, nodeFile: await nodeFile(context, ask.settled) };
  const { submission, refusal } = submissionOf(context, {
    program: ask.program,
    settled: ask.settled,
    script,
    ...files,
  });
  if (refusal) throw refusedError(context, refusal, ask);
  const obstacle = ask.immediate ? obstacleTo({ ...submission, holds: [] }, context.verbs.description) : null;
  if (obstacle !== null) throw refusedError(context, { reason: obstacle, before: [], spendsId: true }, ask);
  // A job that nobody attends to any more is not to start again.
  return { ...submission, script: null, spec: { ...submission.spec, requeue: false } };
}

function refusedError({ verbs }: Context, { reason, before, spendsId }: Refusal, ask: JobAsk): RefusedError {
  if (spendsId) verbs.spendId();
  const last = reason === "" ? [] : [ask.refused(reason)];
  return new RefusedError([...before, ...last].join("\n"), ask.code);
}

/** How the waiting for a job came out: it was cancelled, the user had enough, or the time was up. */
export type Grant = "granted" | "removed" | "interrupted" | "late";

/** Waits for the job's resources, not longer than so many seconds (null: for ever). */
export async function granted({ interrupted }: Context, attended: Attended, seconds: number | null): Promise<Grant> {
  return Promise.race([
    attended.granted.then((element) => (element ? "granted" : "removed")),
    interrupted.then(() => "interrupted" as const),
    ...(seconds === null ? [] : [after(seconds * 1000)]),
  ]);
}

/** Takes the job out of the queue; one that was granted in the same moment is let go. */
export function giveBack({ verbs, user }: Context, attended: Attended): void {
  verbs.cancel({ id: attended.job.id, indices: null }, user.uid);
  attended.end({ code: null, signal: 2 });
}

function after(ms: number): Promise<"late"> {
  return new Promise((resolve) => setTimeout(() => resolve("late"), ms));
}
