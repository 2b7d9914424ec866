/** Owns the nodes of `sinfo --json`, key by key in their order. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { idleMachine, type MachineUse, machineAt } from "../../model/machine-use.ts";
import { release } from "./cluster-details.ts";
import { addressOf, hostOf, type NodeUse, nodeState, trackable, wholeMegabytes } from "./node-use.ts";
import type { Data } from "./openapi.ts";
import { partitionsOf } from "./partitions.ts";

/** What a node's data are made from. */
export interface NodeFacts {
  readonly use: NodeUse;
  readonly cluster: ClusterDescription;
  readonly machine: MachineUse;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One node as data; what runs its jobs was started with the daemon. */
export function nodeData({ use, cluster, machine: own, now }: NodeFacts): Data {
  const { node } = use;
  const machine = machineAt(own, node) ?? idleMachine;
  const gres = (count: number) => (node.gpus ? `gpu:${count}` : "");
  const features = (node.features ?? []).join(",");
  return {
    architecture: machine.architecture,
    burstbuffer_network_address: "",
    boards: 1,
    boot_time: Math.floor(machine.bootedAt / 1000),
    comment: "",
    cores: node.cpus,
    cpu_binding: 0,
    cpu_load: Math.round(machine.load[0] * 100),
    extra: "",
    free_memory: wholeMegabytes(machine.memoryFree),
    cpus: node.cpus,
    last_busy: use.busyAt === null ? 0 : Math.floor(use.busyAt / 1000),
    features,
    active_features: features,
    gres: gres(node.gpus),
    gres_drained: "N/A",
    gres_used: gres(use.gpus),
    mcs_label: "",
    name: node.name,
    next_state_after_reboot: "invalid",
    address: addressOf(node),
    hostname: hostOf(node, cluster),
    state: nodeState(use).base,
    state_flags: nodeState(use).flags.map((flag) => flag.toUpperCase()),
    next_state_after_reboot_flags: [],
    operating_system: machine.system,
    owner: null,
    partitions: partitionsOf(cluster).map(({ name }) => name),
    port: 0,
    real_memory: wholeMegabytes(node.memory),
    reason: node.mark?.reason ?? "",
    reason_changed_at: Math.floor((node.mark?.at ?? 0) / 1000),
    reason_set_by_user: node.mark?.by.name ?? null,
    slurmd_start_time: Math.floor(now / 1000 - own.daemonSeconds),
    sockets: 1,
    threads: 1,
    temporary_disk: 0,
    weight: 1,
    tres: trackable(node, { nodes: null, billing: true }),
    slurmd_version: release,
    alloc_memory: wholeMegabytes(use.memory),
    alloc_cpus: use.cpus,
    idle_cpus: node.cpus - use.cpus,
    tres_used: trackable(use, { nodes: null, billing: false }) || null,
    tres_weighted: { decimal: 0 },
  };
}
