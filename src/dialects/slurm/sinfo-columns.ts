/** Owns sinfo's columns, one row each: letter of -o, name of -O, heading, value, and how nodes are put on one line. */

import type { Column } from "../../language/column.ts";
import type { ClusterDescription, NodeMark, Queue } from "../../model/cluster.ts";
import { type MachineUse, machineAt } from "../../model/machine-use.ts";
import { release } from "./cluster-details.ts";
import { shortDuration } from "./durations.ts";
import { foldHosts } from "./hostlists.ts";
import { stamp } from "./moments.ts";
import { addressOf, hostOf, type NodeUse, nodeState, wholeMegabytes } from "./node-use.ts";

/** One line: nodes of a partition that are shown together; none where no node of it is wanted. */
export interface NodeLine {
  readonly queue: Queue;
  readonly uses: readonly NodeUse[];
  readonly cluster: ClusterDescription;
  readonly machine: MachineUse;
}

type Value = (line: NodeLine) => string | number;

/**
 * A column. What differs in a `partition` or `state` column keeps nodes on lines of their own; with -e that holds for an
 * `amount` too, of which otherwise the least is shown, with a plus sign; `together` is about all nodes of the line.
 */
export interface SinfoColumn {
  readonly letter: string;
  readonly name: string;
  readonly heading: string;
  readonly kind: "partition" | "state" | "amount" | "together";
  readonly value: Value;
}

type Kind = SinfoColumn["kind"];
type Maker = (letter: string, name: string, heading: string) => (value: Value) => SinfoColumn;

const column =
  (kind: Kind): Maker =>
  (letter, name, heading) =>
  (value) => ({ letter, name, heading, kind, value });
const partition = column("partition");
const state = column("state");
const together = column("together");
const amount = (letter: string, name: string, heading: string) => (of: (use: NodeUse) => number | string) =>
  column("amount")(letter, name, heading)(({ uses }) => least(uses.map(of)));

const none = "n/a";
const always =
  (text: string | number): Value =>
  () =>
    text;
const limit = (seconds: number | null, otherwise: string) => (seconds === null ? otherwise : shortDuration(seconds));

function least(values: readonly (number | string)[]): string {
  const [first = 0, ...rest] = values;
  if (rest.every((value) => value === first)) return String(first);
  return `${Math.min(...values.map(Number))}+`;
}

/** Counts by state: allocated, idle, other and all of them. */
function counts({ uses }: NodeLine, of: (use: NodeUse) => { readonly taken: number; readonly all: number }): string {
  const sums = { taken: 0, idle: 0, other: 0 };
  for (const use of uses) {
    const { taken, all } = of(use);
    sums.taken += taken;
    // What nothing is started on is neither taken nor idle.
    sums[use.node.mark ? "other" : "idle"] += all - taken;
  }
  return `${sums.taken}/${sums.idle}/${sums.other}/${sums.taken + sums.idle + sums.other}`;
}

const nodeCounts: Value = (line) => counts(line, ({ cpus }) => ({ taken: cpus > 0 ? 1 : 0, all: 1 }));
const cpuCounts: Value = (line) => counts(line, ({ cpus, node }) => ({ taken: cpus, all: node.cpus }));
const names: Value = ({ uses }) => foldHosts(uses.map(({ node }) => node.name));
const gpus = (count: number) => `gpu:${count}`;

const features: Value = ({ uses: [use] }) => use?.node.features?.join(",") || "(null)";
const marked =
  (otherwise: string, of: (mark: NodeMark) => string): Value =>
  ({ uses: [use] }) =>
    use?.node.mark ? of(use.node.mark) : otherwise;

/** All columns; -O knows those with a name, -o those with a letter. */
export const sinfoColumns: readonly SinfoColumn[] = [
  partition("a", "Available", "AVAIL")(({ queue }) => queue.state ?? "up"),
  together("A", "NodeAI", "NODES(A/I)")((line) => String(nodeCounts(line)).split("/").slice(0, 2).join("/")),
  amount("", "AllocMem", "ALLOCMEM")(({ memory }) => wholeMegabytes(memory)),
  state("b", "features_act", "ACTIVE_FEATURES")(features),
  partition("B", "MaxCPUsPerNode", "MAX_CPUS_PER_NODE")(({ queue }) => queue.slots ?? "UNLIMITED"),
  amount("c", "CPUs", "CPUS")(({ node }) => node.cpus),
  together("C", "CPUsState", "CPUS(A/I/O/T)")(cpuCounts),
  state("", "Comment", "COMMENT")(always("(null)")),
  amount("d", "Disk", "TMP_DISK")(() => 0),
  together("D", "Nodes", "NODES")(({ uses }) => uses.length),
  state("e", "FreeMem", "FREE_MEM")(measured(({ memoryFree }) => wholeMegabytes(memoryFree))),
  state("E", "Reason", "REASON")(marked("none", ({ reason }) => reason)),
  state("", "Extra", "EXTRA")(always("(null)")),
  state("f", "Features", "AVAIL_FEATURES")(features),
  together("F", "NodeAIOT", "NODES(A/I/O/T)")(nodeCounts),
  partition("g", "Groups", "GROUPS")(always("all")),
  amount("G", "Gres", "GRES")(({ node }) => (node.gpus ? gpus(node.gpus) : "(null)")),
  amount("", "GresUsed", "GRES_USED")((use) => (use.node.gpus ? gpus(use.gpus) : "(null)")),
  partition("h", "OverSubscribe", "OVERSUBSCRIBE")(always("NO")),
  state("H", "Timestamp", "TIMESTAMP")(marked("Unknown", ({ at }) => stamp(at))),
  partition("I", "PriorityJobFactor", "PRIO_JOB_FACTOR")(always(1)),
  partition("l", "Time", "TIMELIMIT")(({ queue }) => limit(queue.maxWallTime, "infinite")),
  partition("L", "DefaultTime", "DEFAULTTIME")(({ queue }) => limit(queue.defaultWallTime, none)),
  amount("m", "Memory", "MEMORY")(({ node }) => wholeMegabytes(node.memory)),
  partition("M", "PreemptMode", "PREEMPT_MODE")(always("OFF")),
  state("n", "NodeHost", "HOSTNAMES")(({ uses: [use], cluster }) => (use ? hostOf(use.node, cluster) : "")),
  together("N", "NodeList", "NODELIST")(names),
  state("o", "NodeAddr", "NODE_ADDR")(({ uses: [use] }) => (use ? addressOf(use.node) : "")),
  state("O", "CPUsLoad", "CPU_LOAD")(measured(({ load }) => load[0].toFixed(2))),
  partition("p", "PriorityTier", "PRIO_TIER")(({ queue }) => queue.priority ?? 1),
  partition("P", "Partition", "PARTITION")(({ queue }) => `${queue.name}${queue.isDefault ? "*" : ""}`),
  state("", "Port", "PORT")(always(0)),
  partition("r", "Root", "ROOT")(always("no")),
  partition("R", "PartitionName", "PARTITION")(({ queue }) => queue.name),
  partition("s", "Size", "JOB_SIZE")(always("1-infinite")),
  partition("S", "AllocNodes", "ALLOCNODES")(always("all")),
  state("t", "StateCompact", "STATE")(({ uses: [use] }) => (use ? nodeState(use).short : none)),
  state("T", "StateLong", "STATE")(({ uses: [use] }) => (use ? nodeState(use).long : none)),
  state(
    "",
    "StateComplete",
    "STATECOMPLETE",
  )(({ uses: [use] }) => (use ? [nodeState(use).base, ...nodeState(use).flags].join("+") : none)),
  state("u", "User", "USER")(marked("Unknown", ({ by }) => by.name)),
  state("U", "UserLong", "USER")(marked("Unknown", ({ by }) => `${by.name}(${by.uid})`)),
  state("v", "Version", "VERSION")(always(release)),
  partition("V", "Cluster", "CLUSTER")(always("N/A")),
  amount("w", "Weight", "WEIGHT")(() => 1),
  amount("X", "Sockets", "SOCKETS")(() => 1),
  amount("Y", "Cores", "CORES")(({ node }) => node.cpus),
  amount("z", "SocketCoreThread", "S:C:T")(({ node }) => `1:${node.cpus}:1`),
  amount("Z", "Threads", "THREADS")(() => 1),
];

/** Columns as letter formats ask for them. */
export const sinfoLetters: readonly Column<NodeLine>[] = sinfoColumns
  .filter(({ letter }) => letter !== "")
  .map((row) => asked(row, row.letter));

/** Columns as name formats ask for them. */
export const sinfoNames: readonly Column<NodeLine>[] = sinfoColumns.map((row) => asked(row, row.name));

function measured(look: (use: MachineUse) => string | number) {
  return ({ uses: [use], machine }: NodeLine): string | number => {
    const found = use ? machineAt(machine, use.node) : machine;
    return found === null ? "N/A" : look(found);
  };
}

function asked({ heading, value }: SinfoColumn, ask: string): Column<NodeLine> {
  return { ask, heading, value: (line) => String(value(line)), width: 0, right: false };
}
