/** Owns how scontrol finds the jobs it is to act on, and words what came of each. */

import { foldIndices } from "../../dialects/slurm/arrays.ts";
import { readEachId, type WantedJob } from "../../dialects/slurm/job-ids.ts";
import type { Context, Reply } from "../../language/context.ts";
import { type Indices, joinedIndices, withoutIndices } from "../../model/indices.ts";
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
export const finishedJob = "Job has already finished";
export const pendingJob = "Job is pending execution";
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

/** Why a part of an array is left out of what is done to the array; null: it is not. */
type Spares = (part: Listed) => string | null;

/** What has ended can be changed no more. */
export const sparesEnded: Spares = (part) =>
  part.kind === "element" && part.element.state === "ended" ? finishedJob : null;

/** What waits need not be put back. */
export const sparesWaiting: Spares = ({ kind }) => (kind === "waiting" ? pendingJob : null);

/**
 * Does something to each job; `act` gives why not, or null. A line on stderr for each that was refused; of an array, one for
 * each of its elements that fared differently. `last`: the last reason that was not an array's.
 */
export function actOnEach(
  jobs: readonly (Found | { readonly text: string })[],
  act: (found: Found) => string | null,
  spares: Spares = () => null,
): { readonly err: string; readonly code: number; readonly last: string | null } {
  const refused = jobs.flatMap((job): readonly RefusedLine[] => {
    const reason = "parts" in job && job.parts.length > 0 ? act(meantOf(job, spares)) : unknownJob;
    if ("parts" in job && job.array)
      return arrayLines({ ...job, array: job.array }, reason, {
        spared: sparedIn(job, spares),
        removed: removedIn(job),
      });
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

/** Elements that fared alike. */
interface Fared {
  readonly indices: Indices;
  readonly why: string;
}

// Where all of it is spared, the act itself says why.
function meantOf(found: Found, spares: Spares): Found {
  const parts = found.parts.filter((part) => part.kind !== "removed" && spares(part) === null);
  return found.array === null || parts.length === 0 ? found : { ...found, parts };
}

function sparedIn({ parts }: Found, spares: Spares): readonly Fared[] {
  const spared = parts.flatMap((part) => {
    const [why, indices] = [spares(part), indicesOfPart(part)];
    return why === null || indices === null ? [] : [{ why, indices }];
  });
  return [...new Set(spared.map(({ why }) => why))].map((why) => ({
    why,
    indices: joinedIndices(
      [],
      spared.filter((each) => each.why === why).flatMap(({ indices }) => indices),
    ),
  }));
}

// What was taken out before it started is nobody's business; where nothing else is left, all of it is.
function removedIn({ parts }: Found): Indices {
  const removed = parts.flatMap((part): Indices => (part.kind === "removed" ? (part.removed.indices ?? []) : []));
  return removed.length > 0 && parts.some(({ kind }) => kind !== "removed") ? joinedIndices([], removed) : [];
}

/** The indices that a part stands for; null for none. */
export function indicesOfPart(part: Listed): Indices | null {
  if (part.kind === "waiting") return part.part.indices;
  const index = part.kind === "element" ? part.element.index : null;
  return index === null ? null : [[index, index]];
}

function arrayLines(
  { target, array }: Pick<Found, "target"> & { readonly array: Indices },
  reason: string | null,
  { spared, removed }: { readonly spared: readonly Fared[]; readonly removed: Indices },
): readonly RefusedLine[] {
  const asked = target.indices ?? array;
  const absent = target.indices ? withoutIndices(target.indices, array) : [];
  const others = [...spared, { why: unknownJob, indices: absent }].filter(({ indices }) => indices.length > 0);
  if (others.length === 0 && reason === null) return [];
  const there = others.reduce((left, { indices }) => withoutIndices(left, indices), withoutIndices(asked, removed));
  return [{ why: reason ?? "No error", indices: there }, ...others]
    .filter(({ indices }) => indices.length > 0)
    .sort((one, other) => (one.indices[0]?.[0] ?? 0) - (other.indices[0]?.[0] ?? 0))
    .map(({ why, indices }) => ({ line: `${target.id}_${foldIndices(indices, 0, 0)}: ${why}\n`, reason: null }));
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
  alreadyEnded: finishedJob,
  alreadyEnding: completed,
  notRunning: pendingJob,
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
