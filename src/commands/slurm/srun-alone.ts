/** Owns srun outside of a job: a job is made for it, waited for, and given back with the step's end. */

import { geometryOf } from "../../dialects/slurm/geometry.ts";
import { stamp } from "../../dialects/slurm/moments.ts";
import type { RunRequest } from "../../dialects/slurm/srun-reading.ts";
import type { Allocation } from "../../dialects/slurm/step.ts";
import type { StepOrder } from "../../dialects/slurm/step-progress.ts";
import { submissionOf } from "../../dialects/slurm/submission.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Attended } from "../../model/attended.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import type { TimelineRow } from "../../model/launch.ts";
import { immediateCode, type StepPlan } from "./step-run.ts";

/** Runs the step in an allocation of its own. */
export type RunIn = (allocation: Allocation, attended: NonNullable<StepPlan["attended"]>) => Promise<Reply>;

interface Alone {
  readonly context: Context;
  readonly request: RunRequest;
  readonly code: number;
  readonly run: RunIn;
}

/** Submits the job, waits for it and runs the step. */
export async function runAlone(alone: Alone): Promise<Reply> {
  const { context, request, code } = alone;
  const submission = submissionFor(alone);
  if (request.asks.testOnly) return { err: testText(context, submission) };
  const attended = await context.verbs.attend(submission);
  if (!attended.waits) return begin(alone, attended, "");
  const { id } = attended.job;
  const seconds = request.asks.immediate;
  const queued = (seconds ?? 2) > 1 ? say(request, `job ${id} queued and waiting for resources`) : "";
  return { err: queued, next: () => wait(alone, attended, seconds === undefined ? null : seconds * 1000) };

  function submissionFor({ request: { settled, command } }: Alone): Submission {
    const name = command[0]?.split("/").at(-1) ?? "srun";
    const script = { bytes: new Uint8Array(), command, name };
    const made = submissionOf(context, { settled, script, exportFile: null, nodeFile: null });
    const { refusal } = made;
    if (refusal) {
      if (refusal.spendsId) context.verbs.spendId();
      const last = refusal.reason === "" ? [] : [`Unable to allocate resources: ${refusal.reason}`];
      throw new RefusedError([...refusal.before, ...last].join("\n"), code);
    }
    // A job that nobody attends to any more is not to start again.
    return { ...made.submission, script: null, spec: { ...made.submission.spec, requeue: false } };
  }
}

function say({ asks }: RunRequest, text: string): string {
  return asks.quiet ? "" : `srun: ${text}\n`;
}

function testText(context: Context, { need, queue }: Submission): string {
  const { nodes, host } = context.verbs.description;
  const id = context.verbs.spendId();
  const where = `using ${need.cpus} processors on nodes ${nodes[0]?.name ?? host} in partition ${queue}`;
  return `srun: Job ${id} to start at ${stamp(context.clock.now())} ${where}\n`;
}

async function wait(alone: Alone, attended: Attended, patienceMs: number | null): Promise<Reply> {
  const { context, request, code } = alone;
  const { id } = attended.job;
  const outcome = await Promise.race([
    attended.granted.then((element) => (element ? "granted" : "removed")),
    context.interrupted.then(() => "interrupted"),
    ...(patienceMs === null ? [] : [after(patienceMs)]),
  ]);
  if (outcome === "granted") return begin(alone, attended, say(request, `job ${id} has been allocated resources`));
  if (outcome === "removed") {
    const why = "Unable to allocate resources: Job/step already completing or completed";
    return { err: `${say(request, "Job has been cancelled")}srun: error: ${why}\n`, code };
  }
  giveBack(context, attended);
  if (outcome === "late") {
    const err = "srun: error: Unable to allocate resources: Requested nodes are busy\n";
    return { err, code: immediateCode(context) };
  }
  const gone = say(request, `Job allocation ${id} has been revoked`) + say(request, `Force Terminated JobId=${id}`);
  return { err: gone, code };
}

/** Takes the job out of the queue; one that was granted in the same moment is let go. */
function giveBack({ verbs, user }: Context, attended: Attended): void {
  verbs.cancel({ id: attended.job.id, indices: null }, user.uid);
  attended.end({ code: null, signal: 2 });
}

async function begin(alone: Alone, attended: Attended, err: string): Promise<Reply> {
  const { context, run } = alone;
  const element = await attended.granted;
  if (!element) return { err, code: 1 };
  const geometry = geometryOf(attended.job.spec, context.verbs.description);
  const allocation = { job: attended.job, element, geometry, inside: false };
  const reply = run(allocation, {
    begun: (order) => attended.onOrder((row) => order(orderOf(row))),
    over: ({ code, signal }) => attended.end({ code: signal === null ? code : null, signal }),
  });
  // A step that was refused gives the resources back.
  const begun = await reply.catch((error: unknown) => {
    attended.end({ code: 1, signal: null });
    throw error;
  });
  return { ...begun, err: err + (begun.err ?? "") };
}

// What ends a job is said once, with why; what comes after it only acts.
function orderOf({ signal, tag, notice }: TimelineRow): StepOrder {
  const words = / CANCELLED AT %T(.*) \*\*\*\s*$/.exec(notice)?.[1] ?? null;
  return { signal, words: tag === "" ? null : words };
}

function after(ms: number): Promise<"late"> {
  return new Promise((resolve) => setTimeout(() => resolve("late"), ms));
}
