/** Owns what operators change of a cluster while it is used: nodes, queues, what is allowed; over what the config describes. */

import type {
  ClusterDescription,
  ComplexDescription,
  HostCapacities,
  HostGroup,
  Node,
  ParallelEnvironmentDescription,
  Queue,
  SiteRules,
  UserSet,
} from "./cluster.ts";

/** What is different about one node or queue from what was described; a later change of the same field replaces it. */
export type Amendment =
  | { readonly kind: "node"; readonly name: string; readonly change: Partial<Omit<Node, "name">> }
  | { readonly kind: "queue"; readonly name: string; readonly change: Partial<Omit<Queue, "name">> }
  | { readonly kind: "site"; readonly name: "global"; readonly change: SiteRules }
  | Definition;

/** What can be made and removed. */
export interface Definable {
  readonly definedQueue: Queue;
  readonly environment: ParallelEnvironmentDescription;
  readonly complex: ComplexDescription;
  readonly hostGroup: HostGroup;
  readonly userSet: UserSet;
  readonly host: HostCapacities;
}

/** An object as it is from now on; null: there is none of that name. */
export type Definition = {
  [Kind in keyof Definable]: {
    readonly kind: Kind;
    readonly name: string;
    readonly change: { readonly definition: Definable[Kind] | null };
  };
}[keyof Definable];

/** The cluster with all amendments. What is said of a queue of a cluster without any is kept beside. */
export function amended(described: ClusterDescription, amendments: readonly Amendment[]): ClusterDescription {
  if (amendments.length === 0) return described;
  const ofNodes = new Map(amendments.flatMap((each) => (each.kind === "node" ? [[each.name, each.change]] : [])));
  const ofQueues = new Map(amendments.flatMap((each) => (each.kind === "queue" ? [[each.name, each.change]] : [])));
  const queues = defined("definedQueue", described.queues, amendments);
  const site = amendments.find((each) => each.kind === "site")?.change;
  return {
    ...described,
    nodes: described.nodes.map((node) => ({ ...node, ...ofNodes.get(node.name) })),
    queues: queues.map((queue) => ({ ...queue, ...ofQueues.get(queue.name) })),
    undescribedQueues: queues.length > 0 ? [] : [...ofQueues].map(undescribedQueue),
    parallelEnvironments: defined("environment", described.parallelEnvironments, amendments),
    complexes: defined("complex", described.complexes ?? [], amendments),
    hostGroups: defined("hostGroup", described.hostGroups ?? [], amendments),
    userSets: defined("userSet", described.userSets ?? [], amendments),
    hostCapacities: defined("host", described.hostCapacities ?? [], amendments),
    ...(site ? { site: { ...described.site, ...site } } : {}),
  };
}

function defined<Kind extends keyof Definable>(
  kind: Kind,
  before: readonly Definable[Kind][],
  amendments: readonly Amendment[],
): readonly Definable[Kind][] {
  const objects = new Map(before.map((object) => [object.name, object]));
  for (const each of amendments) {
    if (!isOf(kind, each)) continue;
    if (each.change.definition === null) objects.delete(each.name);
    else objects.set(each.name, each.change.definition);
  }
  return [...objects.values()];
}

function isOf<Kind extends keyof Definable>(
  kind: Kind,
  each: { readonly kind: string; readonly name: string; readonly change: unknown },
): each is {
  readonly kind: Kind;
  readonly name: string;
  readonly change: { readonly definition: Definable[Kind] | null };
} {
  return each.kind === kind;
}

function undescribedQueue([name, change]: readonly [string, Partial<Queue>]): Queue {
  const limits = { defaultWallTime: null, maxWallTime: null, slots: null };
  return { ...limits, name, isDefault: false, sequence: 0, ...change };
}
