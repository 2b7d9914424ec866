/** Owns what the scheduler is shown and what it may decide. */

import type { Node } from "./cluster.ts";
import type { Standing } from "./dependency.ts";
import type { Waiting } from "./job.ts";
import type { Need, Share } from "./need.ts";

/** A job that has waiting elements, as far as the scheduler cares. */
export interface QueuedJob {
  readonly id: number;
  readonly priority: number;
  readonly submittedAt: number;
  readonly need: Need;
  /** Empty where nobody described any. */
  readonly queue: string;
  /** Those that will do, the best first; left out: the one it is in. */
  readonly queues?: readonly string[];
  /** Why it can't start in its queue, whatever is free; null where nothing is in the way. */
  readonly beyondQueue: Reason | null;
  readonly throttle: number;
  /** Elements of this job that run or are being started. */
  readonly active: number;
  readonly waiting: readonly Waiting[];
  /** Where its dependency stands for an element; asked only for elements that could start. */
  readonly standing: (index: number | null) => Standing;
  /** Whether the standing differs from element to element; if not it is asked once, with null. */
  readonly perElement: boolean;
  /** Cancelled by the scheduler when the dependency can no longer be met. */
  readonly cancelIfNeverMet: boolean;
  /** Epoch ms after which it is of no use; 0 is never. */
  readonly deadline: number;
}

/** An element that holds resources. */
export interface Holding {
  readonly job: number;
  readonly index: number | null;
  readonly node: string;
  readonly need: Need;
  readonly cpuList: readonly number[];
  readonly gpuList: readonly number[];
  readonly queue: string;
  /** Left out: all of it is in its queue. */
  readonly shares?: readonly Share[];
  /** Epoch ms. */
  readonly startedAt: number;
}

/** All the scheduler sees. Jobs come in their order: priority downwards, then age. */
export interface Snapshot {
  readonly nodes: readonly Node[];
  readonly queued: Iterable<QueuedJob>;
  readonly holding: readonly Holding[];
  /** Queues that start nothing now. */
  readonly closed?: ReadonlySet<string>;
  /** How much there is of what is counted by name; left out: nothing is. */
  readonly capacities?: ReadonlyMap<string, number>;
}

/** When and where a job will start at the latest, if everything ahead takes all the time it may. */
export interface Expected {
  /** Epoch ms. */
  readonly at: number;
  readonly nodes: readonly string[];
}

/** Rules of the house. */
export interface Policy {
  /** Later, smaller jobs may start if they delay nobody ahead of them. */
  readonly backfill: boolean;
  /** Queued jobs looked at in one pass; 0: there is none, nothing starts, and what only a pass finds in the way is not known. */
  readonly depth: number;
  /** What is greater than all there is runs alone with all of it, or waits for what may come and holds nobody up. */
  readonly oversized: "runs" | "waits";
}

/** Why an element waits. */
export type Reason =
  | "none"
  | "resources"
  | "priority"
  /** What it wants is kept for a job of another queue that is ahead. */
  | "reserved"
  | "dependency"
  | "dependencyNeverMet"
  | "heldByUser"
  | "heldByOperator"
  | "beginTime"
  | "throttle"
  | "queueDown"
  /** Nodes that it needs start nothing now. */
  | "nodesDown"
  | "queueTimeLimit"
  | "queueNodeLimit"
  | "queueConfiguration"
  | "startFailed"
  | "requeuedHeld"
  /** It was handed to a target that gives no answer: nobody knows how it stands there. */
  | "targetSilent"
  /** Its target answers, but has not taken it yet. */
  | "notTaken";

/** A waiting part among the reasons: its job's number where it is a plain job, else `7.3`, with the part's lowest index. */
export type ReasonKey = number | string;

export function reasonKey(job: number, { indices }: Pick<Waiting, "indices">): ReasonKey {
  return indices === null ? job : `${job}.${indices[0]?.[0] ?? 0}`;
}

/** The job of a part among the reasons. */
export function jobOfReason(key: ReasonKey): number {
  return typeof key === "number" ? key : Number(key.slice(0, key.indexOf(".")));
}

/** What is to happen. `wake`: nothing before then can change. */
export type Decision =
  | {
      readonly kind: "start";
      readonly job: number;
      readonly index: number | null;
      readonly node: string;
      readonly cpuList: readonly number[];
      readonly gpuList: readonly number[];
      readonly queue: string;
      /** Left out: all that the job wants, in that queue. */
      readonly shares?: readonly Share[];
    }
  | {
      readonly kind: "cancel";
      readonly job: number;
      readonly index: number | null;
      readonly why: "dependencyNeverMet" | "deadline";
    }
  | { readonly kind: "wake"; readonly at: number };
