/** Owns srun outside of a job: a job is made for it, waited for, and given back with the step's end. */

import { geometryOf } from "../../dialects/slurm/geometry.ts";
import { stamp } from "../../dialects/slurm/moments.ts";
import { obstacleTo } from "../../dialects/slurm/obstacles.ts";
import type { RunRequest } from "../../dialects/slurm/srun-reading.ts";
import type { Allocation } from "../../dialects/slurm/step.ts";
import type { StepOrder } from "../../dialects/slurm/step-progress.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Attended } from "../../model/attended.ts";
import type { Submission } from "../../model/job.ts";
import type { TimelineRow } from "../../model/launch.ts";
import { attendedSubmission, giveBack, granted } from "./attendance.ts";
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
  const submission = await attendedSubmission(context, {
    program: "srun",
    ...{ settled: request.settled, command: request.command, code },
    immediate: request.asks.immediate !== undefined,
    name: request.command[0]?.split("/").at(-1) ?? "srun",
    refused: (reason) => `${request.asks.testOnly ? "allocation failure" : "Unable to allocate resources"}: ${reason}`,
  });
  if (request.asks.testOnly) return { err: testText(context, submission) };
  const attended = await context.verbs.attend(submission);
  if (!attended.waits) return begin(alone, attended, "");
  const { id } = attended.job;
  const obstacle = obstacleTo(submission, context.verbs.description);
  const queued = (request.asks.immediate ?? 2) > 1 ? say(request, `job ${id} queued and waiting for resources`) : "";
  return { err: (obstacle === null ? "" : say(request, obstacle)) + queued, next: () => wait(alone, attended) };
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

async function wait(alone: Alone, attended: Attended): Promise<Reply> {
  const { context, request, code } = alone;
  const { id } = attended.job;
  const outcome = await granted(context, attended, request.asks.immediate ?? null);
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

async function begin(alone: Alone, attended: Attended, err: string): Promise<Reply> {
  const { context, run } = alone;
  const element = await attended.granted;
  if (!element) return { err, code: 1 };
  const geometry = geometryOf(attended.job.spec, context.verbs.description);
  const allocation = { job: attended.job, element, geometry, inside: false };
  const reply = run(allocation, {
    begun: (order) => attended.onOrder((row) => order(orderOf(row))),
    over: ({ code, signal, memoryKills }) => attended.end({ code: signal === null ? code : null, signal, memoryKills }),
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
