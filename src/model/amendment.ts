/** Owns what operators change of a cluster while it is used: its nodes and queues, over what the config describes. */

import type { ClusterDescription, Node, Queue } from "./cluster.ts";

/** What is different about one node or queue from what was described; a later change of the same field replaces it. */
export type Amendment =
  | { readonly kind: "node"; readonly name: string; readonly change: Partial<Omit<Node, "name">> }
  | { readonly kind: "queue"; readonly name: string; readonly change: Partial<Omit<Queue, "name">> };

/** The cluster with all amendments. What is said of a queue of a cluster without any is kept beside. */
export function amended(described: ClusterDescription, amendments: readonly Amendment[]): ClusterDescription {
  if (amendments.length === 0) return described;
  const ofNodes = new Map(amendments.flatMap((each) => (each.kind === "node" ? [[each.name, each.change]] : [])));
  const ofQueues = new Map(amendments.flatMap((each) => (each.kind === "queue" ? [[each.name, each.change]] : [])));
  return {
    ...described,
    nodes: described.nodes.map((node) => ({ ...node, ...ofNodes.get(node.name) })),
    queues: described.queues.map((queue) => ({ ...queue, ...ofQueues.get(queue.name) })),
    undescribedQueues: described.queues.length > 0 ? [] : [...ofQueues].map(undescribedQueue),
  };
}

function undescribedQueue([name, change]: readonly [string, Partial<Queue>]): Queue {
  const limits = { defaultWallTime: null, maxWallTime: null, slots: null };
  return { ...limits, name, isDefault: false, sequence: 0, ...change };
}
