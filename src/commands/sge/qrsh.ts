/** Owns qrsh, qlogin and qsh: a command or a shell on the caller's terminal, in a job of its own or within one. */

import { asksOf } from "../../dialects/sge/asks.ts";
import { verificationText } from "../../dialects/sge/detail.ts";
import { helpText } from "../../dialects/sge/help.ts";
import { qsubOptions } from "../../dialects/sge/options.ts";
import {
  readSession,
  type Session,
  type SessionName,
  sessionJobName,
  sessionProgram,
  sessionTexts,
} from "../../dialects/sge/session.ts";
import { submissionOf } from "../../dialects/sge/submission.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import { readScriptFile, requestWithoutScript } from "./qsub-request.ts";
import { admissionOf, callerOf, validation } from "./qsub-submit.ts";
import { openSession } from "./session-job.ts";
import { runSession } from "./session-run.ts";

export const qrsh = sessionCommand("qrsh");
export const qlogin = sessionCommand("qlogin");
export const qsh = sessionCommand("qsh");

function sessionCommand(name: SessionName): Command {
  return {
    dialect: "sge",
    name,
    wordError: (message) => `${message}\n`,
    async run(context) {
      const { sources } = await requestWithoutScript(context);
      const session = readSession(name, sources, context.clock.now());
      if (session.help)
        return { out: helpText(`${name} [options]${name === "qrsh" ? " [command]" : ""}`, qsubOptions.rows) };
      if (name === "qsh")
        return { err: sessionTexts.noDisplay(session.display ?? context.variable("DISPLAY") ?? null), code: 1 };
      if (session.inherit) return inherited(context, session);
      return opened(context, session);
    },
  };
}

async function opened(context: Context, session: Session): Promise<Reply> {
  const made = await submissionFor(context, session);
  const asks = asksOf(session.job.settled);
  if (asks.verify) return { out: verificationText(made) };
  const submission = admitted(context, session, made);
  const validated = validation(context, submission, asks.validation);
  if ("refused" in validated) throw new RefusedError(validated.refused);
  if ("out" in validated) return validated;
  const opening = () => openSession({ context, session, submission });
  return validated.warning === "" ? opening() : { out: validated.warning, next: opening };
}

async function submissionFor(context: Context, session: Session): Promise<Omit<Submission, "dependency">> {
  const { job, command } = session;
  const name = sessionJobName(session);
  const script = session.script && job.operand !== null ? await readScriptFile(context, job.operand) : null;
  const made = submissionOf(
    { ...job, operand: job.settled.spec.name ?? name, arguments: [] },
    script,
    callerOf(context),
  );
  // A job that nobody attends to any more is not to start again.
  const spec = { ...made.spec, requeue: false };
  return { ...made, spec, command: command.length ? command : [name] };
}

function admitted(context: Context, { job }: Session, made: Omit<Submission, "dependency">): Submission {
  const admission = admissionOf(context, job, made);
  if ("submission" in admission) return admission.submission;
  context.verbs.spendId();
  throw new RefusedError(admission.refused, admission.code);
}

/** A task of the parallel job that the caller runs in: on one machine it is started beside the caller. */
async function inherited(context: Context, session: Session): Promise<Reply> {
  const id = context.variable("JOB_ID");
  if (id === undefined) return { err: sessionTexts.noJob, code: 1 };
  const [host = "", ...command] = session.command;
  const { nodes, host: own } = context.verbs.description;
  const here = [own, "localhost", ...nodes.map(({ name }) => name)].some(
    (name) => name === host.split(".")[0] || name === host,
  );
  if (!here) return { err: sessionTexts.otherHost(id, host), code: 1 };
  const argv = sessionProgram({ ...session, command }, { shell: context.user.shell, limits: [], script: null });
  const place = { cwd: context.variable("SGE_CWD_PATH") ?? context.cwd, environment: context.environment };
  return runSession(context, { ...place, argv, session }).then(({ code }) => ({ code }));
}
