/** Owns thresholds of load: what is measured of the machine, and which queues are beyond theirs. */

import { type ClusterDescription, type Queue, type Threshold, totals } from "./cluster.ts";
import { type MachineUse, measures } from "./machine-use.ts";

/** A threshold that is reached, and what was measured. */
export interface Beyond extends Threshold {
  readonly measured: number;
}

/** `load`: the queue takes no more jobs; `suspend`: some of its jobs are stopped. */
export type ThresholdKind = "load" | "suspend";

/** Those of a queue's thresholds that are reached. */
export function beyond(
  queue: Pick<Queue, "thresholds"> | undefined,
  kind: ThresholdKind,
  { cluster, use }: { readonly cluster: ClusterDescription; readonly use: MachineUse },
): readonly Beyond[] {
  const { cpus } = totals(cluster);
  return (queue?.thresholds?.[kind] ?? [])
    .map((threshold) => ({ ...threshold, measured: measures[threshold.measure](use, Math.max(1, cpus)) }))
    .filter(({ measured, limit, least }) => (least ? measured <= limit : measured >= limit));
}

/** Queues that have thresholds of a kind. */
export function watchedQueues({ queues }: ClusterDescription, kind: ThresholdKind): readonly Queue[] {
  return queues.filter(({ thresholds }) => (thresholds?.[kind].length ?? 0) > 0);
}
