/** Owns what a config makes of this machine: the description of the cluster. */

import { type ClusterDescription, type Node, plainCluster, type Queue } from "../model/cluster.ts";
import type { Config } from "./config.ts";
import { expandNames } from "./names.ts";

/** What the machine is, whatever the config says of it. */
export interface Machine {
  readonly host: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus: number;
}

/** The cluster that a config describes. Everything that it leaves out is as on a machine without one. */
export function describeCluster(config: Config, machine: Machine): ClusterDescription {
  const { cluster, machine: said } = config;
  const used = {
    host: machine.host,
    cpus: said.cpus ?? machine.cpus,
    memory: said.memory ?? machine.memory,
    gpus: said.gpus?.count ?? machine.gpus,
  };
  const plain = plainCluster(used);
  return {
    ...plain,
    name: cluster.name ?? plain.name,
    nodes: nodesOf(config, used),
    queues: config.queues.map(queueOf),
    parallelEnvironments: config.parallelEnvironments.map((each) => ({
      name: each.name,
      slots: each.slots ?? 999,
      allocationRule: each.allocation_rule ?? "$pe_slots",
      ...(each.control_slaves ? { attributes: { control_slaves: "TRUE" } } : {}),
    })),
    complexes: config.complexes.map((each) => ({
      name: each.name,
      shortcut: each.shortcut ?? each.name,
      kind: each.type ?? "integer",
      consumable: each.consumable ?? false,
    })),
    defaults: { slurm: wordsOf(config.slurm.defaults), sge: wordsOf(config.sge.defaults) },
    defaultMemoryPerCpu: cluster.default_memory_per_cpu ?? plain.defaultMemoryPerCpu,
    killWait: cluster.kill_wait ?? plain.killWait,
    notifyTime: cluster.notify_time ?? plain.notifyTime,
    maxArraySize: cluster.max_array_size ?? plain.maxArraySize,
    minJobAge: cluster.min_job_age ?? plain.minJobAge,
    strict: config.top.strict ?? plain.strict,
    enforceLimits: config.slurm.enforce_limits ?? false,
    cancelIfNeverMet: config.slurm.cancel_if_never_met ?? false,
    enforceAccounts: config.slurm.enforce_accounts ?? false,
    ...(config.slurm.qualities === null ? {} : { qualities: config.slurm.qualities }),
    ...(config.accounts.length > 0
      ? { accounts: config.accounts.map(({ name, users }) => ({ name, users: users ?? [] })) }
      : {}),
  };
}

function queueOf(queue: Config["queues"][number], at: number, all: Config["queues"]): Queue {
  const anyDefault = all.some(({ default: said }) => said === true);
  const maxWallTime = finite(queue.max_time);
  return {
    name: queue.name,
    isDefault: anyDefault ? queue.default === true : at === 0,
    defaultWallTime: finite(queue.default_time),
    maxWallTime,
    slots: queue.slots,
    sequence: queue.order ?? at,
    priority: queue.priority ?? 1,
    users: queue.users,
    state: queue.state ?? "up",
  };
}

function wordsOf(options: readonly string[] | null): readonly string[] {
  return (options ?? []).flatMap((option) => option.split(/\s+/)).filter((word) => word !== "");
}

function finite(seconds: number | null): number | null {
  return seconds !== null && Number.isFinite(seconds) ? seconds : null;
}

function nodesOf({ nodes, machine }: Config, used: Machine): readonly Node[] {
  const gpuType = machine.gpus?.type ?? null;
  if (nodes === null || typeof nodes === "number")
    return shares(nodes ?? 1, used).map((node) => ({ ...node, gpuType }));
  const named = nodes.flatMap((node) => expandNames(node.name ?? "").map((name) => ({ ...node, name })));
  const alike = shares(named.length, used);
  return named.map(({ name, cpus, memory, gpus, features }, at) => ({
    name,
    cpus: cpus ?? alike[at]?.cpus ?? 1,
    memory: memory ?? alike[at]?.memory ?? 0,
    gpus: gpus?.count ?? 0,
    gpuType: gpus?.type ?? gpuType,
    features: features ?? [],
  }));
}

/**
 * The machine in so many equal parts, each with a processor at least. The first has the machine's own name, so that a
 * program which meets the others at the first node finds this machine.
 */
function shares(count: number, { host, cpus, memory, gpus }: Machine): readonly Node[] {
  const part = (all: number, at: number) => Math.floor(((at + 1) * all) / count) - Math.floor((at * all) / count);
  return Array.from({ length: count }, (_, at) => ({
    name: at === 0 ? host : `${host}-${at + 1}`,
    cpus: Math.max(1, part(cpus, at)),
    memory: part(memory, at),
    gpus: part(gpus, at),
  }));
}
