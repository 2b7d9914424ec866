/** Owns qstat's forms: the plain list, queue by queue, and what jobs asked for. */

import { type Cell, tableLines } from "../../language/column.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import { eachIndex, type Indices } from "../../model/indices.ts";
import type { Listed } from "../../model/verbs.ts";
import { cellsOf, type Ranked, rulerLengths } from "./columns.ts";
import { predecessorsOf } from "./detail.ts";
import { architecture } from "./environment.ts";
import { endedLines, type Line, linesOf } from "./lines.ts";
import { isPattern, matches, matchesQueue } from "./patterns.ts";
import { prioritiesAmong } from "./priorities.ts";
import type { QstatAsks } from "./qstat-options.ts";
import { queueBlock, queuesShown } from "./queue-blocks.ts";
import { requestLines } from "./request-lines.ts";

/** What a listing is made from. */
export interface World {
  readonly listed: readonly Listed[];
  readonly cluster: ClusterDescription;
  readonly now: number;
  /** Who asks. */
  readonly user: string;
}

/** The listing, line by line; nothing at all where there is nothing to show. */
export function* listingLines(world: World, asks: QstatAsks): Generator<string> {
  const items = rankedLines(world, asks);
  const shape = {
    priorities: asks.priorities === true,
    urgencies: asks.urgencies === true,
    extended: asks.extended === true,
    blocks: asks.blocks === true,
  };
  const form = { world, asks, cells: cellsOf(shape), rulers: rulerLengths(shape) };
  if (asks.blocks) yield* blocks(form, items);
  else if (items.length > 0) {
    yield* tableLines(form.cells, [], { heading: true, before: "" });
    yield `${"-".repeat(form.rulers.list)}\n`;
    yield* rows(form, items);
  }
}

interface Form {
  readonly world: World;
  readonly asks: QstatAsks;
  readonly cells: readonly Cell<Ranked>[];
  readonly rulers: ReturnType<typeof rulerLengths>;
}

function rankedLines({ listed, cluster, now, user }: World, asks: QstatAsks): readonly Ranked[] {
  const all = linesOf(listed, now, cluster).filter(({ state }) => !state.endsWith("z"));
  const priorityOf = prioritiesAmong(all);
  const lines = [...all, ...(asks.states?.includes("z") ? endedLines(listed) : [])];
  return lines
    .filter((line) => belongs(line, asks.users ?? [user]))
    .filter((line) => asks.states === undefined || asks.states.some((part) => inState(line, part)))
    .filter((line) => inQueues(line, asks.queues, cluster.host))
    .flatMap((line) => (asks.group?.includes("d") ? single(line) : [line]))
    .map((line) => ({ line, priority: priorityOf(line) }))
    .sort(inOrder(asks));
}

// Running jobs come first, by id (by queue in some forms); what waits comes by priority, then by age.
function inOrder(asks: QstatAsks): (one: Ranked, other: Ranked) => number {
  const byQueue =
    asks.queues !== undefined ||
    asks.byQueue === true ||
    asks.environments !== undefined ||
    (asks.group?.includes("d") ?? false) ||
    asks.urgencies;
  return ({ line: one, priority }, { line: other, priority: otherPriority }) => {
    if (!one.element !== !other.element) return one.element ? -1 : 1;
    const byPriority = one.element ? 0 : otherPriority.total - priority.total;
    const queues = byQueue && one.queue !== other.queue ? (one.queue < other.queue ? -1 : 1) : 0;
    return byPriority || queues || one.job.id - other.job.id || firstTask(one) - firstTask(other);
  };
}

function firstTask({ tasks }: Line): number {
  return tasks?.[0]?.[0] ?? 0;
}

function belongs({ job }: Line, users: readonly string[]): boolean {
  return users.some((user) => (isPattern(user) ? matches(user, job.user.name) : user === job.user.name));
}

function inState({ state, element, holds }: Line, part: string): boolean {
  if (part === "z") return state === "z";
  if (part === "s") return state.includes("s");
  if (part === "r") return element !== null && !state.includes("s");
  if (part === "p") return element === null && state !== "z";
  return element === null && holds.includes(part[1] ?? "");
}

function inQueues({ job, element }: Line, queues: readonly string[] | undefined, host: string): boolean {
  if (!queues) return true;
  const asked = job.spec.queues ?? ["*"];
  return queues.some((queue) => {
    if (element || isPattern(queue)) return matchesQueue(queue, job.queue, host);
    return asked.some((request) => matchesQueue(request, queue.replace(/@.*/, ""), host));
  });
}

function single(line: Line): readonly Line[] {
  if (!line.tasks) return [line];
  return [...eachIndex(line.tasks)].map((index) => ({ ...line, tasks: [[index, index]] satisfies Indices }));
}

function* rows({ world, asks, cells }: Form, items: readonly Ranked[]): Generator<string> {
  for (const item of items) {
    yield* tableLines(cells, [item], { heading: false, before: "" });
    if (asks.requests) yield* requestLines(item.line, waitedFor(world, item.line), world.cluster);
  }
}

function waitedFor({ listed }: World, { job, element }: Line): readonly number[] {
  return element ? [] : predecessorsOf(listed.filter((one) => one.job.id === job.id));
}

function* blocks(form: Form, items: readonly Ranked[]): Generator<string> {
  const { world, asks, rulers } = form;
  const { host } = world.cluster;
  const inQueue = (name: string) => items.filter(({ line }) => line.element && line.job.queue === name);
  const waiting = items.filter(({ line }) => !line.element);
  const shown = queuesShown(world.cluster, world.listed)
    .filter(({ name }) => !asks.queues || asks.queues.some((queue) => matchesQueue(queue, name, host)))
    .filter(({ name }) => !asks.noEmptyBlocks || inQueue(name).length > 0);
  // With nothing left there is no heading either.
  if (shown.length > 0 || waiting.length > 0) yield* queueBlock.heading();
  for (const queue of shown) {
    const facts = {
      ruler: rulers.queue,
      used: usedSlots(world, queue.name),
      host,
      architecture: architecture("amd64"),
    };
    yield* queueBlock.queue(queue, facts);
    yield* rows(form, inQueue(queue.name));
  }
  if (waiting.length === 0) return;
  yield* queueBlock.pending(rulers.pending);
  yield* rows(form, waiting);
}

function usedSlots({ listed, now, cluster }: World, name: string): number {
  const running = linesOf(listed, now, cluster).filter(
    ({ element, job }) => element && element.state !== "ended" && job.queue === name,
  );
  return running.reduce((sum, { slots }) => sum + slots, 0);
}
