/** Owns what commands can ask of the cluster, in no dialect. `src/verbs` does it; tests may do it too. */

import type { Amendment } from "./amendment.ts";
import type { Attended } from "./attended.ts";
import type { Away } from "./away.ts";
import type { ClusterDescription } from "./cluster.ts";
import type { Condition, Standing } from "./dependency.ts";
import type { Receipt, Whereabouts } from "./forwarding.ts";
import type { Indices } from "./indices.ts";
import type { Element, Hold, Job, Outcome, Removed, State, Submission, Waiting } from "./job.ts";
import type { Expected, Reason, ReasonKey } from "./scheduling.ts";
import type { JobSpec } from "./spec.ts";
import type { Step, StepAsk, StepEnd } from "./step.ts";
import type { LiveUsage } from "./usage.ts";
import type { WatchedJob, WatchedPart } from "./watch.ts";

/** A job without its bulky parts, as listings need it. */
export type JobHead = Omit<Job, "script" | "environment">;

/** One line of a listing: elements that wait alike, that were removed together, or one element that was started. */
export type Listed = ListedPart & {
  /** Left out: it is not at a target. */
  readonly away?: Away;
  /** The plain machine where it runs, while nobody reaches that. */
  readonly unreached?: string;
};

type ListedPart =
  | {
      readonly kind: "waiting";
      readonly job: JobHead;
      readonly part: Waiting;
      readonly reason: Reason;
      readonly conditions: readonly JudgedCondition[];
    }
  | { readonly kind: "removed"; readonly job: JobHead; readonly removed: Removed }
  | { readonly kind: "element"; readonly job: JobHead; readonly element: Element };

/** A condition and where it stands now. */
export interface JudgedCondition {
  readonly condition: Condition;
  readonly standing: Standing;
}

/** Which jobs are meant. What is left out is not restricted. */
export interface Filter {
  /** Ids as users know them: a job's, or the own id of a Slurm element. `indices` null: all of it. */
  readonly ids?: readonly { readonly id: number; readonly indices: Indices | null }[];
  readonly users?: readonly string[];
  readonly names?: readonly string[];
  readonly queues?: readonly string[];
  readonly accounts?: readonly string[];
  /** Names of targets, of this cluster, `local` or `all`; names that nobody knows restrict nothing. */
  readonly clusters?: readonly string[];
  readonly states?: readonly State[];
  readonly outcomes?: readonly Outcome[];
  /** Also elements that ended (or were removed) at or after this epoch ms; left out: none that ended. */
  readonly endedSince?: number;
  /** With `endedSince`: also the earlier runs of elements that were requeued, each with its own `restarts`. */
  readonly earlierRuns?: boolean;
}

/** A signal, to which of a job's processes, and a line for its stderr file (`%T` is the time) where there is one. */
export interface SignalAsk {
  readonly signal: number;
  readonly to: "shell" | "steps" | "all";
  /** Of all: what was started by those that have this variable (`NAME=`) is left out. */
  readonly sparing?: `${string}=`;
  readonly notice?: (element: Element) => string;
}

/**
 * A signal for steps, 0 for none; `ends`: what is brought to its end by it, the job with all its steps, one step, or nothing;
 * `due`: what the job's runner has begun to do to all of it, by the tag of the timeline's row.
 */
export interface StepOrder {
  readonly signal: number;
  readonly ends: "job" | "step" | "nothing";
  readonly due?: string;
}

/** What became of one thing a command was to do to a job or to some of its elements. */
export type Result =
  | { readonly kind: "removed"; readonly job: JobHead; readonly indices: Indices | null }
  | { readonly kind: "ending"; readonly job: JobHead; readonly element: Element }
  | { readonly kind: "alreadyEnding"; readonly job: JobHead; readonly element: Element }
  | { readonly kind: "alreadyEnded"; readonly job: JobHead; readonly element: Element | null }
  | { readonly kind: "signalled"; readonly job: JobHead; readonly element: Element }
  | { readonly kind: "notRunning"; readonly job: JobHead; readonly indices: Indices | null }
  /** `told`: it is a target's job, which is changed as soon as the target did it; resolves when that is known, or will not be soon. */
  | {
      readonly kind: "changed";
      readonly job: JobHead;
      readonly indices: Indices | null;
      readonly told?: Promise<Receipt>;
    }
  | { readonly kind: "unchanged"; readonly job: JobHead; readonly indices: Indices | null }
  | { readonly kind: "denied"; readonly job: JobHead }
  | { readonly kind: "unknown"; readonly id: number; readonly indices: Indices | null };

/** One thing to act on: a job id (or an element's own id), and which elements; null is all of it. */
export interface Target {
  readonly id: number;
  readonly indices: Indices | null;
}

/** One thing that happened to a job, as it was noted then. */
export interface HistoryEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Null where it happened to the job as a whole. */
  readonly index: number | null;
  /** One word: `submitted`, `started`, `ended`, `held` … */
  readonly what: string;
  readonly why: string;
}

/** How a waited-for job ended. */
export interface Finish {
  /** The ways in which its elements ended, each once. */
  readonly ways: readonly Pick<Element, "outcome" | "code" | "signal">[];
  /** Element by element, in the order of ending. Work grows with the size of the array. */
  elements(): readonly Element[];
  /** Removed before it started. */
  readonly removed: boolean;
}

/** How much was forgotten. */
export interface Purged {
  readonly jobs: number;
  /** Elements that had started. */
  readonly elements: number;
}

/** Some parts of a job, and how many it has. */
export interface Page {
  readonly parts: readonly WatchedPart[];
  readonly total: number;
}

/** Jobs to which something happened, gathered. */
export interface Changes {
  /** Those since the last time; waits for the first, but (with `within`) no longer than so many ms. Null once it was closed. */
  take(within?: number): Promise<ReadonlySet<number> | null>;
  close(): void;
}

export interface Verbs {
  readonly description: ClusterDescription;
  /** Changes a node or a queue for good, whatever the config says; on disk when it returns. `by`: uid of an operator. */
  amend(amendment: Amendment, by: number): void;
  /** The cluster as a submission sees it that names these: only nodes that it may be on. */
  describedFor(asked: { readonly clusters: readonly string[] | null; readonly queue: string }): ClusterDescription;
  /** The cluster as somebody looks at it who names these clusters (null: none): of a target of plain machines, only those. */
  inSight(clusters: readonly string[] | null): ClusterDescription;
  /**
   * Resolves when the job is on disk. Nothing is acknowledged before. A caller who `goes` asks nothing more of it: the job
   * takes its place behind that caller's answer, and before anybody else is heard.
   */
  submit(submission: Submission, caller?: "stays" | "goes"): Promise<Job>;
  /** Submits a job whose resources are for processes on the caller's terminal. */
  attend(submission: Submission): Promise<Attended>;
  /** A refused submission uses an id up in both families; gives that id. */
  spendId(): number;
  /** The id that the next submission gets, unless another one comes before. */
  nextId(): number;
  /** In order of id; of each job what waits, then what was removed, then its elements by index. */
  select(filter: Filter): Listed[];
  /** One job with its script and environment, by any of its ids; null if unknown. */
  job(id: number): Job | null;
  /** Ends what runs and removes what waits. `by`: uid of who asks. */
  cancel(target: Target, by: number): Result[];
  /** Sends a signal to what runs: to the job's shell, its steps (everything but the shell), or both. */
  signal(target: Target, by: number, what: SignalAsk): Result[];
  hold(target: Target, by: number, hold: Hold): Result[];
  release(target: Target, by: number, hold: Hold): Result[];
  /** Changes fields of the spec and what follows from them, for what waits or runs. */
  alter(
    target: Target,
    by: number,
    change: { readonly spec: Partial<JobSpec>; readonly submission: Partial<Submission> },
  ): Result[];
  /** Puts back what runs or has ended; `how` adds a hold, and a time (epoch ms) before which what had ended is not to start. */
  requeue(target: Target, by: number, how?: { readonly hold?: Hold; readonly beginAt?: number }): Result[];
  /** `why` is kept with the event in its history. */
  suspend(target: Target, by: number, why?: string): Result[];
  resume(target: Target, by: number): Result[];
  /** Writes a line to the stderr file of what runs. */
  tell(target: Target, by: number, line: string): Result[];
  /** Clears a failed start (Grid Engine's Eqw). */
  clearError(target: Target, by: number): Result[];
  /**
   * Epoch ms by which the job's first waiting element starts if everything ahead takes all the time it may; Infinity
   * where something ahead has no limit, null where it is not a matter of time.
   */
  latestStart(job: number): number | null;
  /** The same for all jobs that wait for their turn and will have it within a day, by number. */
  expectedStarts(): ReadonlyMap<number, Expected>;
  /** Whether something of the job could be started at once; a job that may not start yet is waited for. */
  started(job: number): Promise<boolean>;
  /** Resolves when no element of the job waits or runs any more. */
  finished(job: number): Promise<Finish>;
  /** Calls back with each element of the job that is about to be started or has ended, until the job is finished. */
  watch(
    job: number,
    watcher: { readonly started?: (element: Element) => void; readonly ended: (element: Element) => void },
  ): void;
  /** Where a job is that was handed to a target, by any of its ids; null: here. */
  whereabouts(job: number): Whereabouts | null;
  /** A note on an element for `headnode explain`, and an event in its history. */
  note(job: number, text: string): void;
  /** A job as monitors show it; null if there is none. */
  overview(job: number): WatchedJob | null;
  /** Ids of jobs that are not over, or of which something ended since (epoch ms). */
  recent(since: number): readonly number[];
  /** Parts of a job, from the one at that place on. */
  page(job: number, page: { readonly from: number; readonly count: number }): Page;
  /** Why each part of each job waits, by `reasonKey`. Work grows with what waits. */
  reasons(): ReadonlyMap<ReasonKey, Reason>;
  /** Hears of everything that happens to jobs from now on; takings are at least `gap` ms apart. */
  changes(gap: number): Changes;
  /** What happened to the job (any of its ids), oldest first. */
  history(id: number): readonly HistoryEvent[];
  /** The element with this very id that has started and not ended, with its whole job; null if there is none. */
  allocation(id: number): { readonly job: Job; readonly element: Element } | null;
  /** Begins a step of a running element; null while other steps hold what it needs. */
  beginStep(element: Element, ask: StepAsk): Step | null;
  endStep(step: Step, end: StepEnd): void;
  /** Tells the steps of an element what is meant for them. */
  orderSteps(element: Element, order: StepOrder): void;
  /** Calls back with what is meant for the steps of its element, until this one ends. */
  heedStep(step: Step, hear: (order: StepOrder) => void): void;
  /** Sends a signal to one step of what runs; null ends it. */
  signalStep(target: Target, by: number, what: { readonly step: number; readonly signal: number | null }): Result[];
  /** Resolves when a step of the element, or the element itself, has ended. */
  stepEnded(element: Element): Promise<void>;
  /** Forgets jobs that ended, whole, before that epoch ms; with `dryRun` only counts them. */
  purge(what: { readonly before: number; readonly dryRun: boolean }): Promise<Purged>;
  /** What running elements use at this moment, steps included, by `launchKey`; what does not run any more is left out. */
  usage(elements: readonly Element[]): Promise<ReadonlyMap<string, LiveUsage>>;
  /** The steps of a job's elements, earlier runs too, in order. */
  steps(job: number): readonly Step[];
}
