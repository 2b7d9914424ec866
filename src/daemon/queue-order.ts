/** Owns what the scheduler is shown: what waits in the order of its queues, what runs, and what queues have and are. */

import { knownQueues, type Queue } from "../model/cluster.ts";
import { capacitiesOf, closedQueues } from "../model/queues.ts";
import type { QueuedJob, Snapshot } from "../model/scheduling.ts";
import type { World } from "./world.ts";

/** The snapshot with these jobs waiting, which come in order of priority and age. */
export function snapshotOf({ description, running, loadWatch }: World, waiting: Iterable<QueuedJob>): Snapshot {
  return {
    nodes: description.nodes,
    queued: byQueue(waiting, knownQueues(description)),
    holding: running.holding(),
    closed: new Set([...closedQueues(description), ...loadWatch.overloaded()]),
    capacities: capacitiesOf(description),
  };
}

/** Jobs of queues with a higher priority first, otherwise in their order. */
function byQueue(jobs: Iterable<QueuedJob>, queues: readonly Queue[]): Iterable<QueuedJob> {
  const priorities = new Map(queues.map(({ name, priority }) => [name, priority ?? 1] as const));
  if (new Set(priorities.values()).size < 2) return jobs;
  const priorityOf = ({ queue }: QueuedJob): number => priorities.get(queue) ?? 1;
  return [...jobs].sort((a, b) => priorityOf(b) - priorityOf(a));
}
