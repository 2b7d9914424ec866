/** Owns what the scheduler says of why jobs wait: about queues, about one job, and about all jobs at once. */

import type { Job } from "../../model/job.ts";
import { admits } from "../../model/queues.ts";
import type { Request } from "../../model/spec.ts";
import type { JobHead, Listed } from "../../model/verbs.ts";
import { amountSaid, bytesOf, complexNamed } from "./complexes.ts";
import { leastSlots } from "./geometry.ts";
import { comparisonOf, type Offer } from "./offers.ts";
import { matchesQueue } from "./patterns.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { type InstanceWorld, queueInstances } from "./queue-instances.ts";
import { requestList } from "./requests.ts";
import { hostValues, valueText } from "./resource-values.ts";
import { overload } from "./thresholds.ts";

/** One message: its number in XML, and its text. */
export interface Message {
  readonly number: number;
  readonly text: string;
}

/** About queues: told with every job, as long as anything waits. */
export function queueMessages(world: InstanceWorld): readonly Message[] {
  if (!world.listed.some(({ kind }) => kind === "waiting")) return [];
  return queueInstances(world).flatMap((queue): readonly Message[] => {
    const why = hindrances.find(([, stands]) => stands(queue))?.[0] ?? overload(queue.name, world);
    return why
      ? [{ number: 37, text: `queue instance "${queue.name}@${queue.host}" dropped because it is ${why}` }]
      : [];
  });
}

const hindrances: readonly (readonly [why: string, stands: (queue: QueueInstance) => boolean])[] = [
  ["temporarily not available", ({ states }) => /[sS]/.test(states)],
  ["disabled", ({ states }) => states.includes("d")],
  ["full", ({ used, slots }) => used >= slots],
];

/** About one job, by everything that is listed of it. */
export function jobMessages(own: readonly Listed[], world: InstanceWorld): readonly Message[] {
  const found = own.flatMap((one) => messagesOf(one, world));
  return [...new Map(found.map((message) => [message.text, message])).values()];
}

/** What `qstat -j` says without a job: kinds of messages, and the jobs that each is about. */
export function* allMessages(world: InstanceWorld): Generator<string> {
  const sections = overview.flatMap(([number, heading]) => {
    const jobs = world.listed.filter((one) => messagesOf(one, world).some((message) => message.number === number));
    const ids = [...new Set(jobs.map(({ job }) => job.id))];
    return ids.length > 0 ? [`${heading}\n\t${ids.join(",\t")}\n`] : [];
  });
  const queues = queueMessages(world).map(({ text }) => text);
  if (queues.length > 0) yield `${schedulingRow(queues)}\n`;
  else if (sections.length === 0) yield `${schedulingRow([])}\n`;
  yield sections.join("\n");
}

/** The line with the first text, and one below for each further. */
export function schedulingRow([first = "There are no messages available", ...rest]: readonly string[]): string {
  return ["scheduling info:".padEnd(28) + first, ...rest.map((line) => " ".repeat(28) + line)]
    .map((line) => `${line}\n`)
    .join("");
}

const overview: readonly (readonly [number: number, heading: string])[] = [
  [24, "Jobs can not run because available slots combined under PE are not in range of job"],
  [17, "Jobs can not run because the resource requirements can not be satisfied"],
  [0, "Jobs can not run because no host can satisfy the resource requirements"],
  [6, "Jobs can not run because queue instance is not contained in its hard queue list"],
  [32, "Jobs dropped because of error state"],
  [33, "Jobs dropped because of hold state"],
  [31, "Jobs can not run because execution time not reached"],
  [35, "Job dropped because of job dependencies"],
  [45, "Not all array tasks may be started due to 'max_aj_instances'"],
];

function messagesOf(one: Listed, world: InstanceWorld): readonly Message[] {
  if (one.kind !== "waiting") return [];
  const { job, part, reason } = one;
  if (part.error !== null) return [{ number: 32, text: "Job is in error state" }];
  const waited = one.conditions.filter(({ standing }) => standing === "waiting").map(({ condition }) => condition.kind);
  // Waiting task by task counts as a hold, waiting for a whole job does not.
  if (part.holds.length > 0 || waited.includes("correspondingEnd"))
    return [{ number: 33, text: "Job is in hold state" }];
  if (waited.length > 0) return [{ number: 35, text: "job dropped because of job dependencies" }];
  if (Math.max(part.beginAt, job.beginAt) > world.now) return [{ number: 31, text: "execution time not reached" }];
  if (reason === "throttle")
    return [{ number: 45, text: "not all array tasks may be started due to 'max_aj_instances'" }];
  const found = [...permissionMessages(job, world), ...queueListMessages(job, world), ...roomMessages(job, world)];
  const { unsuited } = job.need;
  return found.length === 0 && unsuited !== undefined ? [{ number: 0, text: unsuited }] : found;
}

function permissionMessages({ user }: JobHead, { cluster }: InstanceWorld): readonly Message[] {
  const closed = cluster.queues.filter((queue) => !admits(queue, user.name, cluster));
  return closed.map(({ name }) => ({ number: 1, text: `has no permission for cluster queue "${name}"` }));
}

function queueListMessages({ spec }: JobHead, world: InstanceWorld): readonly Message[] {
  const asked = spec.queues;
  if (!asked?.length) return [];
  const out = queueInstances(world).filter(
    ({ name }) => !asked.some((request) => matchesQueue(request, name, world.cluster)),
  );
  return out.map(({ name }) => ({
    number: 6,
    text: `cannot run in queue "${name}" because it is not contained in its hard queue list (-q)`,
  }));
}

// Of a parallel job, hosts are called queues here, and its slots are told as none.
function roomMessages({ spec }: JobHead, world: InstanceWorld): readonly Message[] {
  const hard = spec.requests?.filter(({ soft }) => !soft) ?? [];
  const environment = spec.parallelEnvironment;
  const lacking = hostValues(world).find((offer) => hard.some((request) => exceeds(request, offer)));
  const where = environment ? `in queue "${world.cluster.host}"` : `at host "${world.cluster.host}"`;
  const asked = `(-l ${requestList(false).write(hard)})`;
  const messages: Message[] = [];
  if (lacking)
    messages.push({
      number: environment ? 17 : 0,
      text: `${asked} cannot run ${where} because it offers only ${lacking.source}:${lacking.name}=${valueText(lacking, "queue")}`,
    });
  const free = freeSlots(queueInstances(world));
  if (environment && (lacking || leastSlots(spec) > free))
    messages.push({ number: 24, text: `cannot run in PE "${environment.name}" because it only offers 0 slots` });
  return messages;
}

function exceeds({ name, value }: Request, offer: Offer): boolean {
  if (offer.kind !== undefined && offer.source === "hc" && typeof offer.value === "number")
    return [offer.name, offer.shortcut].includes(name) && (amountSaid({ kind: offer.kind }, value) ?? 0) > offer.value;
  const row = complexNamed(name);
  if (row?.name !== offer.name || typeof offer.value !== "number" || comparisonOf(row) !== "<=") return false;
  const amount = row.kind === "memory" ? bytesOf(value) : Number(value);
  return amount !== null && amount > offer.value;
}

function freeSlots(queues: readonly QueueInstance[]): number {
  return queues.reduce(
    (sum, { slots, used, states }) => sum + (/^A?$/.test(states) ? Math.max(0, slots - used) : 0),
    0,
  );
}

/** A job with what is listed of it, as both forms of `qstat -j` show it. */
export interface Detailed {
  readonly job: Job;
  readonly listed: readonly Listed[];
  /** Jobs that wait for this one. */
  readonly successors: readonly number[];
  /** How urgent it is among all, from 0 to 1. */
  readonly normalUrgency: number;
  readonly world: InstanceWorld;
}
