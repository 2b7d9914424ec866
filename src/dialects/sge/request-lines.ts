/** Owns the lines of `qstat -r` under each job: what it asked for. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { JobHead } from "../../model/verbs.ts";
import { amountText } from "./amounts.ts";
import { slotsText } from "./detail-rows.ts";
import type { Line } from "./lines.ts";
import type { QstatAsks } from "./qstat-options.ts";

/** The lines under one line of the listing; `predecessors` are the jobs it still waits for. */
export function* requestLines(
  line: Line,
  predecessors: readonly number[],
  { cluster, asks }: { readonly cluster: ClusterDescription; readonly asks: QstatAsks },
): Generator<string> {
  const { job, element } = line;
  const { spec } = job;
  yield row("Full jobname:", job.name);
  if (element) yield row("Master Queue:", `${job.queue}@${element.node || cluster.host}`);
  if (spec.parallelEnvironment) {
    yield row("Requested PE:", `${spec.parallelEnvironment.name} ${slotsText(spec.parallelEnvironment)}`);
    if (element) yield row("Granted PE:", `${spec.parallelEnvironment.name} ${line.slots}`);
  }
  yield* requests(job, "Hard");
  if (asks.blocks && element) yield* defaults(job, cluster);
  yield* requests(job, "Soft");
  if (spec.queues) yield `       Hard requested queues: ${spec.queues.join(", ")}\n`;
  if (spec.masterQueues) yield `       Master task hard requested queues: ${spec.masterQueues.join(", ")}\n`;
  yield* waits(job, predecessors);
  if (!asks.plain) yield row("Binding:", spec.binding ?? "NONE");
}

/** The jobs, by number or name, that a job asked to wait for. */
export function requestedPredecessors({ spec }: JobHead): readonly (string | number)[] {
  const conditions = spec.dependency?.conditions ?? [];
  return conditions.flatMap((one) => (one.kind === "singleton" ? [] : [one.job ?? one.name ?? ""]));
}

// What a consumable is worth where nobody asked, told of running jobs where queues are shown.
function* defaults({ spec }: JobHead, { defaultMemoryPerCpu }: ClusterDescription): Generator<string> {
  if (defaultMemoryPerCpu === null || spec.requests?.some(({ name }) => name === "h_vmem")) return;
  yield `       h_vmem=${amountText(defaultMemoryPerCpu, 0)} (default)\n`;
}

function row(key: string, value: string): string {
  return `       ${key.padEnd(18)}${value}\n`;
}

// Hard requests show their urgency contribution; none of those that can be asked for has one.
function* requests({ spec }: JobHead, kind: "Hard" | "Soft"): Generator<string> {
  const asked = (spec.requests ?? []).filter(({ soft }) => soft === (kind === "Soft"));
  const urgency = (value: string) => (kind === "Soft" ? "" : ` (${value.startsWith("-") ? "-" : ""}0.000000)`);
  const [first = "", ...rest] = asked.map(({ name, value }) => `${name}=${value}${urgency(value)}`);
  yield row(`${kind} Resources:`, first);
  for (const one of rest) yield `${" ".repeat(25)}${one}\n`;
}

function* waits(job: JobHead, predecessors: readonly number[]): Generator<string> {
  const asked = requestedPredecessors(job);
  if (asked.length) yield `       Predecessor Jobs (request): ${asked.join(", ")}\n`;
  if (asked.length && predecessors.length) yield `       Predecessor Jobs: ${predecessors.join(", ")}\n`;
}
