/** Owns what a key of `scontrol update` is asked with, and what it answers. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Hold, Submission } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead } from "../../model/verbs.ts";

/** What is said of a key, and of which job. */
export interface Asked {
  readonly key: string;
  readonly value: string;
  readonly job: JobHead;
  /** Epoch ms of the start; null where it waits. */
  readonly startedAt: number | null;
  /** What holds those that wait. */
  readonly holds: readonly Hold[];
  readonly cluster: ClusterDescription;
  readonly now: number;
  readonly uid: number;
  readonly operator: boolean;
}

/** What becomes of the job; or why not, in the controller's words. */
export type Change =
  | { readonly spec?: Partial<JobSpec>; readonly submission?: Partial<Submission> }
  | { readonly refused: string };
