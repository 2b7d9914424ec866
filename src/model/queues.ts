/** Owns what follows from the description of queues: which start nothing, whom they take, and how much of what there is. */

import { type ClusterDescription, knownQueues, type Queue } from "./cluster.ts";

/** What a queue does with jobs at this moment. */
export interface QueueCondition {
  readonly state: NonNullable<Queue["state"]>;
  readonly suspended: boolean;
}

/** The condition of a queue, described or not. */
export function conditionOf(cluster: ClusterDescription, name: string): QueueCondition {
  const queue = knownQueues(cluster).find((one) => one.name === name);
  return { state: queue?.state ?? "up", suspended: queue?.suspended ?? false };
}

/** Queues that start nothing now: they are down, inactive or suspended, or no host has them. */
export function closedQueues(cluster: ClusterDescription): ReadonlySet<string> {
  const shut = knownQueues(cluster).filter(
    (queue) => queue.suspended || queue.state === "down" || queue.state === "inactive" || !isHosted(queue, cluster),
  );
  return new Set(shut.map(({ name }) => name));
}

/** Whether a user may use the queue. */
export function admits(queue: Queue, user: string, { userSets }: ClusterDescription): boolean {
  const isIn = (sets: readonly string[]) =>
    (userSets ?? []).some(({ name, users }) => sets.includes(name) && users.includes(user));
  const { allowed = [], barred = [] } = queue.userSets ?? {};
  if (queue.users && user !== "root" && !queue.users.includes(user)) return false;
  return (allowed.length === 0 || isIn(allowed)) && !isIn(barred);
}

/** Whether a host of the cluster has the queue. */
export function isHosted({ hosts }: Queue, cluster: ClusterDescription): boolean {
  return hosts == null || hosts.some((name) => hostsIn(cluster, name).some((host) => isNode(cluster, host)));
}

/** The hosts that a name means: a host itself, or a group's, groups in it followed once each. */
export function hostsIn(
  cluster: Pick<ClusterDescription, "nodes" | "hostGroups">,
  name: string,
  seen: readonly string[] = [],
): readonly string[] {
  if (!name.startsWith("@")) return [name];
  const group = cluster.hostGroups?.find((one) => one.name === name);
  if (!group) return name === everyHost ? cluster.nodes.map((node) => node.name) : [];
  if (seen.includes(name)) return [];
  return [...new Set(group.hosts.flatMap((host) => hostsIn(cluster, host, [...seen, name])))];
}

/** The group of all hosts, which every cluster has. */
export const everyHost = "@allhosts";

function isNode({ nodes, host }: ClusterDescription, asked: string): boolean {
  return asked === host || nodes.some(({ name }) => name === asked);
}

/** How much there is of what is counted by name; what is not in it is not limited. */
export function capacitiesOf(cluster: ClusterDescription): ReadonlyMap<string, number> {
  const count = cluster.nodes.length;
  return new Map<string, number>([
    ...cluster.queues.flatMap(({ name, slots }) =>
      slots === null ? [] : [[queuePool("slots", name), slots * count] as const],
    ),
    ...cluster.parallelEnvironments.map(({ name, slots }) => [environmentPool(name), slots] as const),
    ...(cluster.hostCapacities ?? []).flatMap(({ values }) =>
      values.map(({ name, amount }) => [name === "slots" ? hostSlots : name, amount] as const),
    ),
    ...cluster.queues.flatMap((queue) =>
      (queue.capacities ?? []).map(({ name, amount }) => [queuePool(name, queue.name), amount] as const),
    ),
  ]);
}

/** What a queue has of something that is counted. */
export function queuePool(resource: string, queue: string): string {
  return `${resource}@${queue}`;
}

/** The slots of all queues of the host together, where somebody says how many. */
export const hostSlots = "slots of the host";

/** The slots of an environment. */
export function environmentPool(name: string): string {
  return `pe ${name}`;
}
