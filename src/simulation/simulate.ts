/** Owns the play of a trace in virtual time: jobs are submitted and end when they did, and the scheduler says when they start. */

import type { Node } from "../model/cluster.ts";
import type { Holding, Policy, QueuedJob } from "../model/scheduling.ts";
import { occupancyOf } from "../scheduler/occupancy.ts";
import { schedule } from "../scheduler/schedule.ts";
import { createEnds } from "./ends.ts";
import type { TraceJob } from "./trace.ts";

/** What it is played on. */
export interface Machine {
  readonly nodes: number;
  readonly cpusPerNode: number;
}

/** What came of it. Times in seconds. */
export interface Played {
  /** By job, in the trace's order; NaN for one that is greater than the machine and never starts. */
  readonly waits: Float64Array;
  /** From the first submission to the last end. */
  readonly makespan: number;
  /** Processor time that was used, of what there was until the last end; 0 to 1. */
  readonly utilisation: number;
  readonly longestQueue: number;
}

/** Plays jobs, given in order of submission, under a policy. A job that runs into its limit ends there. */
export function simulate(
  jobs: readonly TraceJob[],
  machine: Machine,
  rules: Pick<Policy, "backfill" | "depth">,
): Played {
  const policy: Policy = { ...rules, oversized: "waits" };
  const capacity = machine.nodes * machine.cpusPerNode;
  const occupancy = occupancyOf({ nodes: nodesOf(machine), holding: [] }, policy);
  const waiting = new Map<number, QueuedJob>();
  const ends = createEnds<Holding>();
  const waits = new Float64Array(jobs.length).fill(Number.NaN);
  let [next, used, longestQueue, now] = [0, 0, 0, 0];

  const submit = (): void => {
    for (let job = jobs[next]; job && job.submittedAt * 1000 <= now; job = jobs[++next])
      if (job.cpus <= capacity) waiting.set(next, queued(job, next, machine));
    longestQueue = Math.max(longestQueue, waiting.size);
  };
  const end = (): void => {
    while (ends.next() <= now) {
      const held = ends.take();
      if (held) occupancy.release(held);
    }
  };
  const start = (): void => {
    for (const decision of schedule({ queued: waiting.values(), occupancy }, policy, now)) {
      const [job, traced] = decision.kind === "start" ? [waiting.get(decision.job), jobs[decision.job]] : [];
      if (decision.kind !== "start" || !job || !traced) continue;
      waiting.delete(job.id);
      const runTime = Math.min(traced.runTime, traced.wallTime);
      waits[job.id] = now / 1000 - traced.submittedAt;
      used += runTime * traced.cpus;
      ends.add(now + runTime * 1000, { ...decision, need: job.need, startedAt: now });
    }
  };
  for (;;) {
    const at = Math.min((jobs[next]?.submittedAt ?? Number.POSITIVE_INFINITY) * 1000, ends.next());
    if (at === Number.POSITIVE_INFINITY) break;
    now = at;
    end();
    submit();
    if (waiting.size > 0) start();
  }
  const makespan = now / 1000 - (jobs[0]?.submittedAt ?? 0);
  return { waits, makespan, utilisation: makespan > 0 ? used / (capacity * makespan) : 0, longestQueue };
}

function nodesOf({ nodes, cpusPerNode }: Machine): readonly Node[] {
  return Array.from({ length: nodes }, (_, at) => ({ name: `n${at + 1}`, cpus: cpusPerNode, memory: 0, gpus: 0 }));
}

const always = () => "met" as const;

function queued({ submittedAt, cpus, wallTime }: TraceJob, id: number, { cpusPerNode }: Machine): QueuedJob {
  return {
    ...{ id, priority: 0, submittedAt: submittedAt * 1000, queue: "", beyondQueue: null, throttle: 0, active: 0 },
    need: { cpus, memory: 0, gpus: 0, nodes: Math.ceil(cpus / cpusPerNode), wallTime: wallTime * 1000 },
    waiting: [{ job: id, indices: null, holds: [], error: null, restarts: 0, beginAt: 0 }],
    ...{ standing: always, perElement: false, cancelIfNeverMet: false, deadline: 0 },
  };
}
