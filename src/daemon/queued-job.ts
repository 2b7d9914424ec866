/** Owns a job that is not over as the queue keeps it: read from the store, and what follows from its dependency. */

import type { ClusterDescription } from "../model/cluster.ts";
import { type Condition, type Dependency, type Predecessors, standingOf, standingOfAll } from "../model/dependency.ts";
import { countIndices, hasIndex, type Indices, withoutIndices } from "../model/indices.ts";
import type { Alteration, Waiting } from "../model/job.ts";
import type { QueuedJob } from "../model/scheduling.ts";
import type { JudgedCondition } from "../model/verbs.ts";
import { examinePart, latestStart } from "../scheduler/examine.ts";
import { beyondQueue } from "../scheduler/queue-limits.ts";
import type { Store } from "../store/store.ts";
import { advanced } from "../store/waiting.ts";

/** A job that waits or runs. Starts change it in place; anything else makes it be read anew. */
export interface LiveJob extends Omit<QueuedJob, "waiting" | "active"> {
  waiting: readonly Waiting[];
  active: number;
  /** How many elements wait. */
  unstarted: number;
  readonly dependency: Dependency | null;
  /** All conditions, of elements that were given a dependency of their own too. */
  readonly conditions: readonly Condition[];
  /** It is handed to a target: nothing of it is started here. */
  readonly away: boolean;
  /** The same for all jobs of one user and name. */
  readonly nameKey: string;
}

/** What is asked of everybody else when a dependency is judged. */
export interface Asks {
  cluster(): ClusterDescription;
  readonly progress: Predecessors["progress"];
  earlierNamesake(job: { readonly id: number; readonly nameKey: string }): boolean;
  now(): number;
}

/** The job as the store has it; null when nothing of it waits or runs. */
export function readLiveJob(store: Store, asks: Asks, id: number): LiveJob | null {
  const waiting = store.waiting.of(id);
  const active = store.elements.tally(id)?.active ?? 0;
  const head = waiting.length + active > 0 ? store.jobs.head(id) : null;
  if (!head) return null;
  const { dependency } = head;
  const own = waiting.flatMap((part) => (hasOwnDependency(part) ? [part] : []));
  const dependencyOf = (index: number | null) => dependencyFor({ dependency, own }, index);
  const cluster = asks.cluster();
  const job: LiveJob = {
    id,
    priority: head.priority,
    submittedAt: head.submittedAt,
    need: head.need,
    // Where nobody described any, names of queues are only names.
    queue: cluster.queues.length > 0 ? head.queue : "",
    queues: head.need.queues ?? [head.queue],
    beyondQueue: beyondQueue(head.need, head.queue, cluster),
    throttle: head.throttle,
    active,
    waiting,
    unstarted: countWaiting(waiting),
    dependency,
    conditions: [dependency, ...own.map((part) => part.own.submission.dependency)].flatMap(
      (each) => each?.conditions ?? [],
    ),
    away: head.target !== undefined,
    nameKey: `${head.user.uid} ${head.name}`,
    standing(index) {
      const asked = dependencyOf(index);
      return asked ? standingOfAll(asked, asksFor(asks, job, index)) : "met";
    },
    perElement: own.length > 0 || (head.indices !== null && isPaired(dependency)),
    cancelIfNeverMet: head.spec.cancelIfNeverMet ?? cluster.cancelIfNeverMet ?? false,
    deadline: (head.spec.deadline ?? 0) * 1000,
  };
  return job;
}

type Apart = Waiting & { readonly own: Alteration };

function hasOwnDependency(part: Waiting): part is Apart {
  return part.own !== undefined && "dependency" in part.own.submission;
}

/** What an element waits for: its own dependency, if it was given one, else the job's. */
function dependencyFor(
  { dependency, own }: { readonly dependency: Dependency | null; readonly own: readonly Apart[] },
  index: number | null,
): Dependency | null {
  if (index === null || own.length === 0) return dependency;
  const part = own.find(({ indices }) => indices !== null && hasIndex(indices, index));
  return part ? (part.own.submission.dependency ?? null) : dependency;
}

function isPaired(dependency: Dependency | null): boolean {
  return dependency?.conditions.some(({ kind }) => kind.startsWith("corresponding")) ?? false;
}

/** Where each condition stands, for the element `index` where that differs. */
export function judgedConditions(asks: Asks, job: LiveJob | null, index: number | null): JudgedCondition[] {
  if (!job) return [];
  const known = asksFor(asks, job, index);
  const asked = dependencyFor({ dependency: job.dependency, own: job.waiting.filter(hasOwnDependency) }, index);
  return (asked?.conditions ?? []).map((condition) => ({ condition, standing: standingOf(condition, known) }));
}

/** Whether any part may start as far as it alone is concerned. */
export function isEligible(job: LiveJob, now: number): boolean {
  return !job.away && job.waiting.some((part) => examinePart(job, part, now).kind === "eligible");
}

/** Epoch ms at which the job is to be looked at again though nothing happened; Infinity for never. */
export function nextLook(asks: Asks, job: LiveJob, now: number): number {
  const times = job.waiting.map((part) => part.beginAt);
  if (job.deadline > 0 && job.waiting.length > 0) times.push(latestStart(job) + 1);
  for (const condition of job.conditions) {
    if (condition.kind !== "start" || condition.delay === 0 || condition.job === null) continue;
    const startedAt = asks.progress(condition.job, condition.index)?.startedAt;
    if (startedAt) times.push(startedAt + condition.delay * 1000);
  }
  return Math.min(Number.POSITIVE_INFINITY, ...times.filter((time) => time > now));
}

/** How the store is to be told that an element was taken out to be started. */
export type Taken =
  | { readonly kind: "advanced"; readonly position: number; readonly firstLeft: number | null }
  | { readonly kind: "replaced"; readonly parts: readonly Waiting[] };

/** Takes one element out of what waits. Nearly always it is the first of its part. Throws if it doesn't wait. */
export function takeElement(job: LiveJob, index: number | null): { readonly part: Waiting; readonly taken: Taken } {
  const position = job.waiting.findIndex(({ indices }) =>
    indices === null ? index === null : hasIndex(indices, index ?? -1),
  );
  const part = job.waiting[position];
  if (!part) throw new Error(`element ${job.id}.${index ?? "-"} does not wait`);
  job.unstarted -= 1;
  job.active += 1;
  if (part.indices === null || part.indices[0]?.[0] === index) {
    const firstLeft = part.indices && indexAfterFirst(part.indices);
    const rest = firstLeft === null ? [] : [advanced(part, firstLeft)];
    job.waiting = [...job.waiting.slice(0, position), ...rest, ...job.waiting.slice(position + 1)];
    return { part, taken: { kind: "advanced", position, firstLeft } };
  }
  const indices = withoutIndices(part.indices, [[index ?? -1, index ?? -1]]);
  job.waiting = job.waiting.map((each) => (each === part ? { ...part, indices } : each));
  return { part, taken: { kind: "replaced", parts: job.waiting } };
}

function asksFor(
  asks: Asks,
  job: LiveJob,
  index: number | null,
): { predecessors: Predecessors; index: number | null; now: number } {
  const predecessors = { progress: asks.progress, earlierNamesake: () => asks.earlierNamesake(job) };
  return { predecessors, index, now: asks.now() };
}

function countWaiting(parts: readonly Waiting[]): number {
  return parts.reduce((count, { indices }) => count + (indices ? countIndices(indices) : 1), 0);
}

function indexAfterFirst(indices: Indices): number | null {
  const [first, last] = indices[0] ?? [0, 0];
  return first < last ? first + 1 : (indices[1]?.[0] ?? null);
}
