/** Owns what is known of a run: every element and how it ended, made of the daemon's events one by one. */

import type { Outcome } from "../model/job.ts";
import { outcomeWords } from "../model/outcomes.ts";
import type { RunEvent } from "../model/run.ts";

/** One element of a run. A repetition takes the place of what it repeats. */
export interface Outcomes {
  readonly name: string;
  readonly script: string;
  /** `12` or `12_3`. */
  readonly id: string;
  readonly job: number;
  readonly index: number | null;
  readonly outcome: Outcome | "removed";
  readonly code: number | null;
  readonly signal: number | null;
  readonly remark: string;
  /** Milliseconds. */
  readonly took: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface KnownJob {
  readonly name: string;
  readonly script: string;
  readonly count: number;
  /** The first job of a chain of repetitions. */
  readonly root: number;
}

/** A run so far. */
export interface Results {
  readonly jobs: Map<number, KnownJob>;
  /** By root job and index; the last attempt counts. */
  readonly ended: Map<string, Outcomes>;
  readonly running: Map<string, { readonly stdout: string; readonly stderr: string }>;
  /** Elements that are expected to end, repetitions not counted. */
  total: number;
  removed: number;
  /** What was removed before it started: the job, and its indices as text (empty for a plain job). */
  readonly removedParts: { readonly job: number; readonly indices: string }[];
}

export function noResults(): Results {
  return { jobs: new Map(), ended: new Map(), running: new Map(), total: 0, removed: 0, removedParts: [] };
}

/** Takes an event into account. */
export function note(results: Results, event: RunEvent): void {
  switch (event.kind) {
    case "submitted":
      submitted(results, event);
      return;
    case "started":
      results.running.set(`${event.job} ${event.index}`, {
        stdout: event.stdout.path,
        stderr: event.stderr?.path ?? "",
      });
      return;
    case "ended":
      ended(results, event);
      return;
    case "removed":
      results.removed += event.count;
      results.removedParts.push({ job: event.job, indices: event.indices ?? "" });
      return;
    case "nothing":
      return;
  }
}

/** What is written where an element is meant: `12`, or `12_3`. */
export function elementName(job: number, index: number | null): string {
  return index === null ? String(job) : `${job}_${index}`;
}

/** Elements that did not do what they were to, in order. */
export function failures({ ended: all }: Results): readonly Outcomes[] {
  return [...all.values()]
    .filter(({ outcome }) => outcome !== "completed")
    .sort((a, b) => a.job - b.job || (a.index ?? 0) - (b.index ?? 0));
}

/** What did not succeed or never ran, job by job, as a later run is asked for it. */
export function unfinished(results: Results): readonly { readonly job: number; readonly indices: string }[] {
  const parts = new Map<number, string[]>();
  const add = (job: number, indices: string) => parts.set(job, [...(parts.get(job) ?? []), indices]);
  for (const { job, index } of failures(results)) add(job, index === null ? "" : `${index}`);
  for (const { job, indices } of results.removedParts) add(job, indices);
  return [...parts].map(([job, indices]) => ({ job, indices: indices.join(",") }));
}

/**
 * The exit code of a run: the highest of its elements', as `sbatch --wait` gives. A signal counts 128 more than its
 * number, what never ran or ran out of time 1.
 */
export function exitCodeOf(results: Results): number {
  const codes = [...results.ended.values()].map(codeOf);
  return codes.reduce((most, code) => Math.max(most, code), results.removed > 0 ? 1 : 0);
}

function codeOf({ outcome, code, signal }: Outcomes): number {
  if (outcome === "completed") return 0;
  if (outcome === "failed" && signal) return 128 + signal;
  return outcome === "failed" && code ? code : 1;
}

function submitted(results: Results, event: RunEvent & { readonly kind: "submitted" }): void {
  const { job, name, script, count, again } = event;
  const root = again === null ? job : (results.jobs.get(again)?.root ?? job);
  results.jobs.set(job, { name, script, count, root });
  if (root === job) results.total += count;
}

function ended(results: Results, event: RunEvent & { readonly kind: "ended" }): void {
  const { job, index, outcome, code, signal, remark, took } = event;
  const { name, script, root } = results.jobs.get(job) ?? { name: "", script: "", root: job };
  const key = `${job} ${index}`;
  const files = results.running.get(key) ?? { stdout: "", stderr: "" };
  results.running.delete(key);
  const id = elementName(job, index);
  results.ended.set(`${root} ${index}`, {
    name,
    script,
    id,
    job,
    index,
    outcome,
    code,
    signal,
    remark,
    took,
    ...files,
  });
}

/** How an element ended, in words: `exit code 3`, `signal 9`, `out of time`. */
export function endText({ outcome, code, signal, remark }: Outcomes): string {
  const what =
    outcome === "failed" ? (signal ? `ended by signal ${signal}` : `exit code ${code ?? 1}`) : words[outcome];
  return remark ? `${what}: ${remark}` : what;
}

const words: Readonly<Record<Outcomes["outcome"], string>> = { ...outcomeWords, removed: "removed before it started" };
