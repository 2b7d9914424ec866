/** Owns which lines and queues a listing of qstat has, and in which order. */

import type { ToldLines } from "../../language/told.ts";
import { type ClusterDescription, placesOf } from "../../model/cluster.ts";
import { eachIndex, type Indices } from "../../model/indices.ts";
import type { MachineUse } from "../../model/machine-use.ts";
import type { Request } from "../../model/spec.ts";
import type { Listed } from "../../model/verbs.ts";
import type { Ranked } from "./columns.ts";
import { byQueue, endedLines, type Line, linesOf } from "./lines.ts";
import { offers, selects } from "./offers.ts";
import { isPattern, matches, matchesQueue } from "./patterns.ts";
import { type Priority, prioritiesAmong } from "./priorities.ts";
import type { QstatAsks } from "./qstat-options.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { queueInstances, queuesAway } from "./queue-instances.ts";

/** What a listing is made from. */
export interface World {
  readonly listed: readonly Listed[];
  readonly cluster: ClusterDescription;
  readonly now: number;
  readonly use: MachineUse;
  /** Who asks. */
  readonly user: string;
  /** Lines of this cluster that were told before, in that form. */
  readonly told: (form: string) => ToldLines;
}

/** What a listing shows, in order. */
export interface Listing {
  readonly running: readonly Ranked[];
  readonly waiting: readonly Ranked[];
  /** The queues that were asked for, whether or not they are shown. */
  readonly queues: readonly QueueInstance[];
}

/** What there is to show. */
export function listingOf(world: World, asks: QstatAsks): Listing {
  const chosen = queueInstances(world).filter((queue) => isChosen(queue, world, asks));
  const items = rankedLines(world, asks, chosen);
  const queues = [...chosen, ...queuesAway(items.map(({ line }) => line))];
  return {
    running: items.filter(({ line }) => line.element),
    waiting: items.filter(({ line }) => !line.element),
    queues: queues.filter((queue) => !asks.noEmptyBlocks || items.some(({ line }) => isIn(line, queue))),
  };
}

/** Whether a line stands in a queue. */
export function isIn(line: Line, { name, host, isAway = false, isMachine = false }: QueueInstance): boolean {
  if (line.element === null || line.isAway !== isAway) return false;
  if (isAway || isMachine) return line.queue === `${name}@${host}`;
  return line.job.queue === name && line.job.need.target === undefined;
}

function rankedLines(world: World, asks: QstatAsks, queues: readonly QueueInstance[]): readonly Ranked[] {
  const { listed, cluster, user } = world;
  const all = linesOf(world).filter(({ state }) => !state.endsWith("z"));
  const priorityOf = prioritiesAmong(all);
  const wanted = [...all, ...(asks.states?.includes("z") ? endedLines(listed) : [])]
    .filter(ownedBy(asks.users ?? [user]))
    .filter((line) => asks.states === undefined || asks.states.some((part) => inState(line, part)));
  const lines = wanted.filter((line) => !choosesQueues(asks) || inQueues(line, queues, { cluster, asks }));
  const passedOver = new Set(wanted.filter((line) => line.element && !lines.includes(line)).map(({ job }) => job.id));
  // An array of which other queues' tasks are left out has its turn by their priority.
  const turnOf = (line: Line, { total }: Priority): number =>
    passedOver.has(line.job.id) ? priorityOf({ ...line, considered: true }).total : total;
  const ordered: Turned[] = [];
  for (const line of lines) {
    // Tasks that have lines of their own have the priority of their array.
    const priority = priorityOf(line);
    const turn = turnOf(line, priority);
    const parts = asks.group?.includes("d") ? single(line) : [line];
    for (const part of parts)
      for (const { line: own, role } of eachQueue(part, asks))
        ordered.push({ line: own, of: line, role, priority, turn });
  }
  ordered.sort(inOrder(asks));
  return showsRoles(asks) ? ordered.flatMap(eachSlot) : ordered;
}

interface Turned extends Ranked {
  readonly turn: number;
}

/** Whether each slot of a parallel job has its own line. */
export function showsRoles({ group, subtasks }: QstatAsks): boolean {
  return subtasks === true || (group?.includes("t") ?? false);
}

// A parallel job may be in several queues; only where they are told apart it has a line for each.
function eachQueue(line: Line, asks: QstatAsks): readonly Pick<Ranked, "line" | "role">[] {
  const roles = line.element !== null && showsRoles(asks);
  if (line.element === null) return [{ line, role: "" }];
  const parts = roles || asks.blocks ? byQueue(line) : [line];
  return parts.map((part, at) => ({ line: part, role: roles ? (at === 0 ? "MASTER" : "SLAVE") : "" }));
}

function eachSlot(item: Ranked): readonly Ranked[] {
  if (!item.line.element) return [item];
  const further = Array.from(
    { length: item.line.slots - 1 },
    (): Ranked => ({ ...item, role: "SLAVE", further: true }),
  );
  return [item, ...further];
}

function choosesQueues({ queues, requests, environments, queueStates, byQueue }: QstatAsks): boolean {
  return [queues, requests, environments, queueStates, byQueue].some((asked) => asked !== undefined);
}

function isChosen(queue: QueueInstance, world: World, asks: QstatAsks): boolean {
  const { name, states } = queue;
  const cluster = clusterAt(world.cluster, queue);
  if (asks.queues && !asks.queues.some((asked) => matchesQueue(asked, name, cluster))) return false;
  if (asks.queueStates !== undefined && ![...asks.queueStates].some((letter) => states.includes(letter))) return false;
  return selects(cluster, name, asks.requests ?? []);
}

/** The cluster as the host of a queue has it. */
export function clusterAt(cluster: ClusterDescription, { host, isMachine }: QueueInstance): ClusterDescription {
  return isMachine ? (placesOf(cluster).find((place) => place.host === host) ?? cluster) : cluster;
}

// Running jobs come first, by id (by queue in some forms); what waits comes by priority, then by age.
function inOrder(asks: QstatAsks): (one: Turned, other: Turned) => number {
  const queueFirst = choosesQueues(asks) || /[dt]/.test(asks.group ?? "") || asks.urgencies === true;
  return ({ line: one, turn }, { line: other, turn: otherTurn }) => {
    if (!one.element !== !other.element) return one.element ? -1 : 1;
    const byPriority = one.element ? 0 : otherTurn - turn;
    const queues = queueFirst && one.queue !== other.queue ? (one.queue < other.queue ? -1 : 1) : 0;
    return byPriority || queues || byAge(one, other) || firstTask(one) - firstTask(other);
  };
}

// Numbers begin anew some day.
function byAge(one: Line, other: Line): number {
  return submittedAt(one) - submittedAt(other) || one.job.id - other.job.id;
}

function submittedAt({ element, at, job }: Line): number {
  return element === null ? at : job.submittedAt;
}

function firstTask({ tasks }: Line): number {
  return tasks?.[0]?.[0] ?? 0;
}

function ownedBy(users: readonly string[]): (line: Line) => boolean {
  const known = new Map<string, boolean>();
  const isMeant = (name: string): boolean =>
    users.some((user) => (isPattern(user) ? matches(user, name) : user === name));
  return ({ owner }) => {
    const meant = known.get(owner) ?? isMeant(owner);
    known.set(owner, meant);
    return meant;
  };
}

function inState({ state, element, holds }: Line, part: string): boolean {
  if (part === "z") return state === "z";
  if (part === "s") return /[sST]/.test(state);
  if (part === "r") return element !== null && !/[sST]/.test(state);
  if (part === "p") return element === null && state !== "z";
  return element === null && holds.includes(part[1] ?? "");
}

// What waits is shown where one of the queues would do as far as it is known today.
function inQueues(
  { job, element }: Line,
  queues: readonly QueueInstance[],
  { cluster, asks }: { readonly cluster: ClusterDescription; readonly asks: QstatAsks },
): boolean {
  // A parallel job is shown by the queue of its master only.
  if (element && job.need.target !== undefined)
    return queues.some(({ name, host }) => name === job.queue && host === element.node);
  if (element || cluster.queues.length === 0)
    return (
      queues.some(({ name }) => name === job.queue) ||
      (asks.queues?.some((queue) => matchesQueue(queue, job.queue, cluster)) ?? false)
    );
  const asked = job.spec.queues ?? ["*"];
  const hard: readonly Request[] = job.spec.requests?.filter(({ soft }) => !soft) ?? [];
  return queues.some(
    ({ name }) => asked.some((request) => matchesQueue(request, name, cluster)) && offers(cluster, name, hard),
  );
}

function single(line: Line): readonly Line[] {
  if (!line.tasks) return [line];
  return [...eachIndex(line.tasks)].map((index) => ({ ...line, tasks: [[index, index]] satisfies Indices }));
}
