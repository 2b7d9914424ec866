/** Owns what a step is: processes that a command started inside a running element, on a share of what it holds. */

import type { Outcome } from "./job.ts";
import type { RankUsage } from "./usage.ts";

/** What a step wants of its element. */
export interface StepAsk {
  readonly name: string;
  /** The command that made it and its words, parted by blanks. */
  readonly submitLine: string;
  readonly ranks: number;
  readonly nodes: number;
  /** Processors for the record. */
  readonly cpus: number;
  /** Processors that no other step may hold meanwhile; 0 shares them with all. */
  readonly holdsCpus: number;
  /** Processors that the element's steps may hold together. */
  readonly mostCpus: number;
  /** GPUs of its own; 0 holds none. */
  readonly holdsGpus: number;
  /** Seconds that it may take; null: as long as its job. */
  readonly wallTime: number | null;
}

/** A step that has begun. Times are epoch milliseconds; `endedAt` and what follows are null until it has ended. */
export interface Step extends StepEnd {
  readonly job: number;
  readonly index: number | null;
  /** Which run of the element. */
  readonly restarts: number;
  /** Counts from 0 in each run of an element. */
  readonly step: number;
  readonly name: string;
  /** The command that made it and its words, parted by blanks; empty in records of before it was kept. */
  readonly submitLine: string;
  readonly ranks: number;
  readonly nodes: number;
  readonly cpus: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Uid of who cancelled it by its number; left out where nobody did. */
  readonly endedBy?: number;
  /** Indices of the GPUs it holds; not kept after its end. */
  readonly gpuList: readonly number[];
  /** Seconds that it may take; null: as long as its job. Not kept after its end. */
  readonly wallTime: number | null;
}

/** How a step ended: the worst of its ranks. */
export interface StepEnd {
  /** What its ranks used; null while it runs, and where nobody knows. It is part of what its element used. */
  readonly usage: RankUsage | null;
  readonly outcome: Outcome | null;
  readonly code: number | null;
  readonly signal: number | null;
}
