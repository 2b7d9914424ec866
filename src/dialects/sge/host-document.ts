/** Owns qhost's listing as XML, with the real one's own indentation and single quotes. */

import type { HostAsks } from "./host-options.ts";
import { figures, type HostFigure, type HostJob, type HostView, hostViews } from "./host-view.ts";
import type { QueueInstance } from "./queue-instance.ts";
import type { InstanceWorld } from "./queue-instances.ts";
import { valueText } from "./resource-values.ts";
import { tasksText } from "./tasks.ts";
import { declaration, quoted, schemas } from "./xml.ts";

/** The document, line by line. */
export function* hostDocument(world: InstanceWorld, asks: HostAsks): Generator<string> {
  const shown = figures(asks.plain === true);
  yield declaration;
  yield `<qhost xmlns:xsd="${schemas}/qhost/qhost.xsd">\n`;
  if (!asks.requests)
    yield* host(
      "global",
      values(shown, () => "-"),
    );
  for (const view of hostViews(world, asks))
    yield* host(view.node.name, [
      ...values(shown, ({ text }) => text(view)),
      ...(view.resources ?? []).map((offer) =>
        line("resourcevalue", { name: offer.name, dominance: offer.source }, valueText(offer, "host")),
      ),
      ...below(view),
    ]);
  yield "</qhost>\n";
}

function* host(name: string, lines: readonly string[]): Generator<string> {
  yield ` <host name='${quoted(name)}'>\n`;
  yield* lines;
  yield " </host>\n";
}

function values(shown: readonly HostFigure[], textOf: (figure: HostFigure) => string): readonly string[] {
  return shown.map((one) => line("hostvalue", { name: one.xml }, textOf(one)));
}

function below({ queues, jobs }: HostView): readonly string[] {
  if (!queues) return jobs.flatMap((job) => jobLines(job, true));
  return queues.flatMap((queue) => [
    ...queueLines(queue),
    ...jobs.filter(({ line: { job } }) => job.queue === queue.name).flatMap((job) => jobLines(job, false)),
  ]);
}

function queueLines({ name, used, slots, states }: QueueInstance): readonly string[] {
  const value = (which: string, text: string | number) =>
    line("queuevalue", { qname: name, name: which }, String(text));
  return [
    ` <queue name='${quoted(name)}'>\n`,
    value("qtype_string", "BIP"),
    value("slots_used", used),
    value("slots", slots),
    value("slots_resv", 0),
    value("state_string", states),
    " </queue>\n",
  ];
}

function jobLines(
  { line: { job, queue, state, at, tasks }, priority, role }: HostJob,
  withQueue: boolean,
): readonly string[] {
  const id = String(job.id);
  const value = (name: string, text: string) => line("jobvalue", { jobid: id, name }, text);
  return [
    ` <job name='${id}'>\n`,
    // This one has quotes of its own.
    `   <jobvalue jobid='${id}' name='priority'>'${priority.toFixed(6)}'</jobvalue>\n`,
    value("qinstance_name", queue),
    value("job_name", job.name),
    value("job_owner", job.user.name),
    value("job_state", state),
    value("start_time", String(Math.floor(at / 1000))),
    ...(withQueue ? [value("queue_name", queue)] : []),
    value("pe_master", role),
    ...(tasks ? [value("taskid", tasksText(tasks, 1))] : []),
    " </job>\n",
  ];
}

function line(name: string, attributes: Readonly<Record<string, string>>, text: string): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}='${quoted(value)}'`);
  return `   <${name}${said.join("")}>${quoted(text)}</${name}>\n`;
}
