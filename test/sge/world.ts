/** Owns the cluster that Grid Engine's transcripts are played on: two queues, three parallel environments. */

import { sgeCommands } from "../../src/commands/sge/index.ts";
import { sgeDialect } from "../../src/dialects/sge/dialect.ts";
import type { ClusterDescription, Queue } from "../../src/model/cluster.ts";
import type { User } from "../../src/model/job.ts";
import type { WorldOptions } from "../support/cluster.ts";

const user = (name: string, uid: number): User => ({
  ...{ name, uid, gid: uid, group: name },
  home: `/home/${name}`,
  shell: "/bin/bash",
});

export const users = [user("alice", 1001), user("bob", 1002), user("root", 0)];

const queue = (name: string, sequence: number): Queue => ({
  ...{ name, sequence },
  isDefault: sequence === 0,
  defaultWallTime: null,
  maxWallTime: null,
  slots: 4,
});

const pe = (name: string) => ({ name, slots: 999, allocationRule: "$pe_slots" });
const spread = (name: string) => ({
  ...{ name, slots: 999, allocationRule: "$round_robin" },
  attributes: { control_slaves: "TRUE" },
});

/** The cluster of the recorded replies, as far as it can be described. */
export const described: ClusterDescription = {
  name: "test",
  host: "vm",
  nodes: [{ name: "vm", cpus: 8, memory: 64 * 2 ** 30, gpus: 0 }],
  queues: [queue("all.q", 0), queue("long.q", 10)],
  parallelEnvironments: [spread("make"), pe("smp"), spread("mpi")],
  defaultMemoryPerCpu: null,
  killWait: 30,
  notifyTime: 5,
  maxArraySize: 75_000,
  minJobAge: 300,
  strict: true,
};

/** A world with Grid Engine's commands. */
export function sgeWorld(description: ClusterDescription = described): WorldOptions {
  return {
    users,
    description,
    commands: sgeCommands,
    dialects: [sgeDialect],
    machine: { arch: "x64", hostName: "vm" },
  };
}
