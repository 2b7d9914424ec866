/** Owns a closer look at one job for the monitor: a page of its elements, their files, its script and its environment. */

import type { Command } from "../language/command.ts";
import type { Context } from "../language/context.ts";
import { RefusedError } from "../model/errors.ts";
import type { Element, Job } from "../model/job.ts";
import { noUsage } from "../model/usage.ts";
import type { Look, LookAsk } from "../model/watch.ts";
import { streamsOfStart } from "./run-streams.ts";

/** `headnode look ASK`: answers in JSON. */
export const look: Command = {
  ...{ dialect: "headnode", name: "look" },
  wordError: (message) => `headnode: ${message}\n`,
  run: async (context) => {
    const ask: LookAsk = JSON.parse(context.args[0] ?? "{}");
    const { verbs } = context;
    const job = verbs.job(ask.job);
    if (!job) throw new RefusedError(`there is no job ${ask.job} here`);
    const { parts, total } = verbs.page(job.id, ask);
    const whole = ask.script === true;
    const answer: Look = {
      ...{ job: job.id, from: ask.from, total, parts, ...filesOf(context, job, ask) },
      script: whole ? scriptText(job) : "",
      environment: whole && mayRead(context, job) ? job.environment.map(masked) : [],
    };
    return { out: `${JSON.stringify(answer)}\n` };
  },
};

function mayRead({ user }: Context, job: Job): boolean {
  return user.uid === 0 || user.uid === job.user.uid;
}

function filesOf(context: Context, job: Job, { files }: LookAsk): Pick<Look, "stdout" | "stderr"> {
  if (!files) return { stdout: "", stderr: "" };
  const { stdout, stderr } = streamsOfStart(context, job)(elementOf(context, job, files.index));
  return { stdout: stdout.path, stderr: stderr?.path ?? "" };
}

/** The element that was started; where none was, the files it is going to have. */
function elementOf({ verbs, clock }: Context, { id }: Job, index: number | null): Element {
  const ids = [{ id, indices: index === null ? null : ([[index, index]] as const) }];
  for (const listed of verbs.select({ ids, endedSince: 0 })) if (listed.kind === "element") return listed.element;
  return {
    ...{ job: id, index, id, state: "starting", outcome: null, holds: [], restarts: 0, node: "", cpuList: "" },
    ...{ gpuList: [], startedAt: clock.now(), endedAt: null, pid: null, code: null, signal: null, endedBy: null },
    ...{ remark: "", queue: null, ...noUsage },
  };
}

function scriptText({ script, command }: Job): string {
  return script === null ? `${command.join(" ")}\n` : new TextDecoder().decode(script);
}

const secret = /(pass|secret|token|key|credential|auth|cookie|private|session|dsn|pwd)/i;
const harmless = /^(PWD|OLDPWD|XDG_SESSION_\w+|DESKTOP_SESSION|SESSION_MANAGER|SSH_AUTH_SOCK)=/;
/** A password in an address: `postgres://ada:secret@host`. */
const inAddress = /(:\/\/[^/\s:@]*:)[^@/\s]+@/g;

/** A variable, its value masked where the name says that it is a secret. */
export function masked(entry: string): string {
  const end = entry.indexOf("=");
  const isSecret = secret.test(entry.slice(0, end)) && !harmless.test(entry);
  return isSecret ? `${entry.slice(0, end)}=••••••` : entry.replaceAll(inAddress, "$1••••••@");
}
