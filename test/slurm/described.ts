/** Owns the cluster and the users that Slurm's tests run on: one node of 4 processors, 8000 MB and 2 GPUs, two partitions. */

import type { ClusterDescription } from "../../src/model/cluster.ts";
import type { User } from "../../src/model/job.ts";

const megabyte = 2 ** 20;
const day = 86_400;

export const ada: User = { name: "ada", uid: 1004, gid: 1004, group: "ada", home: "/home/ada", shell: "/bin/bash" };
export const ben: User = { ...ada, name: "ben", uid: 1005, home: "/home/ben" };
export const root: User = { ...ada, name: "root", uid: 0, gid: 0, group: "root", home: "/root" };

/** What the recordings changed in the configuration, by the name of the recording. */
export const variants: Readonly<Record<string, Partial<ClusterDescription>>> = {
  "enforce-part-limits": { enforceLimits: true },
  "kill-invalid-depend": { cancelIfNeverMet: true },
  "no-default-memory": { defaultMemoryPerCpu: null },
  "enforce-associations": { enforceAccounts: true },
};

export const described: ClusterDescription = {
  name: "oracle",
  host: "vm",
  nodes: [{ name: "node1", cpus: 4, memory: 8000 * megabyte, gpus: 2 }],
  queues: [
    { name: "debug", isDefault: true, defaultWallTime: 600, maxWallTime: 3600, slots: null, sequence: 0 },
    { name: "long", isDefault: false, defaultWallTime: day, maxWallTime: 7 * day, slots: null, sequence: 1 },
  ],
  parallelEnvironments: [],
  defaultMemoryPerCpu: 1000 * megabyte,
  killWait: 5,
  notifyTime: 60,
  maxArraySize: 20_001,
  minJobAge: 300,
  strict: true,
};
