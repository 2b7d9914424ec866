/** Owns what `scontrol update PartitionName=…` says, key by key: the state of a partition and its limits. */

import { attempt } from "../../language/codec.ts";
import type { Standing } from "../../language/option.ts";
import type { Queue } from "../../model/cluster.ts";
import { UsageError } from "../../model/errors.ts";
import { timeLimit } from "./codecs.ts";

/** What becomes of a partition. */
export type PartitionChange = Partial<Omit<Queue, "name">>;

/** A key for partitions: what a value of it means. */
export interface PartitionKey {
  readonly names: readonly string[];
  readonly help: string;
  readonly standing: Standing;
  readonly change: (value: string, said: string) => PartitionChange;
}

const honoured = (name: string, help: string, change: PartitionKey["change"]): PartitionKey => ({
  ...{ names: [name], help, standing: { kind: "honoured" }, change },
});
const refused = (name: string, why: string): PartitionKey => ({
  ...{ names: [name], help: "not changed here", standing: { kind: "refused", why }, change: () => ({}) },
});

const everybody = "the config says who may use a partition";
const allNodes = "every partition has all nodes";
const notShared = "jobs don't share processors";

const states = ["up", "down", "drain", "inactive"] as const;

/** The keys, in the order of the manual. */
export const partitionKeys: readonly PartitionKey[] = [
  refused("AllocNodes", "jobs are submitted from this machine"),
  refused("AllowAccounts", everybody),
  refused("AllowGroups", everybody),
  refused("AllowQos", everybody),
  refused("Alternate", "a partition has no alternate"),
  refused("CpuBind", "processors are bound as the job asks"),
  honoured("Default", "whether jobs go to it that name none", (value, said) => ({
    isDefault: oneOf(["yes", "no"] as const, { value, said, what: "Default values are YES and NO" }) === "yes",
  })),
  honoured("DefaultTime", "time limit of jobs that ask for none", (value, said) => ({
    defaultWallTime: seconds(value, said),
  })),
  refused("DefMemPerCPU", "the config says how much memory a processor comes with"),
  refused("DefMemPerNode", "the config says how much memory a processor comes with"),
  refused("DenyAccounts", everybody),
  refused("DenyQos", everybody),
  refused("DisableRootJobs", everybody),
  refused("ExclusiveUser", notShared),
  refused("GraceTime", "nothing is preempted"),
  refused("Hidden", "no partition is hidden"),
  refused("JobDefaults", "the config has defaults of all jobs"),
  refused("LLN", "the first node with room is taken"),
  honoured("MaxCPUsPerNode", "processors of each node that it may use", (value, said) => ({
    slots: count(value, said),
  })),
  refused("MaxMemPerCPU", "memory is limited by what the nodes have"),
  refused("MaxMemPerNode", "memory is limited by what the nodes have"),
  refused("MaxNodes", allNodes),
  honoured("MaxTime", "longest time limit", (value, said) => ({ maxWallTime: seconds(value, said) })),
  refused("MinNodes", allNodes),
  refused("Nodes", allNodes),
  refused("OverSubscribe", notShared),
  refused("OverTimeLimit", "jobs end at their time limit"),
  refused("PowerDownOnIdle", "nodes are not powered down"),
  refused("PreemptMode", "nothing is preempted"),
  honoured("PriorityTier", "jobs of a partition with more go first", (value, said) => ({
    priority: count(value, said) ?? 1,
  })),
  refused("PriorityJobFactor", "partitions go by PriorityTier"),
  refused("QoS", "there is one quality of service"),
  refused("ReqResv", "there are no reservations"),
  refused("ResumeTimeout", "nodes are not powered down"),
  refused("RootOnly", everybody),
  refused("SelectTypeParameters", "processors are what is given out"),
  honoured("State", "UP, DOWN (starts nothing), DRAIN (takes nothing) or INACTIVE (neither)", (value, said) => ({
    state: oneOf(states, { value, said, what: "State values are UP, DOWN, DRAIN and INACTIVE" }),
  })),
  refused("SuspendTime", "nodes are not powered down"),
  refused("SuspendTimeout", "nodes are not powered down"),
  refused("TRESBillingWeights", "nothing is billed"),
];

/** What the keys come to. Throws UsageError, worded as scontrol does. */
export function partitionChangeOf(said: readonly (readonly [key: string, value: string])[]): PartitionChange {
  if (said.length === 0) throw new UsageError("scontrol: error: No changes specified", 1);
  return Object.assign({}, ...said.map(([key, value]) => rowOf(key, value).change(value, `${key}=${value}`)));
}

function rowOf(key: string, value: string): PartitionKey {
  const lower = key.toLowerCase();
  const row =
    partitionKeys.find(({ names }) => names.some((name) => name.toLowerCase() === lower)) ??
    partitionKeys.find(({ names }) => lower.length >= 4 && names.some((name) => name.toLowerCase().startsWith(lower)));
  if (!row) throw invalid(`Update of this parameter is not supported: ${key}=${value}\n`, "Request aborted");
  if (row.standing.kind === "refused") throw new UsageError(`${key} is not changed here: ${row.standing.why}`, 1);
  return row;
}

function oneOf<T extends string>(
  words: readonly T[],
  { value, said, what }: { readonly value: string; readonly said: string; readonly what: string },
): T {
  const found = words.find((word) => word === value.toLowerCase());
  if (found === undefined) throw invalid(`Invalid input: ${said}`, `Acceptable ${what}`);
  return found;
}

/** Null where there is no limit. */
function seconds(value: string, said: string): number | null {
  if (/^(unlimited|infinite|none|-1)$/i.test(value)) return null;
  const read = attempt(timeLimit, value);
  if ("error" in read) throw invalid(`Invalid input ${said}`);
  return Number.isFinite(read.value) ? read.value : null;
}

function count(value: string, said: string): number | null {
  if (/^(unlimited|infinite|-1)$/i.test(value)) return null;
  if (!/^[0-9]+$/.test(value)) throw invalid(`Invalid input ${said}`);
  return Number(value);
}

// scontrol goes on to say that nothing went wrong with the request that it did not send.
function invalid(...lines: readonly string[]): UsageError {
  const text = lines.map((line) => `scontrol: error: ${line}`).join("\n");
  return new UsageError(`${text}\nslurm_update error: No error`, 1);
}
