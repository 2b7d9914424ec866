/** Owns the records of `scontrol show node|partition|config|step`: their keys, one row each. */

import type { ClusterDescription, Node, Queue } from "../../model/cluster.ts";
import { totals } from "../../model/cluster.ts";
import { type MachineUse, machineAt } from "../../model/machine-use.ts";
import type { Listed } from "../../model/verbs.ts";
import { longDuration } from "./durations.ts";
import { nodeList } from "./hostlists.ts";
import { stamp } from "./moments.ts";
import { addressOf, hostOf, type NodeUse, nodeState, trackable, wholeMegabytes } from "./node-use.ts";
import { partitionsOf } from "./partitions.ts";
import { type Pair, pair, recordText } from "./record.ts";

/** The release that is imitated. */
export const release = "22.05.8";

const closed = { openEnd: false };
const limit = (seconds: number | null, none: string) => (seconds === null ? none : longDuration(seconds));

interface NodeFacts extends NodeUse {
  readonly cluster: ClusterDescription;
  readonly machine: MachineUse;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The record of a node; what runs its jobs was started with the daemon. */
export function nodeRecord(facts: NodeFacts, oneLine: boolean): string {
  return recordText(nodeLines, facts, { oneLine, ...closed });
}

const moment = (epoch: number) => (epoch === 0 ? "None" : stamp(epoch));
const featuresOf = ({ features = [] }: Node) => features.join(",") || "(null)";
const gpus = (count: number) => (count ? `gpu:${count}` : "(null)");

const machineOf = ({ machine, node }: NodeFacts) => machineAt(machine, node);

// A node that does not answer has a star.
function stateWords(use: NodeUse): string {
  const { base, flags } = nodeState(use);
  return (flags.includes("not_responding") ? `${base}*` : [base, ...flags].join("+")).toUpperCase();
}

const nodeLines: readonly (readonly Pair<NodeFacts>[])[] = [
  // Slurm leaves a blank at the end.
  [
    pair("NodeName", ({ node }) => node.name),
    pair("Arch", (facts) => machineOf(facts)?.architecture ?? null),
    pair("CoresPerSocket", ({ node }) => `${node.cpus} `),
  ],
  [
    pair("CPUAlloc", ({ cpus }) => cpus),
    pair("CPUEfctv", ({ node }) => node.cpus),
    pair("CPUTot", ({ node }) => node.cpus),
    pair("CPULoad", (facts) => machineOf(facts)?.load[0].toFixed(2) ?? "N/A"),
  ],
  [pair("AvailableFeatures", ({ node }) => featuresOf(node))],
  [pair("ActiveFeatures", ({ node }) => featuresOf(node))],
  [pair("Gres", ({ node }) => gpus(node.gpus))],
  [
    pair("NodeAddr", ({ node }) => addressOf(node)),
    pair("NodeHostName", ({ node, cluster }) => hostOf(node, cluster)),
    pair("Version", () => release),
  ],
  [pair("OS", (facts) => (machineOf(facts) ? `${machineOf(facts)?.system} ` : null))],
  [
    pair("RealMemory", ({ node }) => wholeMegabytes(node.memory)),
    pair("AllocMem", ({ memory }) => wholeMegabytes(memory)),
    pair("FreeMem", (facts) => (machineOf(facts) ? wholeMegabytes(machineOf(facts)?.memoryFree ?? 0) : "N/A")),
    pair("Sockets", () => 1),
    pair("Boards", () => 1),
  ],
  [
    pair("State", (use) => stateWords(use)),
    pair("ThreadsPerCore", () => 1),
    pair("TmpDisk", () => 0),
    pair("Weight", () => 1),
    pair("Owner", () => "N/A"),
    pair("MCS_label", () => "N/A"),
  ],
  [
    pair(
      "Partitions",
      ({ cluster }) =>
        `${partitionsOf(cluster)
          .map(({ name }) => name)
          .join(",")} `,
    ),
  ],
  [
    pair("BootTime", (facts) => moment(machineOf(facts)?.bootedAt ?? 0)),
    pair("SlurmdStartTime", (facts) => moment(machineOf(facts) ? facts.now - facts.machine.daemonSeconds * 1000 : 0)),
  ],
  [pair("LastBusyTime", ({ busyAt }) => (busyAt === null ? "Unknown" : stamp(busyAt)))],
  [pair("CfgTRES", ({ node }) => trackable(node, { nodes: null, billing: true }))],
  [pair("AllocTRES", (use) => trackable(use, { nodes: null, billing: false }))],
  [pair("CapWatts", () => "n/a")],
  [pair("CurrentWatts", () => 0), pair("AveWatts", () => 0)],
  [pair("ExtSensorsJoules", () => "n/s"), pair("ExtSensorsWatts", () => 0), pair("ExtSensorsTemp", () => "n/s")],
  [pair("Reason", ({ node: { mark } }) => (mark ? `${mark.reason} [${mark.by.name}@${stamp(mark.at)}]` : null))],
];

interface PartitionFacts extends Queue {
  readonly cluster: ClusterDescription;
}

/** The record of a partition. */
export function partitionRecord(queue: Queue, cluster: ClusterDescription, oneLine: boolean): string {
  return recordText(partitionLines, { ...queue, cluster }, { oneLine, ...closed });
}

const yes = (value: boolean) => (value ? "YES" : "NO");

const partitionLines: readonly (readonly Pair<PartitionFacts>[])[] = [
  [pair("PartitionName", ({ name }) => name)],
  [pair("AllowGroups", () => "ALL"), pair("AllowAccounts", () => "ALL"), pair("AllowQos", () => "ALL")],
  [pair("AllocNodes", () => "ALL"), pair("Default", ({ isDefault }) => yes(isDefault)), pair("QoS", () => "N/A")],
  [
    pair("DefaultTime", ({ defaultWallTime }) => limit(defaultWallTime, "NONE")),
    pair("DisableRootJobs", () => "NO"),
    pair("ExclusiveUser", () => "NO"),
    pair("GraceTime", () => 0),
    pair("Hidden", () => "NO"),
  ],
  [
    pair("MaxNodes", () => "UNLIMITED"),
    pair("MaxTime", ({ maxWallTime }) => limit(maxWallTime, "UNLIMITED")),
    pair("MinNodes", () => 0),
    pair("LLN", () => "NO"),
    pair("MaxCPUsPerNode", ({ slots }) => slots ?? "UNLIMITED"),
  ],
  [pair("Nodes", ({ cluster }) => cluster.nodes.map(({ name }) => name).join(","))],
  [
    pair("PriorityJobFactor", () => 1),
    pair("PriorityTier", ({ priority }) => priority ?? 1),
    pair("RootOnly", () => "NO"),
    pair("ReqResv", () => "NO"),
    pair("OverSubscribe", () => "NO"),
  ],
  [pair("OverTimeLimit", () => "NONE"), pair("PreemptMode", () => "OFF")],
  [
    pair("State", ({ state }) => (state ?? "up").toUpperCase()),
    pair("TotalCPUs", ({ cluster }) => totals(cluster).cpus),
    pair("TotalNodes", ({ cluster }) => cluster.nodes.length),
    pair("SelectTypeParameters", () => "NONE"),
  ],
  [pair("JobDefaults", () => "(null)")],
  [
    pair("DefMemPerCPU", ({ cluster }) => cluster.defaultMemoryPerCpu && wholeMegabytes(cluster.defaultMemoryPerCpu)),
    pair("DefMemPerNode", ({ cluster }) => (cluster.defaultMemoryPerCpu === null ? "UNLIMITED" : null)),
    pair("MaxMemPerNode", () => "UNLIMITED"),
  ],
  [pair("TRES", ({ cluster }) => clusterTrackable(cluster))],
];

function clusterTrackable(cluster: ClusterDescription): string {
  return trackable(totals(cluster), { nodes: cluster.nodes.length, billing: true });
}

/** A step as it is shown: the script of an element, or one that srun made. */
export interface ShownStep {
  readonly id: string;
  readonly name: string;
  readonly tasks: number;
  readonly cpus: number;
  readonly startedAt: number | null;
  /** Seconds; null: as long as its job. */
  readonly wallTime: number | null;
  readonly listed: Extract<Listed, { kind: "element" }>;
}

/** The record of a step. */
export function stepRecord(step: ShownStep, oneLine: boolean): string {
  return recordText(stepLines, step, { oneLine, ...closed });
}

const stepLines: readonly (readonly Pair<ShownStep>[])[] = [
  [
    pair("StepId", ({ id }) => id),
    pair("UserId", ({ listed }) => listed.job.user.uid),
    pair("StartTime", ({ startedAt }) => (startedAt === null ? "Unknown" : stamp(startedAt))),
    pair("TimeLimit", ({ wallTime }) => limit(wallTime, "UNLIMITED")),
  ],
  [
    pair("State", () => "RUNNING"),
    pair("Partition", ({ listed }) => listed.job.queue),
    pair("NodeList", ({ listed }) => nodeList(listed.element)),
  ],
  [
    pair("Nodes", () => 1),
    pair("CPUs", ({ cpus }) => cpus),
    pair("Tasks", ({ tasks }) => tasks),
    pair("Name", ({ name }) => name),
    pair("Network", () => "(null)"),
  ],
  [pair("TRES", ({ cpus }) => (cpus ? `cpu=${cpus},node=1` : "(null)"))],
  [pair("ResvPorts", () => "(null)")],
  [pair("CPUFreqReq", () => "Default")],
  [pair("SrunHost:Pid", () => "(null):0")],
];
