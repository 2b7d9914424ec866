/** Owns sdiag: the controller's figures, in its layout. What has no like here is 0. */

import type { Listed } from "../../model/verbs.ts";
import { clockLine } from "./moments.ts";

/** What is told: everything listed since a moment. Times in epoch milliseconds. */
export interface Diagnosed {
  readonly now: number;
  readonly since: number;
  readonly listed: readonly Listed[];
}

/** The report. */
export function diagnosticsText({ now, since, listed }: Diagnosed): string {
  const at = (epoch: number) => `${clockLine(epoch).trimEnd()} (${Math.floor(epoch / 1000)})`;
  return [
    stars,
    `sdiag output at ${at(now)}`,
    `Data since      ${at(since)}`,
    stars,
    ...servers.map(([name, value]) => `${`${name}:`.padEnd(22)}${value}`),
    "",
    ...counts(listed, since).map(([name, value]) => `${`${name}:`.padEnd(16)}${value}`),
    "",
    `Job states ts:  ${at(now)}`,
    ...states(listed).map(([name, value]) => `${`${name}:`.padEnd(16)}${value}`),
    "",
    "Main schedule statistics (microseconds):",
    ...mainStatistics.map((name) => `\t${name} 0`),
    `\tLast queue length: ${waiting(listed)}`,
    "",
    "Backfilling stats",
    ...backfillStatistics.map((name) => `\t${name} 0`),
    "",
    "Latency for 1000 calls to gettimeofday(): 0 microseconds",
    "",
    "Remote Procedure Call statistics by message type",
    "",
    "Remote Procedure Call statistics by user",
    "",
    "Pending RPC statistics",
    "\tNo pending RPCs",
    "",
  ].join("\n");
}

const stars = "*".repeat(55);

const servers: readonly (readonly [name: string, value: number])[] = [
  ["Server thread count", 1],
  ["Agent queue size", 0],
  ["Agent count", 0],
  ["Agent thread count", 0],
  ["DBD Agent queue size", 0],
];

const mainStatistics = [
  "Last cycle:  ",
  "Max cycle:   ",
  "Total cycles:",
  "Mean cycle:  ",
  "Mean depth cycle: ",
  "Cycles per minute:",
];

const backfillStatistics = [
  "Total backfilled jobs (since last slurm start):",
  "Total backfilled jobs (since last stats cycle start):",
  "Total backfilled heterogeneous job components:",
  "Total cycles:",
  "Last cycle:",
  "Max cycle: ",
  "Last depth cycle:",
  "Last depth cycle (try sched):",
  "Last queue length:",
  "Last table size:",
];

function counts(listed: readonly Listed[], since: number): readonly (readonly [string, number])[] {
  const elements = listed.flatMap((each) => (each.kind === "element" ? [each.element] : []));
  const ended = (...outcomes: readonly string[]) =>
    elements.filter(({ outcome }) => outcome !== null && outcomes.includes(outcome)).length;
  const submitted = new Set(listed.filter(({ job }) => job.submittedAt >= since).map(({ job }) => job.id));
  const removed = listed.filter(({ kind }) => kind === "removed").length;
  return [
    ["Jobs submitted", submitted.size],
    ["Jobs started", elements.filter(({ startedAt }) => (startedAt ?? 0) >= since).length],
    ["Jobs completed", ended("completed", "failed", "timedOut", "outOfMemory", "deadlineMissed")],
    ["Jobs canceled", ended("cancelled") + removed],
    ["Jobs failed", ended("nodeFailed", "launchFailed")],
  ];
}

function states(listed: readonly Listed[]): readonly (readonly [string, number])[] {
  const running = listed.filter((each) => each.kind === "element" && each.element.state !== "ended").length;
  return [
    ["Jobs pending", waiting(listed)],
    ["Jobs running", running],
  ];
}

function waiting(listed: readonly Listed[]): number {
  return listed.filter(({ kind }) => kind === "waiting").length;
}
