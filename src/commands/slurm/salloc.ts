/** Owns salloc: a job is made for the caller, who runs a command with its resources, or a shell, or nothing. */

import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import { obstacleTo } from "../../dialects/slurm/obstacles.ts";
import { sallocOptions } from "../../dialects/slurm/salloc-options.ts";
import { type AllocationRequest, readAllocation } from "../../dialects/slurm/salloc-reading.ts";
import { runExitCodes } from "../../dialects/slurm/srun-reading.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Attended } from "../../model/attended.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import { attendedSubmission, giveBack, granted, noHeterogeneousJobs } from "./attendance.ts";
import { holdAllocation } from "./salloc-hold.ts";
import { immediateCode } from "./step-run.ts";

const operands = "[OPTIONS...] [command [args...]]";

export const salloc: Command = {
  dialect: "slurm",
  name: "salloc",
  wordError: (message) => wordLines("salloc", message),
  run: async (context) => {
    const variable = (name: string) => context.variable(name);
    const request = readAllocation({ args: context.args, variable, now: context.clock.now() });
    const text = informs(request);
    if (text !== null) return { out: text };
    const code = runExitCodes(variable).error;
    if (request.command.includes(":")) throw new UsageError(noHeterogeneousJobs, code);
    return allocate({ context, request, code });
  },
};

function informs({ informs: what }: AllocationRequest): string | null {
  if (what === "help") return helpText("salloc", operands, sallocOptions);
  if (what === "usage") return usageText("salloc", "[command [args...]]", sallocOptions);
  return what === "version" ? versionText : null;
}

interface Asked {
  readonly context: Context;
  readonly request: AllocationRequest;
  /** Exit code of a refusal. */
  readonly code: number;
}

async function allocate(asked: Asked): Promise<Reply> {
  const { context, request, code } = asked;
  const { settled, asks } = request;
  const submission = await attendedSubmission(context, {
    program: "salloc",
    ...{ settled, code, name: "interactive", refused: (reason) => `Job submit/allocate failed: ${reason}` },
    immediate: asks.immediate !== undefined,
    command: asks.noShell ? [] : commandOf(context, request),
  });
  const wanted = settled.spec.workingDirectory;
  if (wanted !== null && context.files.kind(submission.workingDirectory) !== "directory")
    throw new RefusedError(`chdir(${wanted}): No such file or directory`, code);
  const attended = await context.verbs.attend(submission);
  if (!attended.waits) return begin(asked, attended, "");
  return pending(asked, attended, submission);
}

function commandOf({ user }: Context, { command }: AllocationRequest): readonly string[] {
  return command.length > 0 ? command : [user.shell];
}

function say({ asks }: AllocationRequest, ...lines: readonly string[]): string {
  return asks.quiet ? "" : lines.map((line) => `salloc: ${line}\n`).join("");
}

function pending(asked: Asked, attended: Attended, submission: Submission): Reply {
  const { context, request } = asked;
  const { id } = attended.job;
  const obstacle = obstacleTo(submission, context.verbs.description);
  const lines = [`Pending job allocation ${id}`, `job ${id} queued and waiting for resources`];
  const told = say(request, ...(obstacle === null ? [] : [obstacle]), ...lines);
  return { err: told, next: () => wait(asked, attended) };
}

async function wait(asked: Asked, attended: Attended): Promise<Reply> {
  const { context, request, code } = asked;
  const { id } = attended.job;
  const revoked = `Job allocation ${id} has been revoked.`;
  const outcome = await granted(context, attended, request.asks.immediate ?? null);
  switch (outcome) {
    case "granted":
      return begin(asked, attended, say(request, `job ${id} has been allocated resources`));
    case "removed": {
      const why = "Job submit/allocate failed: Job/step already completing or completed";
      return { err: `${say(request, "Job has been cancelled", revoked)}salloc: error: ${why}\n`, code };
    }
    case "interrupted":
      giveBack(context, attended);
      return { err: say(request, revoked, "Job aborted due to signal"), code };
    case "late": {
      giveBack(context, attended);
      const why = "salloc: error: Job submit/allocate failed: Requested nodes are busy\n";
      return { err: why + say(request, revoked), code: immediateCode(context) };
    }
  }
}

async function begin(asked: Asked, attended: Attended, before: string): Promise<Reply> {
  const { context, request } = asked;
  const element = await attended.granted;
  if (!element) return { err: before, code: asked.code };
  const err = before + say(request, `Granted job allocation ${attended.job.id}`);
  if (request.asks.noShell) return { err };
  return { err, next: () => holdAllocation({ context, request, attended, element }) };
}
