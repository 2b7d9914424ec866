/** Owns qstat's forms as text: the plain list, queue by queue, and what jobs asked for. */

import { type Cell, tableLine, tableLines } from "../../language/column.ts";
import type { Listed } from "../../model/verbs.ts";
import { clusterQueueLines } from "./cluster-queues.ts";
import { cellsOf, type Ranked, rulerLengths, shapeOf, subtaskHeading } from "./columns.ts";
import { predecessorsOf } from "./detail.ts";
import type { Line } from "./lines.ts";
import { isIn, type Listing, listingOf, type World } from "./listing.ts";
import type { QstatAsks } from "./qstat-options.ts";
import { queueBlock } from "./queue-blocks.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { placesIn } from "./queue-instances.ts";
import { requestLines } from "./request-lines.ts";
import { askedValues, queueValues, valueText } from "./resource-values.ts";
import { alarmLines } from "./thresholds.ts";

/** The listing, line by line; nothing at all where there is nothing to show. */
export function* listingLines(world: World, asks: QstatAsks): Generator<string> {
  const listing = listingOf(world, asks);
  const shape = shapeOf(asks);
  const form = { world, asks, cells: cellsOf(shape), rulers: rulerLengths(shape) };
  if (asks.group?.includes("c")) yield* clusterQueueLines(listing.queues, processors(world));
  else if (asks.blocks) yield* blocks(form, listing);
  else if (listing.running.length + listing.waiting.length > 0) {
    const [heading = ""] = tableLines(form.cells, [], { heading: true, before: "" });
    yield shape.subtasks ? heading.replace("\n", subtaskHeading) : heading;
    yield `${"-".repeat(form.rulers.list)}\n`;
    yield* rows(form, [...listing.running, ...listing.waiting]);
  }
}

/** Processors of all nodes; the load of queues is shown for each of them. */
export function processors({ cluster }: World): number {
  return cluster.nodes.reduce((sum, { cpus }) => sum + cpus, 0);
}

/** Jobs that what a line stands for still waits for. */
export function waitedFor({ listed }: World): (line: Line) => readonly number[] {
  const waiting = new Map<number, Listed[]>();
  for (const one of listed)
    if (one.kind === "waiting" && one.conditions.length > 0)
      waiting.set(one.job.id, [...(waiting.get(one.job.id) ?? []), one]);
  return ({ job, element }) => (element ? [] : predecessorsOf(waiting.get(job.id) ?? []));
}

interface Form {
  readonly world: World;
  readonly asks: QstatAsks;
  readonly cells: readonly Cell<Ranked>[];
  readonly rulers: ReturnType<typeof rulerLengths>;
}

function* rows({ world, asks, cells }: Form, items: readonly Ranked[]): Generator<string> {
  const plain = { heading: false, before: "", alike: waitAlike };
  if (!asks.demands && !asks.priorities && !asks.urgencies) return yield* recollected(cells, items, world);
  if (!asks.demands) return yield* tableLines(cells, items, plain);
  const predecessors = waitedFor(world);
  for (const item of items) {
    yield* tableLines(cells, [item], plain);
    const { line } = item;
    yield* requestLines(line, predecessors(line), { cluster: world.cluster, asks });
  }
}

/** Lines of which no more than the sum of their priorities is shown: a job that waits as it did has the line that it had. */
function* recollected(cells: readonly Cell<Ranked>[], items: readonly Ranked[], { told }: World): Generator<string> {
  const known = told(JSON.stringify(["qstat", cells.map(({ column, width }) => [column.ask, width])]));
  let others: Ranked[] = [];
  const plain = { heading: false, before: "", alike: waitAlike };
  for (const item of items) {
    const { listed, state } = item.line;
    if (listed === null || !isPlain(listed)) {
      others.push(item);
      continue;
    }
    if (others.length > 0) yield* tableLines(cells, others, plain);
    others = [];
    const { total } = item.priority;
    let last = known.get(listed);
    if (last?.keys[0] !== total || last.keys[1] !== state) {
      last = { job: listed.job.id, keys: [total, state], text: tableLine(cells, "", item) };
      known.set(listed, last);
    }
    yield last.text;
  }
  yield* tableLines(cells, others, plain);
}

/** A job whose line is the same as long as it waits like this, in that state and with that priority. */
function isPlain(listed: Listed): boolean {
  if (listed.kind !== "waiting" || listed.away) return false;
  return listed.part.indices === null && listed.conditions.length === 0;
}

function waitAlike(one: Ranked, other: Ranked): boolean {
  return one.of === other.of && other.line.element === null;
}

/** The world as a queue's host has it. */
export function placeOf(world: World, { host }: QueueInstance): World {
  return placesIn(world).find(({ cluster }) => cluster.host === host) ?? world;
}

/** Why a queue is in the states that are to be explained. */
export function alarms({ explain = "" }: QstatAsks, queue: string, world: World): readonly string[] {
  const kinds = [explain.includes("a") && "load", explain.includes("A") && "suspend"] as const;
  return kinds.filter((kind) => kind !== false).flatMap((kind) => alarmLines(queue, kind, world));
}

function* blocks(form: Form, { running, waiting, queues }: Listing): Generator<string> {
  const { world, asks, rulers } = form;
  // With nothing left there is no heading either.
  if (queues.length > 0 || waiting.length > 0) yield* queueBlock.heading();
  for (const queue of queues) {
    yield* queueBlock.queue(queue, rulers.queue);
    for (const text of alarms(asks, queue.name, world)) yield `\t${text}\n`;
    if (asks.resources !== undefined)
      for (const value of askedValues(queueValues(placeOf(world, queue), queue), asks.resources))
        yield `\t${value.source}:${value.name}=${valueText(value, "queue")}\n`;
    yield* rows(
      form,
      running.filter(({ line }) => isIn(line, queue)),
    );
  }
  if (waiting.length === 0) return;
  yield* queueBlock.pending(rulers.pending);
  yield* rows(form, waiting);
}
