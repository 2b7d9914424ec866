/** Owns what is known of why jobs wait before a scheduler has looked at them. */

import { type QueuedJob, type Reason, type ReasonKey, reasonKey } from "../model/scheduling.ts";
import { type Examined, examinePart } from "./examine.ts";

/** By `reasonKey`. What stands in a job's own way is known, who holds it and for whom it waits; not that its time has not come. */
export function unseen(queued: Iterable<QueuedJob>, now: number): Map<ReasonKey, Reason> {
  const parts = [...queued].flatMap((job) => job.waiting.map((part) => ({ job, part })));
  return new Map(
    parts.map(({ job, part }) => [reasonKey(job.id, part), knownAtOnce(job, examinePart(job, part, now))]),
  );
}

function knownAtOnce({ beyondQueue }: QueuedJob, examined: Examined): Reason {
  if (examined.kind === "eligible" || examined.reason === "beginTime") return "none";
  // Slurm finds out only then by which limit of the queue it is kept.
  return examined.reason === beyondQueue ? "queueConfiguration" : examined.reason;
}
