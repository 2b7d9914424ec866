/** Owns the lines of `qstat -r` under each job: what it asked for. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { JobHead } from "../../model/verbs.ts";
import { slotsText } from "./detail-rows.ts";
import type { Line } from "./lines.ts";

/** The lines under one line of the listing; `predecessors` are the jobs it still waits for. */
export function* requestLines(
  line: Line,
  predecessors: readonly number[],
  cluster: ClusterDescription,
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
  yield* requests(job, "Soft");
  if (spec.queues) yield `       Hard requested queues: ${spec.queues.join(", ")}\n`;
  yield* waits(job, predecessors);
  yield row("Binding:", spec.binding ?? "NONE");
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

function* waits({ spec }: JobHead, predecessors: readonly number[]): Generator<string> {
  const asked =
    spec.dependency?.conditions.flatMap((one) => (one.kind === "singleton" ? [] : [one.job ?? one.name])) ?? [];
  if (asked.length) yield `       Predecessor Jobs (request): ${asked.join(", ")}\n`;
  if (asked.length && predecessors.length) yield `       Predecessor Jobs: ${predecessors.join(", ")}\n`;
}
