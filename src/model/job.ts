/** Owns what a job is: the submission, its elements, their states and which changes of state are lawful. */

import type { Dependency } from "./dependency.ts";
import type { Indices } from "./indices.ts";
import { type Need, needOf, type Share } from "./need.ts";
import type { JobSpec } from "./spec.ts";
import type { Usage } from "./usage.ts";

export type DialectName = "slurm" | "sge" | "pbs";

/** Who submitted, as the passwd file has it. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly group: string;
  readonly home: string;
  readonly shell: string;
}

/** The place in the queue of a job of which nothing is said: the same in every family, so that the older one goes first. */
export const usualPriority = 1000;

/** What holds a job back by somebody's wish. `dependency` and time are not holds. */
export type Hold = "user" | "operator" | "system";

/** Everything a submission hands over. It is kept as it is; what happens to it is in elements. */
export interface Submission {
  readonly dialect: DialectName;
  readonly spec: JobSpec;
  readonly need: Need;
  readonly user: User;
  /** Host name of the submitting machine. */
  readonly submitHost: string;
  /** The submitter's working directory, resolved. */
  readonly submitDirectory: string;
  /** Where the job runs. */
  readonly workingDirectory: string;
  readonly umask: number;
  /** Soft resource limits of the submitter, `name=value` pairs separated by blanks. */
  readonly limits: string;
  /** The name listings show: said or derived. */
  readonly name: string;
  /** The queue (partition) the job is in, as its dialect shows it. */
  readonly queue: string;
  readonly account: string;
  /** Script text, or null where a command is run as it is. */
  readonly script: Uint8Array | null;
  /** The command line of the submission: the script's path or the command, then its arguments. */
  readonly command: readonly string[];
  /** The submitter's environment as `NAME=value`, as far as the job is to see it. */
  readonly environment: readonly string[];
  /** All indices of an array; null for a plain job. */
  readonly indices: Indices | null;
  /** Elements at a time; 0 is no limit. */
  readonly throttle: number;
  /** Places the job in the queue: higher first, then older first. */
  readonly priority: number;
  readonly holds: readonly Hold[];
  readonly dependency: Dependency | null;
  /** Epoch milliseconds before which it is not to start; 0 is at once. */
  readonly beginAt: number;
  /** Whether each element gets a job id of its own when it starts, as in Slurm. */
  readonly elementIds: boolean;
  /** Sentences for `headnode explain`: what was ignored or changed on this machine. */
  readonly notes: readonly string[];
  /** The command and its words as they were said, parted by blanks; left out where the dialect keeps none. */
  readonly submitLine?: string;
  /** Session of the process that submitted; left out where nobody knows. */
  readonly session?: number;
  /** A command waits with its caller to use the resources itself: nothing is started. */
  readonly attended?: boolean;
  /** The target it is handed to; left out: it runs here. */
  readonly target?: string;
}

/** A submission that was accepted. */
export interface Job extends Submission {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly submittedAt: number;
}

/**
 * Where an element stands. `starting`: handed to a backend; `ending`: told to end, not gone yet.
 * A start that failed so that somebody must look (Grid Engine's E) is `waiting` with an error.
 */
export type State = "waiting" | "starting" | "running" | "suspended" | "ending" | "ended";

/** How an element ended. */
export type Outcome =
  | "completed"
  | "failed"
  | "cancelled"
  | "timedOut"
  | "outOfMemory"
  | "nodeFailed"
  | "deadlineMissed"
  | "launchFailed";

/** Which states may follow which; anything else is a bug and refused by the store. */
export const lawful: Readonly<Record<State, readonly State[]>> = {
  waiting: ["starting", "ended"],
  starting: ["running", "ending", "ended", "waiting"],
  running: ["suspended", "ending", "ended", "waiting"],
  suspended: ["running", "ending", "ended", "waiting"],
  // A target may refuse to put back what is to run again.
  ending: ["running", "ended", "waiting"],
  ended: ["waiting"],
};

/** New values of the spec, and of what follows from them. */
export interface Alteration {
  readonly spec: Partial<JobSpec>;
  readonly submission: Partial<Submission>;
}

/** The job as the elements have it that were changed alone; the job itself where they were not. */
export function withOwn<T extends { readonly spec: JobSpec }>(job: T, { own }: { readonly own?: Alteration }): T {
  return own ? { ...job, ...own.submission, spec: { ...job.spec, ...own.spec } } : job;
}

/** The job as an element has it that was started: changed alone, and in the queue it was started in. */
export function asStarted<T extends { readonly spec: JobSpec; readonly queue: string; readonly need: Need }>(
  job: T,
  element: Pick<Element, "own" | "queue" | "shares">,
): T {
  const own = withOwn(job, element);
  const sizedOwn = element.shares ? { ...own, need: needOf(own.need, element) } : own;
  return element.queue === null ? sizedOwn : { ...sizedOwn, queue: element.queue };
}

/** Elements of one job that wait alike: a whole array is one of these until something tells its elements apart. */
export interface Waiting {
  readonly job: number;
  /** Null for a plain job. */
  readonly indices: Indices | null;
  readonly holds: readonly Hold[];
  /** Why a start failed so that somebody must look (Grid Engine's Eqw); null otherwise. */
  readonly error: string | null;
  /** Starts so far: 0 before the first one. */
  readonly restarts: number;
  /** Epoch ms before which it is not to start (begin time, or the pause after a requeue). */
  readonly beginAt: number;
  /** What was changed of these elements alone; left out where they have what the job has. */
  readonly own?: Alteration;
}

/** Elements of one job that were taken out of the queue before they started. */
export interface Removed {
  readonly job: number;
  /** Null for a plain job. */
  readonly indices: Indices | null;
  readonly outcome: "cancelled" | "deadlineMissed";
  /** Starts before: more than 0 where a requeued element was removed. */
  readonly restarts: number;
  /** Epoch milliseconds. */
  readonly removedAt: number;
  /** Uid of who asked; null where the scheduler did it. */
  readonly removedBy: number | null;
  readonly own?: Alteration;
}

/** An element that has started, is running or has ended, with what it used: of a job's steps too, once it has ended. */
export interface Element extends Usage {
  readonly job: number;
  /** Null for a plain job. */
  readonly index: number | null;
  /** The id it is known by: its own in Slurm, the job's elsewhere. */
  readonly id: number;
  readonly state: Exclude<State, "waiting">;
  readonly outcome: Outcome | null;
  readonly holds: readonly Hold[];
  readonly restarts: number;
  readonly node: string;
  /** Where it was started in another queue than the job's first; null: the job's. */
  readonly queue: string | null;
  /** What it has of which queue, where it is in several or has fewer processors than its job would take. */
  readonly shares?: readonly Share[];
  /** The processors it was given, `0,2-3`. */
  readonly cpuList: string;
  /** Indices of the GPUs it was given. */
  readonly gpuList: readonly number[];
  /** Epoch milliseconds. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly pid: number | null;
  /** Exit status and signal of the job's shell; null where it never ran. */
  readonly code: number | null;
  readonly signal: number | null;
  /** The user who asked for its end, or null. */
  readonly endedBy: number | null;
  /** Plain words on a start that failed or an end that needs explaining. */
  readonly remark: string;
  /** What was changed of this element alone; left out where it has what the job has. */
  readonly own?: Alteration;
  /** Its processes were sent SIGSTOP and no SIGCONT since: Slurm shows that, and counts it as running. */
  readonly stopped?: boolean;
}

/** Stable name of one start of one element, used for records and launches: `12.3.0` (job, index or `-`, restarts). */
export function launchKey(element: { job: number; index: number | null; restarts: number }): string {
  return `${element.job}.${element.index ?? "-"}.${element.restarts}`;
}

/** Reads what `launchKey` wrote. */
export function readLaunchKey(key: string): { job: number; index: number | null; restarts: number } {
  const [job, index, restarts] = key.split(".");
  return { job: Number(job), index: index === "-" ? null : Number(index), restarts: Number(restarts) };
}
