/** Owns how a trace went when it happened, as far as it was written down. */

import type { Machine, Played } from "./simulate.ts";
import type { TraceJob } from "./trace.ts";

/** What came of it then, on a machine of this size; null where it is not known of every job how long it waited. */
export function recorded(jobs: readonly TraceJob[], { nodes, cpusPerNode }: Machine): Played | null {
  const waits = new Float64Array(jobs.length);
  let [used, end] = [0, 0];
  for (const [at, { submittedAt, wait, runTime, cpus }] of jobs.entries()) {
    if (wait === null) return null;
    waits[at] = wait;
    used += runTime * cpus;
    end = Math.max(end, submittedAt + wait + runTime);
  }
  const makespan = end - (jobs[0]?.submittedAt ?? 0);
  const utilisation = makespan > 0 ? used / (nodes * cpusPerNode * makespan) : 0;
  return { waits, makespan, utilisation, longestQueue: longestQueue(jobs, waits) };
}

/** What is submitted waits for a moment at least, as it does in a play. */
function longestQueue(jobs: readonly TraceJob[], waits: Float64Array): number {
  const starts = waits.map((wait, at) => (jobs[at]?.submittedAt ?? 0) + wait).sort();
  let [started, longest] = [0, 0];
  for (const [at, { submittedAt }] of jobs.entries()) {
    while ((starts[started] ?? Number.POSITIVE_INFINITY) < submittedAt) started++;
    longest = Math.max(longest, at + 1 - started);
  }
  return longest;
}
