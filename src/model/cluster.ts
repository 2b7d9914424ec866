/** Owns the description of the cluster: what there is to run on, and what is allowed where. */

import type { Measure } from "./machine-use.ts";

/** A node and what it has. */
export interface Node {
  readonly name: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus: number;
  /** What its GPUs are called; null or left out: nobody said. */
  readonly gpuType?: string | null;
  /** What jobs may ask for by name. */
  readonly features?: readonly string[];
  /** What an operator said of it; null or left out: nothing. Nothing is started on a node with a mark. */
  readonly mark?: NodeMark | null;
  /** A machine of its own, of the target of that name; left out: it is a part of this one. */
  readonly target?: string;
  /** Where a machine of its own is reached. */
  readonly address?: string;
}

/** `drain`: what runs there goes on; `down`: it doesn't. */
export interface NodeMark {
  readonly state: "drain" | "down";
  readonly reason: string;
  readonly by: { readonly name: string; readonly uid: number };
  /** Epoch ms. */
  readonly at: number;
  /** Nobody reaches it: it was not an operator who said so. */
  readonly isSilent?: true;
}

/** A queue (partition) somebody described; limits are enforced. Times in seconds, null is none. */
export interface Queue {
  readonly name: string;
  readonly isDefault: boolean;
  readonly defaultWallTime: number | null;
  readonly maxWallTime: number | null;
  /** Slots on each node; null is as many as it has processors. */
  readonly slots: number | null;
  /** Order among queues when none is asked for; lower first. */
  readonly sequence: number;
  /** Jobs of queues with more go first; left out: as in any other. */
  readonly priority?: number;
  /** Who may use it; null or left out: everybody. */
  readonly users?: readonly string[] | null;
  /** `down` starts nothing, `drain` takes nothing, `inactive` neither; left out: up. */
  readonly state?: "up" | "down" | "drain" | "inactive";
  /** Its jobs stand still, and none starts. */
  readonly suspended?: boolean;
  /** The parallel environments it takes jobs of; null or left out: all. */
  readonly environments?: readonly string[] | null;
  /** Hosts and `@groups` of them that have it; null or left out: all. */
  readonly hosts?: readonly string[] | null;
  /** Sets of users who may use it, and of those who may not; left out: as `users` says. */
  readonly userSets?: { readonly allowed: readonly string[]; readonly barred: readonly string[] };
  /** How much it has of resources that are counted. */
  readonly capacities?: readonly Capacity[];
  /** Loads at which it takes no more jobs, and at which so many of them are stopped, each so many ms. */
  readonly thresholds?: {
    readonly load: readonly Threshold[];
    readonly suspend: readonly Threshold[];
    readonly atOnce: number;
    readonly intervalMs: number;
  };
  /** What else its family's administrators say of it, in their words. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Whether a script's `#!` line is looked at (Grid Engine); left out: it is not. */
  readonly shellStartMode?: ShellStartMode;
}

/** A limit, and on which side of it all is well. */
export interface Threshold {
  /** As its family calls it. */
  readonly name: string;
  /** The limit as somebody said it. */
  readonly said: string;
  readonly measure: Measure;
  readonly limit: number;
  /** Beyond it is what is less, not what is more. */
  readonly least: boolean;
}

/** `unix_behavior` runs a script as a program, `script_from_stdin` gives it to the shell's standard input. */
export type ShellStartMode = "posix_compliant" | "unix_behavior" | "script_from_stdin";

/** A parallel environment somebody described. */
export interface ParallelEnvironmentDescription {
  readonly name: string;
  readonly slots: number;
  readonly allocationRule: string;
  /** What else its family's administrators say of it, in their words. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A resource of the site that Grid Engine's jobs ask for by name. */
export interface ComplexDescription {
  readonly name: string;
  readonly shortcut: string;
  readonly kind: "integer" | "double" | "memory" | "time" | "string" | "boolean" | "host";
  readonly consumable: boolean;
  /** Taken once by a job, however many slots it has. */
  readonly perJob?: boolean;
  /** Left out: jobs may ask for it; a job must where it is `forced`. */
  readonly requestable?: boolean | "forced";
  /** How a request compares with what there is; left out: as its kind does. */
  readonly comparison?: string;
  /** What each slot takes that asks for none; left out: nothing. */
  readonly usual?: string;
  readonly urgency?: string;
}

/** Hosts by one name, which begins with `@`; groups may be members. */
export interface HostGroup {
  readonly name: string;
  readonly hosts: readonly string[];
}

/** Users by one name. */
export interface UserSet {
  readonly name: string;
  readonly users: readonly string[];
  /** What else its family's administrators say of it, in their words. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How much there is of a resource. */
export interface Capacity {
  readonly name: string;
  /** As somebody said it. */
  readonly said: string;
  /** Bytes, seconds or a count. */
  readonly amount: number;
}

/** How much a host has of resources that are counted. */
export interface HostCapacities {
  readonly name: string;
  readonly values: readonly Capacity[];
}

/** What a site allows of jobs; what is left out is not limited. */
export interface SiteRules {
  /** Jobs that are not over: of everybody, of one user. */
  readonly jobs?: number | null;
  readonly jobsPerUser?: number | null;
  /** Tasks of one array. */
  readonly tasks?: number | null;
  /** The lowest number of a user, and of a user's group, who may have jobs. */
  readonly leastUid?: number;
  readonly leastGid?: number;
  /** Every job must name a project. */
  readonly projectNeeded?: boolean;
  /** Nothing may be submitted, or administered, on this host. */
  readonly closedTo?: { readonly submission?: boolean; readonly administration?: boolean };
}

/** An account and its users; the first one of a user is what their jobs go to that name none. */
export interface Account {
  readonly name: string;
  readonly users: readonly string[];
}

/** What this cluster is. `strict` refuses what is not described. */
export interface ClusterDescription {
  readonly name: string;
  readonly host: string;
  readonly nodes: readonly Node[];
  /** Empty: nobody described any, every name is accepted. */
  readonly queues: readonly Queue[];
  /** Where there are no described ones: those of which an operator said something. */
  readonly undescribedQueues?: readonly Queue[];
  readonly parallelEnvironments: readonly ParallelEnvironmentDescription[];
  /** Options that every job of a family has unless it says otherwise, as words. */
  readonly defaults?: { readonly slurm: readonly string[]; readonly sge: readonly string[] };
  /** Resources of the site, besides those that every cluster has. */
  readonly complexes?: readonly ComplexDescription[];
  /** Besides the one of all hosts, which every cluster has. */
  readonly hostGroups?: readonly HostGroup[];
  readonly userSets?: readonly UserSet[];
  readonly hostCapacities?: readonly HostCapacities[];
  /** Bytes for each processor when nothing is asked for; null: memory is not counted then. */
  readonly defaultMemoryPerCpu: number | null;
  /** Seconds between the gentle and the final signal (Slurm's KillWait). */
  readonly killWait: number;
  /** Seconds of warning before suspension or the end where a job asked for it (Grid Engine's notify). */
  readonly notifyTime: number;
  /** Highest array index + 1 (Slurm's MaxArraySize). */
  readonly maxArraySize: number;
  /** Seconds for which an ended job stays in listings (Slurm's MinJobAge). */
  readonly minJobAge: number;
  readonly strict: boolean;
  /** What Grid Engine's administrators allow; left out: everything. */
  readonly site?: SiteRules;
  /** What would wait for ever in its queue is refused (Slurm's EnforcePartLimits=ALL); left out: it waits. */
  readonly enforceLimits?: boolean;
  /** Jobs are cancelled whose dependency can never be met, unless they say otherwise (Slurm's kill_invalid_depend). */
  readonly cancelIfNeverMet?: boolean;
  /** The accounts there are; left out: every name is one. */
  readonly accounts?: readonly Account[];
  /** Only these, each by its own users, are taken (Slurm's AccountingStorageEnforce=associations); left out: any. */
  readonly enforceAccounts?: boolean;
  /** Qualities of service; left out: every name is one. */
  readonly qualities?: readonly string[];
  /** Names of other clusters that jobs are handed to. */
  readonly targets?: readonly string[];
}

/** The same cluster for a job that goes elsewhere: what is described here neither limits it nor refuses it. */
export function unbounded(cluster: ClusterDescription): ClusterDescription {
  const { accounts: _, qualities: __, defaults: ___, ...rest } = cluster;
  const free = { queues: [], strict: false, enforceLimits: false, enforceAccounts: false };
  return { ...rest, ...free, parallelEnvironments: [], maxArraySize: Number.MAX_SAFE_INTEGER };
}

/** The nodes of an element one by one, the one that runs its script first. */
export function nodeNames({ node }: { readonly node: string }): readonly string[] {
  return node.split(",");
}

/** The cluster as a job sees it that goes to that target, or runs here: only with nodes that it may be on. */
export function clusterOf(cluster: ClusterDescription, target: string | undefined): ClusterDescription {
  const isOwn = (node: Node): boolean => node.target === target;
  return cluster.nodes.every(isOwn) ? cluster : { ...cluster, nodes: cluster.nodes.filter(isOwn) };
}

/** The cluster part by part: this machine's nodes, then each plain machine by itself, as if it were all there is. */
export function placesOf(cluster: ClusterDescription): readonly ClusterDescription[] {
  const machines = cluster.nodes.filter(({ target }) => target !== undefined);
  if (machines.length === 0) return [cluster];
  const own = clusterOf(cluster, undefined);
  const each = machines.map((node) => ({ ...cluster, host: node.name, nodes: [node] }));
  return own.nodes.length === 0 ? each : [own, ...each];
}

/** Every queue of which something is known. */
export function knownQueues({ queues, undescribedQueues = [] }: ClusterDescription): readonly Queue[] {
  return undescribedQueues.length === 0 ? queues : [...queues, ...undescribedQueues];
}

/** Everything there is, added up over the nodes. */
export function totals(cluster: ClusterDescription): { cpus: number; memory: number; gpus: number } {
  return cluster.nodes.reduce(
    (sum, node) => ({ cpus: sum.cpus + node.cpus, memory: sum.memory + node.memory, gpus: sum.gpus + node.gpus }),
    { cpus: 0, memory: 0, gpus: 0 },
  );
}

/** A cluster that nobody described: one node, no queues, nothing forbidden. */
export function plainCluster(machine: {
  host: string;
  cpus: number;
  memory: number;
  gpus: number;
}): ClusterDescription {
  return {
    name: "headnode",
    host: machine.host,
    nodes: [{ name: machine.host, cpus: machine.cpus, memory: machine.memory, gpus: machine.gpus }],
    queues: [],
    parallelEnvironments: [],
    defaultMemoryPerCpu: null,
    killWait: 30,
    notifyTime: 60,
    maxArraySize: 1_000_001,
    minJobAge: 300,
    strict: false,
  };
}
