/** Owns traces of what was once submitted somewhere, in the Standard Workload Format: one job a line, 18 fields. */

import { UsageError } from "../model/errors.ts";

/** One job of a trace. Times in seconds, from any beginning. */
export interface TraceJob {
  readonly submittedAt: number;
  readonly runTime: number;
  readonly cpus: number;
  /** Infinity where there is no limit. */
  readonly wallTime: number;
  /** How long it waited when it happened; null where nobody wrote that down. */
  readonly wait: number | null;
}

export interface Trace {
  /** In the order of their submission. */
  readonly jobs: readonly TraceJob[];
  /** How many lines say of no run: cancelled before it began, or nobody knows. */
  readonly withoutRun: number;
  /** What its header says of the machine; null where it says nothing. */
  readonly nodes: number | null;
  readonly cpus: number | null;
}

/** Reads a trace. Throws UsageError, with file and line, for a line that is none. */
export function readTrace(text: string, name: string): Trace {
  const jobs: TraceJob[] = [];
  const header = new Map<string, number>();
  let withoutRun = 0;
  for (const [at, line] of text.split("\n").entries()) {
    const [, key = "", value] = /^\s*;\s*(\w+):\s*(\d+)/.exec(line) ?? [];
    if (value !== undefined) header.set(key, Number(value));
    if (/^\s*(;|$)/.test(line)) continue;
    const job = readLine(line.trim().split(/\s+/).map(Number), `${name}:${at + 1}`);
    if (job) jobs.push(job);
    else withoutRun++;
  }
  jobs.sort((a, b) => a.submittedAt - b.submittedAt);
  return { jobs, withoutRun, nodes: header.get("MaxNodes") ?? null, cpus: header.get("MaxProcs") ?? null };
}

/** A line of a trace, in fields that `readTrace` reads; what it does not look at is not known (-1). */
export function writeTraceJob({ submittedAt, wait, runTime, cpus, wallTime }: TraceJob, id: number): string {
  const limit = Number.isFinite(wallTime) ? wallTime : -1;
  return [id, submittedAt, wait ?? -1, runTime, cpus, -1, -1, cpus, limit, -1, 1, -1, -1, -1, -1, -1, -1, -1].join(" ");
}

// What was asked for counts; where nobody wrote it down, what was used does.
function readLine(fields: readonly number[], where: string): TraceJob | null {
  const [, submittedAt = -1, waited = -1, runTime = -1, used = -1, , , asked = -1, limit = -1] = fields;
  if (fields.length < 9 || fields.some(Number.isNaN))
    throw new UsageError(`${where}: this is no line of the Standard Workload Format: 18 numbers make one`, 2);
  const cpus = asked > 0 ? asked : used;
  if (runTime < 0 || cpus <= 0 || submittedAt < 0) return null;
  const wallTime = limit > 0 ? limit : Number.POSITIVE_INFINITY;
  return { submittedAt, runTime, cpus, wallTime, wait: waited < 0 ? null : waited };
}
