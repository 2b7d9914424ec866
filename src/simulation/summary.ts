/** Owns the figures that a play comes to: how long jobs waited, and for how much longer than they ran. */

import type { Played } from "./simulate.ts";
import type { TraceJob } from "./trace.ts";

export interface Spread {
  readonly mean: number;
  readonly median: number;
  /** What 95 of 100 stay below. */
  readonly most95: number;
  readonly most: number;
}

/** Times in seconds. */
export interface Summary {
  readonly started: number;
  readonly wait: Spread;
  /** Of each job (wait + run) / run, where a run counts as 10 s at least and a slowdown as 1. */
  readonly boundedSlowdown: Spread;
  readonly utilisation: number;
  readonly makespan: number;
  readonly longestQueue: number;
}

/** Seconds below which a run is so short that every wait looks long. */
const shortest = 10;

export function summaryOf(jobs: readonly TraceJob[], { waits, makespan, utilisation, longestQueue }: Played): Summary {
  const started = waits.filter((wait) => !Number.isNaN(wait));
  const slowdowns = waits.map((wait, at) => slowdown(wait, jobs[at])).filter((value) => !Number.isNaN(value));
  return {
    ...{ started: started.length, wait: spreadOf(started), boundedSlowdown: spreadOf(slowdowns) },
    ...{ utilisation, makespan, longestQueue },
  };
}

function slowdown(wait: number, job: TraceJob | undefined): number {
  const run = Math.min(job?.runTime ?? 0, job?.wallTime ?? 0);
  return Math.max(1, (wait + run) / Math.max(run, shortest));
}

function spreadOf(values: Float64Array): Spread {
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { mean: sum / Math.max(1, sorted.length), median: at(0.5), most95: at(0.95), most: at(1) };
}
