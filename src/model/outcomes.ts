/** Owns how elements ended, in words that are no dialect's. */

import type { Outcome } from "./job.ts";

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  completed: "done",
  failed: "failed",
  cancelled: "cancelled",
  timedOut: "out of time",
  outOfMemory: "out of memory",
  nodeFailed: "lost with its node",
  deadlineMissed: "too late for its deadline",
  launchFailed: "could not be started",
};
