/** Owns qstat's forms as XML: the same listings with the real element names, each a row below. */

import { clusterQueueElements } from "./cluster-queues.ts";
import { type Ranked, type Shape, shapeOf } from "./columns.ts";
import { isIn, type Listing, listingOf, type World } from "./listing.ts";
import { placeOf, processors, waitedFor } from "./listing-text.ts";
import type { QstatAsks } from "./qstat-options.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { demandElements } from "./request-elements.ts";
import { askedValues, queueValues, valueText } from "./resource-values.ts";
import { tasksText } from "./tasks.ts";
import { alarmLines } from "./thresholds.ts";
import { isoText } from "./times.ts";
import { documentLines, type Element, element } from "./xml.ts";

/** The listing as a document; there is one even where nothing is to be shown. */
export function listingDocument(world: World, asks: QstatAsks): Generator<string> {
  const listing = listingOf(world, asks);
  if (asks.group?.includes("c"))
    return documentLines("job_info", schema, clusterQueueElements(listing.queues, processors(world)));
  const form = { predecessors: waitedFor(world), asks, shape: shapeOf(asks) };
  const job = (item: Ranked) => jobElement(item, form);
  const content = asks.blocks
    ? listing.queues.map((queue) => queueElement(queue, { world, asks, listing, job }))
    : listing.running.map(job);
  return documentLines("job_info", schema, [
    element("queue_info", content),
    element("job_info", listing.waiting.map(job)),
  ]);
}

const schema = "qstat/qstat.xsd";

interface Block {
  readonly world: World;
  readonly asks: QstatAsks;
  readonly listing: Listing;
  readonly job: (item: Ranked) => Element;
}

function queueElement(queue: QueueInstance, { world, asks, listing, job }: Block): Element {
  const { name, host, slots, used, load, architecture, states } = queue;
  const values =
    asks.resources === undefined ? [] : askedValues(queueValues(placeOf(world, queue), queue), asks.resources);
  return element("Queue-List", [
    element("name", `${name}@${host}`),
    element("qtype", "BIP"),
    element("slots_used", used),
    element("slots_resv", 0),
    element("slots_total", slots),
    element("load_avg", (load ?? 99.99).toFixed(5)),
    element("arch", architecture),
    ...(states === "" ? [] : [element("state", states)]),
    ...alarmElements(asks, name, world),
    ...values.map((value) =>
      element("resource", valueText(value, "queue"), `name="${value.name}" type="${value.source}"`),
    ),
    ...listing.running.filter(({ line }) => isIn(line, queue)).map(job),
  ]);
}

// Of several reasons all stand in one element.
function alarmElements({ explain = "" }: QstatAsks, queue: string, world: World): readonly Element[] {
  return (["load", "suspend"] as const).flatMap((kind) => {
    const lines = explain.includes(kind === "load" ? "a" : "A") ? alarmLines(queue, kind, world) : [];
    return lines.length > 0 ? [element(`${kind}-alarm-reason`, lines.map((line) => `\t${line}`).join("\n"))] : [];
  });
}

interface JobForm {
  readonly predecessors: (line: Ranked["line"]) => readonly number[];
  readonly asks: QstatAsks;
  readonly shape: Shape;
}

function jobElement(item: Ranked, { predecessors, asks, shape }: JobForm): Element {
  const { line } = item;
  const shown = rows.filter(({ when }) => when(shape));
  return element(
    "job_list",
    [
      ...shown.flatMap(({ name, value }) => {
        const text = value(item);
        return text === null ? [] : [element(name, text)];
      }),
      ...(asks.demands ? demandElements(line, predecessors(line)) : []),
    ],
    `state="${line.element ? "running" : line.state === "z" ? "zombie" : "pending"}"`,
  );
}

interface Row {
  readonly name: string;
  readonly when: (shape: Shape) => boolean;
  /** Null where this job has no such element. */
  readonly value: (item: Ranked) => string | null;
}

const row = (name: string, value: Row["value"], when: Row["when"] = () => true): Row => ({ name, value, when });
const extended = (name: string, value: Row["value"]): Row => row(name, value, (shape) => shape.extended);
const urgent = (name: string, value: Row["value"]): Row => row(name, value, (shape) => shape.urgencies);
const ranked = (name: string, value: Row["value"]): Row => row(name, value, (shape) => shape.priorities);
const timed = ({ extended: long, urgencies }: Shape): boolean => !long || urgencies;
const number = (value: number): string => value.toFixed(5);

/** Elements of a job in their order. */
const rows: readonly Row[] = [
  row("JB_job_number", ({ line }) => String(line.job.id)),
  row("JAT_prio", ({ priority }) => number(priority.total)),
  row(
    "JAT_ntix",
    ({ priority }) => number(priority.normalTickets),
    (shape) => shape.priorities || shape.extended,
  ),
  ranked("JB_nppri", ({ priority }) => number(priority.normalPosix)),
  row(
    "JB_nurg",
    ({ priority }) => number(priority.normalUrgency),
    (shape) => shape.priorities || shape.urgencies,
  ),
  urgent("JB_rrcontr", ({ priority }) => String(priority.urgency)),
  urgent("JB_wtcontr", () => "0"),
  urgent("JB_dlcontr", () => "0"),
  ranked("JB_priority", ({ priority }) => String(priority.posix)),
  row("JB_name", ({ line }) => line.job.name),
  row("JB_owner", ({ line }) => line.job.user.name),
  extended("JB_project", ({ line }) => line.job.spec.project ?? ""),
  extended("JB_department", () => "defaultdepartment"),
  row("state", ({ line }) => line.state),
  row("JAT_start_time", ({ line }) => (line.element ? isoText(line.at) : null), timed),
  row("JB_submission_time", ({ line }) => (line.element ? null : isoText(line.at)), timed),
  extended("cpu_usage", ({ line: { element: started } }) =>
    started ? number((started.userMicros + started.systemMicros) / 1e6) : null,
  ),
  extended("mem_usage", ({ line }) => (line.element ? number(0) : null)),
  extended("io_usage", ({ line }) => (line.element ? number(0) : null)),
  ...["tickets", "JB_override_tickets", "JB_jobshare", "otickets", "ftickets", "stickets"].map((name) =>
    extended(name, () => "0"),
  ),
  extended("JAT_share", () => number(0)),
  row(
    "queue_name",
    ({ line }) => line.queue,
    (shape) => !shape.blocks,
  ),
  row(
    "master",
    ({ role }) => role,
    (shape) => shape.roles,
  ),
  row("slots", ({ line, role }) => (role === "" ? String(line.slots) : "1")),
  row("tasks", ({ line }) => line.tasks && tasksText(line.tasks, line.job.spec.array?.[0]?.step ?? 1)),
];
