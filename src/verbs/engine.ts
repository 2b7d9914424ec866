/** Owns what the verbs ask of whoever runs the jobs; the daemon's loop is one, a test may be another. */

import type { AttendedEnd } from "../model/attended.ts";
import type { Receipt, Whereabouts } from "../model/forwarding.ts";
import type { Indices } from "../model/indices.ts";
import type { Alteration, Element } from "../model/job.ts";
import type { Launch, TimelineRow } from "../model/launch.ts";
import type { Expected, Reason, ReasonKey } from "../model/scheduling.ts";
import type { LiveUsage } from "../model/usage.ts";
import type { Changes, JobHead, JudgedCondition, SignalAsk } from "../model/verbs.ts";
import type { Stop } from "../store/element-rows.ts";

export interface Engine {
  /** Why each waiting part of each job waits, by `reasonKey`. */
  reasons(): ReadonlyMap<ReasonKey, Reason>;
  /** Epoch ms by which the job starts; Infinity where nobody knows, null where it isn't a matter of time. */
  latestStart(job: number): number | null;
  /** When the jobs will start that wait for their turn, by number. */
  expectedStarts(): ReadonlyMap<number, Expected>;
  /** Where the conditions of a waiting job stand, for the element `index` where they are element by element. */
  conditions(job: number, index: number | null): readonly JudgedCondition[];
  /** What waits is about to be changed: what was heard of jobs is in the store, and nothing begins by itself any more. */
  settle(): void;
  /** What operators said of nodes and queues was changed in the store. */
  amended(): void;
  /** Something of this job was changed in the store. */
  changed(job: number): void;
  /** The same, behind the answers that are about to be given, and before anything else that callers say is heard. */
  changedBehindAnswers(job: number): void;
  /** Brings a running element, already marked in the store, to its end. */
  stop(element: Element, why: Stop): void;
  /** Sends signals to a running element. */
  signal(element: Element, rows: readonly TimelineRow[]): void;
  /** Has the target told that has the element; false: none has it. Throws RefusedError where it can't be told. */
  signalThere(element: Element, what: Pick<SignalAsk, "signal" | "to">): boolean;
  /** The time limit of a running element was changed in the store. */
  retime(element: Element): void;
  /** A running element was suspended, or goes on: its limit may stand still meanwhile. */
  pace(element: Element): void;
  /** Says who attends to a job of which nothing is to be started. */
  claim(job: number, claim: Claim): void;
  /** An attended job has ended. */
  release(job: number, how: AttendedEnd): void;
  /** What these elements use now, by key; those that no runner knows are left out. */
  usage(elements: readonly Element[]): Promise<ReadonlyMap<string, LiveUsage>>;
  /** Where a job is that was handed to a target; null: here. */
  whereabouts(job: number): Whereabouts | null;
  /**
   * Has a change of a job told to the target that has it; null: no target has it, its rows are all there is of it. Throws
   * RefusedError where the target can't be told.
   */
  alterThere(job: JobHead, asked: AwayAlteration): Promise<Receipt> | null;
  /** Gathers what happens to jobs. */
  changes(gap: number): Changes;
  /** Calls back with each element that ends from now on, then once when nothing of the job waits or runs. */
  watch(job: number, watcher: Watcher): void;
}

/** A change of a job or of some of its elements (null: all of it). `by`: uid. */
export interface AwayAlteration {
  readonly indices: Indices | null;
  readonly change: Alteration;
  readonly by: number;
}

/** Who attends to a job. */
export interface Claim {
  /** It has its resources; `launch` is what a batch job would have been started with. */
  granted(launch: Launch): void;
  /** Something is due for what runs in it. */
  order(row: TimelineRow): void;
}

export interface Watcher {
  /** An element is about to be started. */
  started?(element: Element): void;
  /** What its runner does to it at a time of its own has begun, by the tag of the timeline's row. */
  due?(element: Element, tag: string): void;
  ended(element: Element): void;
  finished(): void;
}
