/** Owns what keeps a job from starting, or ends it, whatever the machine has free. */

import { eachIndex } from "../model/indices.ts";
import type { Waiting } from "../model/job.ts";
import type { Decision, QueuedJob, Reason } from "../model/scheduling.ts";

/** What stands in the way of a part of a job. `until`: epoch ms at which to look again; 0 is not known. */
export type Examined =
  | { readonly kind: "eligible" }
  | { readonly kind: "waits"; readonly reason: Reason; readonly until: number };

/** Whether elements of this part may start now if there is room. Where dependencies differ by element, some may. */
export function examinePart(job: QueuedJob, part: Waiting, now: number): Examined {
  if (part.error !== null) return { kind: "waits", reason: "startFailed", until: 0 };
  const hold = part.holds[0];
  if (hold) return { kind: "waits", reason: heldReason(part), until: 0 };
  if (part.beginAt > now) return { kind: "waits", reason: "beginTime", until: part.beginAt };
  if (job.beyondQueue !== null) return { kind: "waits", reason: job.beyondQueue, until: 0 };
  if (job.need.unsuited !== undefined) return { kind: "waits", reason: "resources", until: 0 };
  if (job.perElement) return { kind: "eligible" };
  const standing = job.standing(null);
  if (standing === "met") return { kind: "eligible" };
  return { kind: "waits", reason: standing === "never" ? "dependencyNeverMet" : "dependency", until: 0 };
}

/** What of the job is to be cancelled now: it can't end before its deadline, or its dependency can never be met. */
export function expired(job: QueuedJob, now: number): Decision[] {
  if (job.deadline > 0 && now > latestStart(job))
    return [{ kind: "cancel", job: job.id, index: null, why: "deadline" }];
  if (!job.cancelIfNeverMet) return [];
  if (!job.perElement) return job.standing(null) === "never" ? [neverMet(job.id, null)] : [];
  return job.waiting.flatMap((part) =>
    part.indices === null
      ? []
      : [...eachIndex(part.indices)]
          .filter((index) => job.standing(index) === "never")
          .map((index) => neverMet(job.id, index)),
  );
}

/** Epoch ms of the last moment at which the job can start and still end before its deadline. */
export function latestStart(job: QueuedJob): number {
  return Number.isFinite(job.need.wallTime) ? job.deadline - job.need.wallTime : job.deadline;
}

function heldReason(part: Waiting): Reason {
  // Where several hold it, the one that the user can't release is the one that matters.
  if (part.holds.some((hold) => hold !== "user")) return "heldByOperator";
  return part.restarts > 0 ? "requeuedHeld" : "heldByUser";
}

function neverMet(job: number, index: number | null): Decision {
  return { kind: "cancel", job, index, why: "dependencyNeverMet" };
}
