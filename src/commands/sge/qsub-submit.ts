/** Owns how qsub hands a job that was read to the cluster, or says why not. */

import { barredText, refusalOf, throttleComplaint } from "../../dialects/sge/admission.ts";
import { refusedText, submittedText } from "../../dialects/sge/announcements.ts";
import { asksOf } from "../../dialects/sge/asks.ts";
import { resolveDependencies } from "../../dialects/sge/dependencies.ts";
import { verificationText } from "../../dialects/sge/detail.ts";
import { keywordComplaint, noName } from "../../dialects/sge/object-names.ts";
import type { ReadJob } from "../../dialects/sge/reading.ts";
import { countsJobs, crowdedText } from "../../dialects/sge/site-rules.ts";
import { submissionOf, waitingFor } from "../../dialects/sge/submission.ts";
import type { Context, Reply } from "../../language/context.ts";
import { RefusedError } from "../../model/errors.ts";
import type { Submission } from "../../model/job.ts";
import { waitForEnd, waitForStart } from "./qsub-wait.ts";

/** Submits a job and says so; then waits as long as it was asked to. */
export async function submit(context: Context, job: ReadJob, script: Uint8Array | null): Promise<Reply> {
  const submission = submissionOf(job, script, callerOf(context, job.settled.spec.queues));
  const free = submission.name === "" ? noName : throttleComplaint(submission.spec);
  if (free !== null) throw new RefusedError(refusedText(free));
  const asks = asksOf(job.settled);
  if (asks.verify) return { out: verificationText(submission) };
  const whole = admitted(context, job, submission);
  const validated = validation(context, whole, asks.validation);
  if ("refused" in validated) throw new RefusedError(refusedText(validated.refused));
  if ("out" in validated) return validated;
  const barred = barredText(context.user, context.verbs.description);
  const accepted = await context.verbs.submit(whole, asks.sync || asks.now ? "stays" : "goes");
  const waits = { context, job: accepted, terse: asks.terse };
  const end = asks.sync ? () => waitForEnd(waits) : undefined;
  const next = asks.now ? () => waitForStart(waits, end) : end;
  // The job is kept, and the command ends as if it were not.
  if (barred !== null) throw new RefusedError(refusedText(`${barred}\n${submittedText(accepted, false).trimEnd()}`));
  return { out: validated.warning + submittedText(accepted, asks.terse), ...(next ? { next } : {}) };
}

/** What `-w` comes to: an answer where nothing is to be submitted, which uses up an id all the same; else a warning or none. */
export function validation(
  { verbs, user }: Context,
  { need }: Pick<Submission, "need">,
  how: string | null,
): { readonly out: string } | { readonly refused: string } | { readonly warning: string } {
  const barred = barredText(user, verbs.description);
  const unsuited = how === "n" ? undefined : (need.unsuited ?? barred ?? undefined);
  const dry = how === "v" || how === "p";
  if (!dry && (unsuited === undefined || how !== "e"))
    return { warning: unsuited === undefined ? "" : "warning: no suitable queues\n" };
  const id = verbs.spendId();
  if (unsuited === undefined) return { out: "verification: found suitable queue(s)\n" };
  const why = dry ? `Job ${id} ${unsuited}\nverification` : "error";
  return { refused: `${barred === null ? "" : `${barred}\n`}${why}: no suitable queues` };
}

/** The submission as the master takes it. A refused one uses up an id all the same. */
function admitted(context: Context, job: ReadJob, submission: Omit<Submission, "dependency">): Submission {
  const found = admissionOf(context, job, submission);
  if ("submission" in found) return found.submission;
  context.verbs.spendId();
  throw new RefusedError(refusedText(found.refused), found.code);
}

/** The submission with what it waits for, or why the master does not take it. */
export function admissionOf(
  context: Context,
  job: ReadJob,
  submission: Omit<Submission, "dependency">,
): { readonly submission: Submission } | { readonly refused: string; readonly code: number } {
  const { cluster, user } = callerOf(context);
  const { spec, name, script } = submission;
  // Others are looked at only where the job waits for some, or where they are counted.
  const others = spec.dependency || spec.dependencyPerElement || countsJobs(cluster) ? context.verbs.select({}) : [];
  const live = [...new Map(others.map((listed) => [listed.job.id, listed.job])).values()];
  const found = resolveDependencies(spec, live, user.name);
  const keyword = keywordComplaint(spec.project ?? "");
  const refusal =
    scriptComplaint(script) ??
    refusalOf({
      ...{ spec, name, user, cluster },
      denied: [
        ...(keyword === null ? [] : [keyword]),
        ...job.denied(user.name),
        ...(found.kind === "refused" ? [found.why] : []),
      ],
      masterQueues: spec.masterQueues !== null,
    });
  if (refusal !== null || found.kind === "refused") return { refused: refusal ?? "", code: 1 };
  const own = live.filter((job) => job.user.name === user.name).length;
  const crowded = crowdedText(cluster, { all: live.length, own });
  // Who comes back later may find room.
  if (crowded !== null) return { refused: crowded, code: 25 };
  return { submission: waitingFor(submission, found.dependency) };
}

function scriptComplaint(script: Uint8Array | null): string | null {
  if (script?.length === 0) return "job rejected: no script in your request";
  // The real one cuts a script at its first NUL, and finds it too short then.
  return script?.includes(0) ? "Script length does not match declared length" : null;
}

/** What a submission needs to know of the caller. */
export function callerOf(context: Context, queues: readonly string[] | null = null) {
  const [queue = ""] = queues?.[0]?.split("@") ?? [];
  return {
    cluster: context.verbs.describedFor({ clusters: null, queue }),
    user: context.user,
    directory: context.files.resolve(context.cwd),
    environment: context.environment,
    limits: context.limits,
    isDirectory: (path: string) => context.files.kind(path) === "directory",
  };
}
