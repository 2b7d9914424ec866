/** Owns what scontrol does to jobs: hold, release, requeue, suspend, resume, top and notify. */

import { requeuePause } from "../../dialects/slurm/endings.ts";
import { isOperator } from "../../dialects/slurm/partitions.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Hold } from "../../model/job.ts";
import type { Result } from "../../model/verbs.ts";
import {
  actOnEach,
  deniedText,
  type Found,
  findJobs,
  finishedJob,
  isHeld,
  isHeldByOperator,
  isOver,
  isPending,
  pendingJob,
  refusalIn,
  sparesEnded,
  sparesWaiting,
  together,
  unknownJob,
} from "./job-targets.ts";

const held = "Job is in held state, pending scheduler release";

/** `hold` by root is one that only an operator takes away. */
export function hold(context: Context, words: readonly string[]): Reply {
  return changeHolds(context, words, ({ target }) =>
    holdAs(context, target, context.user.uid === 0 ? "operator" : "user"),
  );
}

/** `uhold`: the owner may take it away, whoever says it. */
export function userHold(context: Context, words: readonly string[]): Reply {
  return changeHolds(context, words, ({ target }) => {
    const { verbs, user } = context;
    if (user.uid === 0) verbs.release(target, user.uid, "operator");
    return holdAs(context, target, "user");
  });
}

/** Takes away every hold that the user may. */
export function release(context: Context, words: readonly string[]): Reply {
  const { verbs, user } = context;
  const kinds: readonly Hold[] = mayOperate(context) ? ["user", "operator", "system"] : ["user"];
  return changeHolds(context, words, (found) => {
    if (isHeldByOperator(found) && !mayOperate(context)) return deniedText;
    const results = kinds.map((kind) => refusalIn(verbs.release(found.target, user.uid, kind)));
    return results.at(-1) ?? null;
  });
}

function mayOperate({ user, verbs }: Context): boolean {
  return isOperator(user.uid, verbs.description);
}

function holdAs({ verbs, user }: Context, target: Found["target"], kind: Hold): string | null {
  return refusalIn(verbs.hold(target, user.uid, kind));
}

// Each word is a request of its own, and ends with a line of its own if something of it was refused.
function changeHolds(context: Context, words: readonly string[], act: (found: Found) => string | null): Reply {
  return together(
    words.map((word) => {
      const { err, code, last } = actOnEach(
        findJobs(context, word),
        (found) => (isOver(found) ? finishedJob : act(found)),
        sparesEnded,
      );
      return { err: last === null ? err : `${err}slurm_suspend error: ${last}\n`, code };
    }),
  );
}

/** `requeue` and `requeuehold`; `Incomplete` in front leaves what has ended alone. */
export function requeue(context: Context, words: readonly string[], kind: Hold | null): Reply {
  const [first = "", ...rest] = words;
  if (/^state=/i.test(first)) return { err: `${first} is not done here: jobs are held plainly\n`, code: 1 };
  const incomplete = /^incomplete$/i.test(first);
  const act = (found: Found) => (incomplete && isOver(found) ? null : requeueOne(context, found, kind));
  const asked = incomplete ? rest : words;
  return together(asked.map((word) => replyOf(actOnEach(findJobs(context, word), act, sparesWaiting))));
}

function requeueOne({ verbs, user, clock }: Context, found: Found, kind: Hold | null): string | null {
  // What never started has nothing to be queued again.
  if (found.parts.every((part) => part.kind !== "element")) return pendingJob;
  if (found.parts[0]?.job.attended) return "Only batch jobs are accepted or processed";
  if (found.parts[0]?.job.spec.requeue === false) return "Requested operation is presently disabled";
  const how = { beginAt: clock.now() + requeuePause, ...(kind ? { hold: kind } : {}) };
  return refusalIn(verbs.requeue(found.target, user.uid, how).filter((result) => result.kind !== "unchanged"));
}

/** `suspend`: for operators. */
export function suspend(context: Context, words: readonly string[]): Reply {
  return stopOrGo(context, words, (target) => context.verbs.suspend(target, context.user.uid));
}

/** `resume`: for operators. */
export function resume(context: Context, words: readonly string[]): Reply {
  return stopOrGo(context, words, (target) => {
    const results = context.verbs.resume(target, context.user.uid);
    return results.some(({ kind }) => kind === "signalled") || !results.some(({ kind }) => kind === "unchanged")
      ? results
      : "Job is not suspended";
  });
}

function stopOrGo(
  context: Context,
  words: readonly string[],
  act: (target: Found["target"]) => readonly Result[] | string,
): Reply {
  return together(
    words.map((word) => {
      const reply = actOnEach(findJobs(context, word), (found) => {
        if (!mayOperate(context)) return deniedText;
        if (isOver(found)) return "Job/step already completing or completed";
        const results = act(found.target);
        return typeof results === "string" ? results : refusalIn(results);
      });
      // Slurm's own words for a number that is no job's.
      const err = reply.err.replaceAll(new RegExp(`^${unknownJob} for job ([0-9_]+)$`, "gm"), unexpected);
      return { err, code: reply.code };
    }),
  );
}

const unexpected = "Unexpected message received for job $1";

/** `top`: ahead of everything else of the user in the partition, in the order in which they are named. */
export function top(context: Context, words: readonly string[]): Reply {
  const reply = each(context, [...words].reverse(), (found) => {
    if (!mayOperate(context)) return deniedText;
    if (!isPending(found)) return "Job is no longer pending execution";
    if (isHeld(found)) return held;
    return putFirst(context, found);
  });
  // Slurm looks for the owner first, and a job that there is not has none.
  return { ...reply, err: (reply.err ?? "").replaceAll(`${unknownJob} for job`, `${deniedText} for job`) };
}

// The first one named is moved last.
function putFirst({ verbs, user }: Context, { target, parts }: Found): string | null {
  const job = parts[0]?.job;
  if (!job) return unknownJob;
  const others = verbs
    .select({ users: [job.user.name], queues: [job.queue], states: ["waiting"] })
    .filter((listed) => listed.job.id !== job.id);
  const ahead = Math.max(job.priority - 1, ...others.map((listed) => listed.job.priority)) + 1;
  const nice = (job.spec.nice ?? 0) - (ahead - job.priority);
  return refusalIn(verbs.alter(target, user.uid, { spec: { nice }, submission: { priority: ahead } }));
}

type Act = (found: Found) => string | null;

function each(context: Context, words: readonly string[], act: Act): Reply {
  return together(words.map((word) => replyOf(actOnEach(findJobs(context, word), act))));
}

function replyOf({ err, code }: ReturnType<typeof actOnEach>): Reply {
  return { err, code };
}

/** `notify`: a line in the job's standard error. */
export function notify(context: Context, [id = "", ...words]: readonly string[]): Reply {
  const [found] = findJobs(context, id);
  const reason = found && "parts" in found ? tell(context, found, words.join(" ")) : unknownJob;
  return reason === null ? {} : { err: `job notify failure: ${reason}\n`, code: 1 };
}

function tell({ verbs, user }: Context, found: Found, words: string): string | null {
  if (found.parts.length === 0) return unknownJob;
  if (isOver(found)) return "Job/step already completing or completed";
  if (isPending(found)) return "Requested operation is presently disabled";
  return refusalIn(verbs.tell(found.target, user.uid, `slurmstepd: error: ${words}`));
}
