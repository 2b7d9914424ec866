/** Owns since when a job could have started, and since when its age counts. */

import type { Reason } from "../../model/scheduling.ts";
import type { Line } from "./listing.ts";

// What waits of an array has no such time until an element of it starts.
const freeReasons: readonly Reason[] = ["none", "resources", "priority", "reserved"];

/** Epoch ms from which the job could have started; null while something else than a time to come is in the way. */
export function eligibleAt({ listed, job, now }: Pick<Line, "listed" | "job" | "now">): number | null {
  if (listed.kind !== "waiting") return Math.max(job.submittedAt, job.beginAt);
  const { beginAt } = listed.part;
  // A time that was said stays, also for what is held meanwhile; one before the submission was none.
  if (beginAt > now || beginAt >= job.submittedAt) return beginAt;
  if (listed.reason !== "beginTime" && (!freeReasons.includes(listed.reason) || job.indices !== null)) return null;
  return job.submittedAt;
}

/** Epoch ms from which its age counts; null while it is held before that time. */
export function accruedAt(line: Line): number | null {
  if (line.job.indices !== null || line.job.attended) return null;
  const { listed, now } = line;
  const at = eligibleAt(line);
  const held = listed.kind === "waiting" && listed.part.restarts === 0 && listed.part.holds.length > 0;
  return held && at !== null && at > now ? null : at;
}
