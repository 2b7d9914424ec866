/** Owns what the description of queues means for the order of jobs: those that go first, those that start nothing. */

import type { Queue } from "../model/cluster.ts";
import type { QueuedJob } from "../model/scheduling.ts";

/** Jobs of queues with a higher priority first, otherwise in their order. */
export function byQueue(jobs: Iterable<QueuedJob>, queues: readonly Queue[]): Iterable<QueuedJob> {
  const priorities = new Map(queues.map(({ name, priority }) => [name, priority ?? 1] as const));
  if (new Set(priorities.values()).size < 2) return jobs;
  const priorityOf = ({ queue }: QueuedJob): number => priorities.get(queue) ?? 1;
  return [...jobs].sort((a, b) => priorityOf(b) - priorityOf(a));
}

/** Queues that start nothing: they are down, or inactive. */
export function closedQueues(queues: readonly Queue[]): ReadonlySet<string> {
  return new Set(queues.flatMap(({ name, state }) => (state === "down" || state === "inactive" ? [name] : [])));
}
