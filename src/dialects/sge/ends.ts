/** Owns what the end of a job means, and what a start that came to nothing means. */

import type { Start, StopReason, Verdict } from "../../language/dialect.ts";
import type { Ending, StartFailure } from "../../model/launch.ts";
import { errnoText } from "./errno.ts";
import { shellOf } from "./shells.ts";
import { stampText } from "./times.ts";

/** What accounting says of an end that was not the job's own: its number and its words. */
export const failures = {
  rescheduled: "25 : rescheduling",
  streams: "26 : opening input/output file",
  shell: "27 : searching requested shell",
  directory: "28 : changing into working directory",
  application: "30 : application error returned",
  limit: "37 : qmaster enforced h_rt, h_cpu, or h_vmem limit",
  signal: "100 : assumedly after job",
} as const;

/** What an end means. 99 runs again at once, 100 waits in error until somebody looks. */
export function judge(ended: {
  readonly start: Start;
  readonly ending: Ending;
  readonly stopped: StopReason | null;
  readonly now: number;
}): Verdict {
  const { start, ending, stopped, now } = ended;
  const { code, signal, tag } = ending;
  const again = (error: string | null, remark: string): Verdict => ({ kind: "again", at: now, error, remark });
  if (stopped === "requeue") return again(null, failures.rescheduled);
  const lost = stopped === "nodeFailure" || tag === "node-failure";
  if (lost && start.job.spec.requeue) return again(null, failures.rescheduled);
  const end = (outcome: Extract<Verdict, { kind: "ended" }>["outcome"], remark: string): Verdict => ({
    kind: "ended",
    outcome,
    code,
    signal,
    remark,
    notice: "",
  });
  if (lost) return end("nodeFailed", failures.signal);
  // A job that heeds its warning (-notify) and ends by itself has ended well, as far as accounting goes.
  if (stopped !== null) return end("cancelled", signal === null ? "" : failures.signal);
  if (tag === "limit") return end("timedOut", failures.limit);
  if (code === 99) return again(null, failures.rescheduled);
  if (code === 100) return again(reason("exit_status of job start = 100", ended), failures.application);
  if (signal !== null) return end("failed", failures.signal);
  return end(code === 0 ? "completed" : "failed", "");
}

/** What a start that failed means: the job waits in error (Eqw), with the reason. */
export function judgeFailure(failed: {
  readonly start: Start;
  readonly failure: StartFailure;
  readonly now: number;
}): Verdict {
  const row = stages[failed.failure.stage] ?? unknownStage;
  const text = row.text(failed);
  return { kind: "again", at: failed.now, error: reason(text, failed), remark: row.remark };
}

type Failed = { readonly start: Start; readonly failure: StartFailure };

interface Stage {
  readonly remark: string;
  readonly text: (failed: Failed) => string;
}

const output: Stage = {
  remark: failures.streams,
  text: ({ start, failure: { errno, path, stage } }) => {
    const { uid, gid } = start.job.user;
    if (errno !== "EACCES") return `error: can't open output file "${path}": ${errnoText(errno)}`;
    return `can't stat() "${path}" as ${stage}_path: ${errnoText(errno)} KRB5CCNAME=none uid=${uid} gid=${gid} ${gid} `;
  },
};

/** What each stage of a start says when it fails. */
const stages: Readonly<Record<string, Stage>> = {
  cwd: {
    remark: failures.directory,
    text: ({ failure: { path, errno } }) => `error: can't chdir to ${path}: ${errnoText(errno)}`,
  },
  stdin: {
    remark: failures.streams,
    text: ({ failure: { path } }) => `error: can't open ${path} as dummy input file`,
  },
  stdout: output,
  stderr: output,
  exec: {
    remark: failures.shell,
    text: ({ start, failure: { path, errno } }) => {
      const shell = shellOf(start.job, start.machine.hostName);
      return path === shell
        ? `unable to find shell "${path}"`
        : `execvlp(${path}, "${path}") failed: ${errnoText(errno)}`;
    },
  },
};

const unknownStage: Stage = {
  remark: failures.streams,
  text: ({ failure: { stage, path, errno } }) => `error: can't set ${stage} ${path}: ${errnoText(errno)}`,
};

function reason(text: string, { start, now }: { readonly start: Start; readonly now: number }): string {
  return `${stampText(now)} [${start.job.user.uid}:${start.element.pid ?? 0}]: ${text}`;
}
