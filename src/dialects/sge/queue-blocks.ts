/** Owns the lines of `qstat -f` that are about queues, and which queues there are. */

import { padded } from "../../language/column.ts";
import { type ClusterDescription, totals } from "../../model/cluster.ts";
import { isHosted } from "../../model/queues.ts";
import type { Listed } from "../../model/verbs.ts";
import { matchesQueue } from "./patterns.ts";
import type { QueueInstance } from "./queue-instance.ts";

/** A queue as its block shows it. */
export interface QueueShown {
  readonly name: string;
  readonly slots: number;
}

/** The queues of a cluster by name: those described, or all.q and whatever jobs asked for. */
export function queuesShown(cluster: ClusterDescription, listed: readonly Listed[]): readonly QueueShown[] {
  const { cpus } = totals(cluster);
  const described = cluster.queues.map(({ name, slots }) => ({ name, slots: slots ?? cpus }));
  const used = listed
    .filter((one) => one.kind === "element" && one.element.state !== "ended" && !one.away)
    .map(({ job }) => job.queue);
  const undescribed = [...(described.length ? [] : ["all.q"]), ...used].map((name) => ({ name, slots: cpus }));
  const all = new Map([...undescribed, ...described].map((queue) => [queue.name, queue]));
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those of them that a host has. */
export function instancesShown(cluster: ClusterDescription, listed: readonly Listed[]): readonly QueueShown[] {
  return queuesShown(cluster, listed).filter(({ name }) => {
    const queue = cluster.queues.find((one) => one.name === name);
    return queue === undefined || isHosted(queue, cluster);
  });
}

/** Queues in the order in which the cluster keeps them, as qselect and qhost list them; those that nobody described come last. */
export function asKept<T extends { readonly name: string }>(
  instances: readonly T[],
  { queues }: ClusterDescription,
): readonly T[] {
  const places = new Map(queues.map(({ name }, at) => [name, at]));
  const placeOf = ({ name }: T) => places.get(name) ?? queues.length;
  return [...instances].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Whether a request means any queue there is; where none is described, every name is taken. */
export function anyQueue(requests: readonly string[], cluster: ClusterDescription): boolean {
  const { queues } = cluster;
  return (
    queues.length === 0 || queues.some(({ name }) => requests.some((request) => matchesQueue(request, name, cluster)))
  );
}

/** Whether any parallel environment there is goes by one of the names, which are no patterns; where none is described, every name is taken. */
export function anyEnvironment(names: readonly string[], { parallelEnvironments }: ClusterDescription): boolean {
  return parallelEnvironments.length === 0 || parallelEnvironments.some(({ name }) => names.includes(name));
}

/** The lines. */
export const queueBlock = {
  heading: function* (): Generator<string> {
    yield "queuename                      qtype resv/used/tot. load_avg arch          states\n";
  },
  queue: function* (instance: QueueInstance, ruler: number): Generator<string> {
    const { name, host, slots, used, load, architecture, states } = instance;
    yield `${"-".repeat(ruler)}\n`;
    const cells = [
      [`${name}@${host}`, 30],
      ["BIP", 5],
      [`0/${used}/${slots}`, 14],
      [load?.toFixed(2) ?? "-NA-", 8],
      [architecture, 13],
      [states, 0],
    ] as const;
    yield `${cells.map(([text, size]) => padded(text, size, false)).join(" ")}\n`;
  },
  pending: function* (length: number): Generator<string> {
    const ruler = `${"#".repeat(length)}\n`;
    yield `\n${ruler} - PENDING JOBS - PENDING JOBS - PENDING JOBS - PENDING JOBS - PENDING JOBS\n${ruler}`;
  },
} as const;
