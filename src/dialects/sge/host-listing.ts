/** Owns qhost's listing as text: a line for each host, its resources, its queues and the jobs that run there. */

import { padded } from "../../language/column.ts";
import type { Node } from "../../model/cluster.ts";
import type { HostAsks } from "./host-options.ts";
import { figures, type HostFigure, type HostJob, type HostView, hostViews } from "./host-view.ts";
import type { InstanceWorld } from "./queue-instances.ts";
import { valueText } from "./resource-values.ts";
import { tasksText } from "./tasks.ts";
import { stampText } from "./times.ts";

/** The listing, line by line. */
export function* hostLines(world: InstanceWorld, asks: HostAsks): Generator<string> {
  const shown = figures(asks.plain === true);
  const heading = hostLine("HOSTNAME", shown, ({ heading: text }) => text);
  yield heading;
  yield `${"-".repeat(heading.length - 1)}\n`;
  // A host that is all hosts together has nothing of its own; a search for resources passes it over.
  if (!asks.requests) yield hostLine("global", shown, () => "-");
  for (const view of hostViews(world, asks)) {
    yield hostLine(view.node.name, shown, ({ text }) => text(view));
    yield* resourceLines(view, asks.resources !== "");
    yield* view.queues ? queueLines(view) : jobTable(view.jobs);
  }
}

type FigureText = (figure: HostFigure, node?: Node) => string;

function hostLine(name: string, shown: readonly HostFigure[], textOf: FigureText): string {
  const cells = shown.map((one) => padded(textOf(one), one.width, one.xml !== "arch_string"));
  return `${[padded(name, 23, false), ...cells].join(" ")}\n`;
}

// The first line of those that were asked for by name has words before it.
function* resourceLines({ resources }: HostView, named: boolean): Generator<string> {
  for (const [at, offer] of (resources ?? []).entries())
    yield `${at === 0 && named ? "    Host Resource(s):      " : "   "}${offer.source}:${offer.name}=${valueText(offer, "host")}\n`;
}

function* queueLines({ queues, jobs }: HostView): Generator<string> {
  for (const { name, used, slots, states } of queues ?? []) {
    yield `   ${name.padEnd(20)} BIP   ${`0/${used}/${slots}`.padEnd(14)}${states}\n`;
    for (const job of jobs.filter(({ line }) => line.job.queue === name)) yield jobLine(job, false);
  }
}

function* jobTable(jobs: readonly HostJob[]): Generator<string> {
  if (jobs.length > 0) yield jobHeading;
  for (const job of jobs) yield jobLine(job, true);
}

const jobHeading = `   job-ID  prior   name       user         state submit/start at     queue      master ja-task-ID \n   ${"-".repeat(94)}\n`;

function jobLine({ line, priority, role, further }: HostJob, withQueue: boolean): string {
  const { job, state, at, tasks, queue } = line;
  const cells = [
    String(job.id).padStart(7),
    priority.toFixed(5),
    padded(job.name, 10, false),
    padded(job.user.name, 12, false),
    padded(state, 5, false),
    stampText(at),
  ].join(" ");
  const head = !further ? cells : " ".repeat(cells.length);
  const place = withQueue ? `${padded(queue, 10, false)} ` : "";
  return `   ${head} ${place}${role.padEnd(6)} ${tasks ? tasksText(tasks, 1) : "       "}\n`;
}
