/** Owns the job of a session: it is waited for, used, and given back. */

import { submittedText } from "../../dialects/sge/announcements.ts";
import { type Session, sessionProgram, sessionTexts } from "../../dialects/sge/session.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Attended } from "../../model/attended.ts";
import type { Submission } from "../../model/job.ts";
import { runSession } from "./session-run.ts";

interface Opening {
  readonly context: Context;
  readonly session: Session;
  readonly submission: Submission;
}

/** Submits the job, waits for it as long as was asked, and runs the session in it. */
export async function openSession(opening: Opening): Promise<Reply> {
  const { context, session, submission } = opening;
  const attended = await context.verbs.attend(submission);
  const announced = session.verbose ? submittedText(attended.job, false) : "";
  const err = session.verbose ? sessionTexts.waiting : "";
  const next = () => waited(opening, attended);
  // Of one reply errors are shown first, but here the job comes before the wait.
  if (context.terminal.output) return { out: announced, next: async () => ({ err, next }) };
  // What the real one writes to a pipe or a file, comes out at its end.
  return { err, next: async () => ending(await next(), announced) };
}

/** A reply whose last part ends with that text. */
function ending(reply: Reply, out: string): Reply {
  const { next } = reply;
  return next ? { ...reply, next: async () => ending(await next(), out) } : { ...reply, out: (reply.out ?? "") + out };
}

async function waited(opening: Opening, attended: Attended): Promise<Reply> {
  const { context, session } = opening;
  if (attended.waits && session.now) {
    giveBack(context, attended);
    return { err: sessionTexts.refused(session.name), code: 1 };
  }
  const outcome = await Promise.race([attended.granted, context.interrupted]);
  if (typeof outcome === "number") {
    giveBack(context, attended);
    return { err: sessionTexts.gone, code: 1 };
  }
  if (outcome === null) return { err: sessionTexts.refused(session.name), code: 1 };
  const err = session.verbose ? sessionTexts.scheduled(attended.job.id, context.verbs.description.host) : "";
  return { err, next: () => used(opening, attended) };
}

/** Takes the job out of the queue; one that was granted in the same moment is let go. */
function giveBack({ verbs, user }: Context, attended: Attended): void {
  verbs.cancel({ id: attended.job.id, indices: null }, user.uid);
  attended.end({ code: null, signal: 2 });
}

async function used({ context, session }: Opening, attended: Attended): Promise<Reply> {
  const launch = await attended.launch;
  const own = launch?.environment.filter((entry) => !entry.startsWith("TERM=")) ?? [];
  const terminal = [`TERM=${context.variable("TERM") ?? ""}`];
  const script = own.find((entry) => entry.startsWith("JOB_SCRIPT=/"))?.slice("JOB_SCRIPT=".length) ?? null;
  const { user } = context;
  const cwd = session.command.length === 0 ? user.home : (launch?.cwd ?? user.home);
  if (context.files.kind(cwd) !== "directory") {
    attended.end({ code: 1, signal: null });
    return { err: sessionTexts.noDirectory(cwd), code: 1 };
  }
  const end = await runSession(context, {
    session,
    argv: sessionProgram(session, { shell: user.shell, limits: launch?.limits ?? [], script }),
    cwd,
    // A login shell learns nothing of the job.
    environment: [...(session.command.length === 0 ? loginEnvironment(context, own) : own), ...terminal],
    orders: attended.onOrder,
  });
  attended.end(end.signal === null ? { code: end.code, signal: null } : { code: null, signal: end.signal });
  return { code: end.code };
}

function loginEnvironment({ user, variable }: Context, own: readonly string[]): readonly string[] {
  const kept = own.filter((entry) => /^(PATH|LANG|HEADNODE_\w+)=/.test(entry));
  const mail = variable("MAIL");
  return [
    ...[...kept, `HOME=${user.home}`, `USER=${user.name}`, `LOGNAME=${user.name}`, `SHELL=${user.shell}`],
    ...(mail === undefined ? [] : [`MAIL=${mail}`]),
  ];
}
