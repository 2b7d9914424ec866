/** Owns how scontrol finds the jobs it is to act on, and words what came of each. */

import { foldIndices } from "../../dialects/slurm/arrays.ts";
import { readEachId, type WantedJob } from "../../dialects/slurm/job-ids.ts";
import type { Context, Reply } from "../../language/context.ts";
import { commonIndices, type Indices, withoutIndices } from "../../model/indices.ts";
import type { Listed, Result } from "../../model/verbs.ts";

/** One thing to act on, and what of it is known: nothing where the id is unknown. */
export interface Found {
  readonly text: string;
  readonly target: WantedJob;
  readonly parts: readonly Listed[];
  /** All indices where the id is an array's; null elsewhere. */
  readonly array: Indices | null;
}

export const unknownJob = "Invalid job id specified";
export const deniedText = "Access/permission denied";

/** The jobs of `5,6_[1-3]`, `name=x` or `jobname=x`; null stands for what is no id. */
export function findJobs(context: Context, text: string): readonly (Found | { readonly text: string })[] {
  const [, name] = /^(?:job)?name=(.*)$/is.exec(text) ?? [];
  if (name !== undefined) return namedJobs(context, name);
  return readEachId(text).map(({ text: word, id }) => {
    return id === null ? { text: word } : foundAs(context, word, id);
  });
}

function foundAs(context: Context, text: string, target: WantedJob): Found {
  const parts = partsOf(context, target);
  const [known] = parts.length > 0 || target.indices === null ? parts : partsOf(context, { ...target, indices: null });
  return { text, target, parts, array: known?.job.id === target.id ? known.job.indices : null };
}

/** What is known of a job: all that waits or runs, and what ended not long ago. */
export function partsOf(
  { verbs, clock }: Context,
  { id, indices }: Pick<WantedJob, "id" | "indices">,
): readonly Listed[] {
  const endedSince = clock.now() - verbs.description.minJobAge * 1000;
  return verbs.select({ ids: [{ id, indices }], endedSince });
}

/** The user's jobs of that name that have not ended; everybody's for root. */
export function namedJobs(context: Context, name: string): readonly Found[] {
  const users = context.user.uid === 0 ? {} : { users: [context.user.name] };
  const listed = context.verbs.select({ names: [name], ...users });
  return [...new Set(listed.map(({ job }) => job.id))].map((id) => ({
    text: String(id),
    target: { text: String(id), id, indices: null, step: null },
    parts: listed.filter(({ job }) => job.id === id),
    array: null,
  }));
}

/**
 * Does something to each job; `act` gives why not, or null. A line on stderr for each that was refused; of an array, one for
 * each of its elements that fared differently. `last`: the last reason that was not an array's.
 */
export function actOnEach(
  jobs: readonly (Found | { readonly text: string })[],
  act: (found: Found) => string | null,
): { readonly err: string; readonly code: number; readonly last: string | null } {
  const refused = jobs.flatMap((job): readonly RefusedLine[] => {
    const reason = "parts" in job && job.parts.length > 0 ? act(job) : unknownJob;
    if ("parts" in job && job.array) return arrayLines({ target: job.target, array: job.array }, reason);
    return reason === null ? [] : [{ line: `${reason} for job ${job.text}\n`, reason }];
  });
  return {
    err: refused.map(({ line }) => line).join(""),
    code: refused.length > 0 ? 1 : 0,
    last: refused.findLast(({ reason }) => reason !== null)?.reason ?? null,
  };
}

interface RefusedLine {
  readonly line: string;
  /** Null where it is an array's. */
  readonly reason: string | null;
}

function arrayLines(
  { target, array }: Pick<Found, "target"> & { readonly array: Indices },
  reason: string | null,
): readonly RefusedLine[] {
  const line = (indices: Indices, what: string): RefusedLine => ({
    line: `${target.id}_${foldIndices(indices, 0, 0)}: ${what}\n`,
    reason: null,
  });
  const absent = target.indices ? withoutIndices(target.indices, array) : [];
  if (absent.length === 0) return reason === null ? [] : [line(target.indices ?? array, reason)];
  const there = commonIndices(target.indices ?? [], array);
  return [...(there.length > 0 ? [line(there, reason ?? "No error")] : []), line(absent, unknownJob)];
}

/** Replies of several calls as one. */
export function together(replies: readonly Reply[]): Reply {
  return {
    out: replies.map(({ out }) => (typeof out === "string" ? out : [...(out ?? [])].join(""))).join(""),
    err: replies.map(({ err }) => err ?? "").join(""),
    code: Math.max(0, ...replies.map(({ code }) => code ?? 0)),
  };
}

/** Why a verb did nothing at all; null if it did something. */
export function refusalIn(results: readonly Result[]): string | null {
  const reasons = results.map(({ kind }) => reasonOf[kind] ?? null);
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}

const completed = "Job/step already completing or completed";
const reasonOf: Partial<Readonly<Record<Result["kind"], string>>> = {
  unknown: unknownJob,
  denied: deniedText,
  alreadyEnded: "Job has already finished",
  alreadyEnding: completed,
  notRunning: "Job is pending execution",
};

/** Whether everything of it has ended. */
export function isOver({ parts }: Found): boolean {
  return parts.every((part) => part.kind === "removed" || (part.kind === "element" && part.element.state === "ended"));
}

/** Whether nothing of it has started. */
export function isPending({ parts }: Found): boolean {
  return parts.every(({ kind }) => kind === "waiting");
}

/** Whether a hold that only an operator takes away is on something that waits. */
export function isHeldByOperator({ parts }: Found): boolean {
  return parts.some((part) => part.kind === "waiting" && part.part.holds.some((hold) => hold !== "user"));
}

/** Whether anything that waits is held. */
export function isHeld({ parts }: Found): boolean {
  return parts.some((part) => part.kind === "waiting" && part.part.holds.length > 0);
}
