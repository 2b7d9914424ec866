/** Owns squeue's columns, one row each: letter of -o, name of -O, heading, value. */

import type { Column } from "../../language/column.ts";
import { placeText, silentTarget } from "../../model/away.ts";
import type { JudgedCondition, Listed } from "../../model/verbs.ts";
import { generic, gpus, licenses, megabytes } from "./codecs.ts";
import { showDependency } from "./dependencies.ts";
import { shortDuration } from "./durations.ts";
import { accruedAt, eligibleAt } from "./eligibility.ts";
import { foldHosts, nodeList } from "./hostlists.ts";
import { elapsedOf, endOf, expectedOf, indexText, type Line, lineId, ownId, priorityOf, startOf } from "./listing.ts";
import { stamp } from "./moments.ts";
import { reasonOf, stateOf } from "./states.ts";
import { absolute } from "./streams.ts";

type Value = (line: Line) => string | number | null;

/** A column: its letter (empty for none), name, heading and value; what has no value is `(null)`. */
interface Row {
  readonly letter: string;
  readonly name: string;
  readonly heading: string;
  readonly value: Value;
}

const row =
  (letter: string, name: string, heading: string): ((value: Value) => Row) =>
  (value) => ({ letter, name, heading, value });

const never: Value = () => null;
const always =
  (text: string | number): Value =>
  () =>
    text;
const expectedNodes: Value = (line) => {
  const nodes = expectedOf(line)?.nodes;
  return nodes ? foldHosts(nodes) : null;
};
const time = (epoch: number | null) => (epoch === null ? "N/A" : stamp(epoch));
const yes = (value: boolean) => (value ? 1 : 0);
/** Names as they were said: squeue puts nothing in for placeholders. */
const file =
  (which: "stdin" | "stdout" | "stderr"): Value =>
  ({ job, ...line }) => {
    const { stdin, stdout, stderr } = job.spec;
    const said = { stdin, stdout: stdout?.[0], stderr: stderr?.[0] ?? stdout?.[0] }[which];
    const usual = which === "stdin" ? "/dev/null" : `slurm-${ownId({ job, ...line })}.out`;
    return said === "none" ? "/dev/null" : absolute(job.workingDirectory, said ?? usual);
  };

const memory: Value = ({ geometry, cluster, convert }) => {
  const bytes = geometry.memoryPerNode ?? geometry.memoryPerCpu ?? cluster.defaultMemoryPerCpu ?? 0;
  return convert || bytes === 0 ? megabytes(bytes) : `${bytes / 2 ** 20}M`;
};

const trackable: Value = ({ geometry }) => {
  const { cpus, memory: bytes, nodes, gpus: cards } = geometry;
  const parts = [`cpu=${cpus}`, bytes ? `mem=${megabytes(bytes)}` : "", `node=${nodes}`, `billing=${cpus}`];
  return [...parts, cards ? `gres/gpu=${cards}` : ""].filter(Boolean).join(",");
};

const perNode: Value = (line) => genericPerNode(line) ?? "N/A";

const dependency: Value = ({ listed, job, isArray }) => showDependency(job.dependency, judged(listed), isArray);

// What the scheduler took out of the queue could never have run.
function judged(listed: Listed): readonly JudgedCondition[] {
  if (listed.kind === "waiting") return listed.conditions;
  if (listed.kind === "element" || listed.removed.removedBy !== null) return [];
  return (listed.job.dependency?.conditions ?? []).map((condition) => ({ condition, standing: "never" }));
}

const nodes: Value = ({ element }) => (element ? nodeList(element) : "");
const place: Value = ({ element, listed }) => {
  if (element === null) return `(${reasonOf(listed)})`;
  // Programs that read where it runs read on; people are told.
  return silentTarget(listed) === null ? nodeList(element) : `${nodeList(element)} (${reasonOf(listed)})`;
};
const exclusiveWords: Readonly<Record<string, string>> = { node: "NO", user: "USER", mcs: "MCS", no: "YES" };

/** All columns; -O knows those with a name, -o those with a letter. */
const rows: readonly Row[] = [
  row("a", "Account", "ACCOUNT")(({ job }) => job.account),
  row("", "AccrueTime", "ACCRUE_TIME")((line) => time(accruedAt(line))),
  row("", "admin_comment", "ADMIN_COMMENT")(({ listed }) => placeText(listed)),
  row("", "AllocNodes", "ALLOC_NODES")(({ job }) => job.submitHost),
  row("", "AllocSID", "ALLOC_SID")(({ job }) => job.session ?? 0),
  row("F", "ArrayJobID", "ARRAY_JOB_ID")(({ job }) => job.id),
  row("K", "ArrayTaskID", "ARRAY_TASK_ID")((line) => indexText(line) ?? "N/A"),
  row("", "AssocID", "ASSOC_ID")(always(0)),
  row("", "BatchFlag", "BATCH_FLAG")(always(1)),
  row("B", "BatchHost", "EXEC_HOST")(({ element }) => element?.node || "n/a"),
  row("", "BoardsPerNode", "BOARDS_PER_NODE")(always(0)),
  row("", "BurstBuffer", "BURST_BUFFER")(never),
  row("", "BurstBufferState", "BURST_BUFFER_STATE")(never),
  row("", "Cluster", "CLUSTER")(({ cluster, listed }) => listed.away?.target ?? cluster.name),
  row("", "ClusterFeature", "CLUSTER_FEATURES")(never),
  row("o", "Command", "COMMAND")(({ job }) => job.command.join(" ") || null),
  row("k", "Comment", "COMMENT")(({ job }) => job.spec.comment || null),
  row("O", "Contiguous", "CONTIGUOUS")(always(0)),
  row("", "Container", "CONTAINER")(never),
  row("I", "Cores", "CORES_PER_SOCKET")(always("*")),
  row("X", "CoreSpec", "CORE_SPEC")(always("N/A")),
  row("", "cpus-per-task", "CPUS_PER_TASK")(({ geometry }) => geometry.cpusPerTask),
  row(
    "",
    "cpus-per-tres",
    "CPUS_PER_TRES",
  )(({ job }) => (job.spec.cpusPerGpu ? `gres:gpu:${job.spec.cpusPerGpu}` : "N/A")),
  row("", "Deadline", "DEADLINE")(({ job }) => time(job.spec.deadline === null ? null : job.spec.deadline * 1000)),
  row("", "DelayBoot", "DELAY_BOOT")(always("0:00")),
  row("E", "Dependency", "DEPENDENCY")(dependency),
  row("", "DerivedEC", "DERIVED_EC")(always(0)),
  row("", "EligibleTime", "ELIGIBLE_TIME")((line) => time(eligibleAt(line))),
  row("e", "EndTime", "END_TIME")((line) => time(endOf(line))),
  row("", "exit_code", "EXIT_CODE")(({ element }) => element?.code ?? 0),
  row("f", "Feature", "FEATURES")(({ job }) => job.spec.features || null),
  row("G", "GroupID", "GROUP")(({ job }) => job.user.gid),
  row("g", "GroupName", "GROUP")(({ job }) => job.user.group),
  row("", "HetJobID", "HET_JOB_ID")(always("N/A")),
  row("", "HetJobIDSet", "HET_JOB_ID_SET")(always("N/A")),
  row("", "HetJobOffset", "HET_JOB_OFFSET")(always("N/A")),
  row("i", "JobArrayID", "JOBID")(lineId),
  row("A", "JobID", "JOBID")(ownId),
  row("", "LastSchedEval", "LAST_SCHED_EVAL")(({ element, job }) => time(element?.startedAt ?? job.submittedAt)),
  row("W", "Licenses", "LICENSES")(({ job }) => (job.spec.licenses?.length ? licenses.write(job.spec.licenses) : null)),
  row("", "MaxCPUs", "MAX_CPUS")(({ geometry }) => geometry.cpus),
  row("", "MaxNodes", "MAX_NODES")(({ geometry, job }) => job.spec.nodes?.most ?? geometry.nodes),
  row("", "MCSLabel", "MCSLABEL")(never),
  row(
    "",
    "mem-per-tres",
    "MEM_PER_TRES",
  )(({ job }) => (job.spec.memoryPerGpu ? `gres:gpu:${megabytes(job.spec.memoryPerGpu, "")}` : "N/A")),
  row(
    "c",
    "MinCPUs",
    "MIN_CPUS",
  )(({ geometry, job: { spec } }) => Math.max(spec.cpusPerNode ?? 0, geometry.cpusPerTask * (spec.ranksPerNode ?? 1))),
  row("m", "MinMemory", "MIN_MEMORY")(memory),
  row("", "MinTime", "TIME_MIN")(({ job }) => shortDuration(job.spec.minimumWallTime ?? 0)),
  row("d", "MinTmpDisk", "MIN_TMP_DISK")(({ job }) => (job.spec.temporaryDisk ? megabytes(job.spec.temporaryDisk) : 0)),
  row("j", "Name", "NAME")(({ job }) => job.name),
  row("", "Network", "NETWORK")(never),
  row("y", "Nice", "NICE")(({ job }) => job.spec.nice ?? 0),
  row("N", "NodeList", "NODELIST")(nodes),
  row("", "NTPerBoard", "NTASKS_PER_BOARD")(always(0)),
  row("", "NTPerCore", "NTASKS_PER_CORE")(always("N/A")),
  row("", "NTPerNode", "NTASKS_PER_NODE")(({ job }) => job.spec.ranksPerNode ?? 0),
  row("", "NTPerSocket", "NTASKS_PER_SOCKET")(always("N/A")),
  row("C", "NumCPUs", "CPUS")(({ geometry }) => geometry.cpus),
  row("D", "NumNodes", "NODES")(({ geometry }) => geometry.nodes),
  row("", "NumTasks", "TASKS")(({ geometry }) => geometry.tasks),
  row("", "Origin", "ORIGIN")(always("NA")),
  row("", "OriginRaw", "ORIGIN_RAW")(always("NA")),
  row("h", "OverSubscribe", "OVER_SUBSCRIBE")(({ job }) => exclusiveWords[job.spec.exclusive ?? ""] ?? "OK"),
  row("P", "Partition", "PARTITION")(({ job }) => job.queue),
  row("", "PreemptTime", "PREEMPT_TIME")(always("N/A")),
  row(
    "",
    "PendingTime",
    "PENDING_TIME",
  )(({ element, job, now }) => Math.max(0, Math.floor(((element?.startedAt ?? now) - job.submittedAt) / 1000))),
  // The priority as a share of the highest there is.
  row("p", "Priority", "PRIORITY")((line) => (priorityOf(line) / 2 ** 32).toFixed(14)),
  row("Q", "PriorityLong", "PRIORITY")(priorityOf),
  row("", "Profile", "PROFILE")(always("NotSet")),
  row("q", "QOS", "QOS")(({ job }) => job.spec.qualityOfService ?? "normal"),
  row("r", "Reason", "REASON")(({ listed }) => reasonOf(listed)),
  row("R", "ReasonList", "NODELIST(REASON)")(place),
  row("", "Reboot", "REBOOT")(always(0)),
  row("n", "ReqNodes", "REQ_NODES")(({ job }) => (job.spec.nodeList ?? []).join(",")),
  row("x", "", "EXC_NODES")(({ job }) => (job.spec.excludedNodes ?? []).join(",")),
  row("", "ReqSwitch", "REQ_SWITCH")(always(0)),
  row("", "Requeue", "REQUEUE")(({ job }) => yes(job.spec.requeue ?? true)),
  row("v", "Reservation", "RESERVATION")(({ job }) => job.spec.reservation || null),
  row("", "ResizeTime", "RESIZE_TIME")(always("N/A")),
  row(
    "",
    "RestartCnt",
    "RESTART_COUNT",
  )(
    ({ listed }) =>
      (listed.kind === "element" ? listed.element : listed.kind === "waiting" ? listed.part : listed.removed).restarts,
  ),
  row("Y", "SchedNodes", "SCHEDNODES")((line) => expectedNodes(line)),
  row("s", "", "")(always("")),
  row("z", "SCT", "S:C:T")(({ job }) => `*:*:${job.spec.threadsPerCore ?? "*"}`),
  row("", "SiblingsActive", "ACTIVE_SIBLINGS")(always("NA")),
  row("", "SiblingsActiveRaw", "ACTIVE_SIBLINGS_RAW")(always("NA")),
  row("", "SiblingsViable", "VIABLE_SIBLINGS")(always("NA")),
  // Misspelt in Slurm.
  row("", "SiblingsViableRaw", "VIALBLE_SIBLINGS_RAW")(always("NA")),
  row("H", "Sockets", "SOCKETS_PER_NODE")(always("*")),
  row("", "SPerBoard", "SOCKETS_PER_BOARD")(always(0)),
  row("S", "StartTime", "START_TIME")((line) => time(startOf(line))),
  row("T", "State", "STATE")(({ listed }) => stateOf(listed).word),
  row("t", "StateCompact", "ST")(({ listed }) => stateOf(listed).code),
  row("", "STDERR", "STDERR")(file("stderr")),
  row("", "STDIN", "STDIN")(file("stdin")),
  row("", "STDOUT", "STDOUT")(file("stdout")),
  row("V", "SubmitTime", "SUBMIT_TIME")(({ job }) => stamp(job.submittedAt)),
  row("", "system_comment", "SYSTEM_COMMENT")(never),
  row("J", "Threads", "THREADS_PER_CORE")(({ job }) => job.spec.threadsPerCore ?? "*"),
  row("L", "TimeLeft", "TIME_LEFT")((line) => shortDuration(line.geometry.wallTime - elapsedOf(line))),
  row("l", "TimeLimit", "TIME_LIMIT")(({ geometry }) => shortDuration(geometry.wallTime)),
  row("M", "TimeUsed", "TIME")((line) => shortDuration(elapsedOf(line))),
  row("", "tres-alloc", "TRES_ALLOC")(trackable),
  row("", "tres-bind", "TRES_BIND")(always("N/A")),
  row("", "tres-freq", "TRES_FREQ")(always("N/A")),
  row(
    "",
    "tres-per-job",
    "TRES_PER_JOB",
  )(({ job }) => (job.spec.gpus ? `gres:gpu:${gpus.write(job.spec.gpus)}` : "N/A")),
  row("b", "tres-per-node", "TRES_PER_NODE")(perNode),
  row("", "tres-per-socket", "TRES_PER_SOCKET")(always("N/A")),
  row(
    "",
    "tres-per-task",
    "TRES_PER_TASK",
  )(({ job }) => (job.spec.gpusPerRank ? `gres:gpu:${gpus.write(job.spec.gpusPerRank)}` : "N/A")),
  row("U", "UserID", "UID")(({ job }) => job.user.uid),
  row("u", "UserName", "USER")(({ job }) => job.user.name),
  row("", "Wait4Switch", "WAIT4SWITCH")(always("0:00")),
  row("w", "WCKey", "WCKEY")(({ job }) => job.spec.workloadKey || null),
  row("Z", "WorkDir", "WORK_DIR")(({ job }) => job.workingDirectory),
];

// Slurm never cuts lengths of time, whatever the width.
const uncut = ["M", "L", "l"];

/** What changes with the time, or with what is ahead, though a job waits as it did. */
const moving = ["AccrueTime", "EligibleTime", "EndTime", "PendingTime", "SchedNodes", "StartTime", "Dependency"];

/** What differs between elements of an array that wait alike. */
const individual = ["i", "K"];

/** Columns as letter formats ask for them. */
export const letterColumns: readonly Column<Line>[] = rows
  .filter(({ letter }) => letter !== "")
  .map((row) => column(row, row.letter));

/** Columns as name formats ask for them. */
export const nameColumns: readonly Column<Line>[] = rows
  .filter(({ name }) => name !== "")
  .map((row) => column(row, row.name));

function column({ letter, name, heading, value }: Row, ask: string): Column<Line> {
  const kind = {
    whole: uncut.includes(letter),
    individual: individual.includes(letter),
    moving: moving.includes(name),
  };
  return { ...kind, ask, heading, value: (line) => String(value(line) ?? "(null)"), width: 0, right: false };
}

/** What the job has of counted resources on each node, as `gres:gpu:2`; null for none. */
export function genericPerNode({ job: { spec } }: Line): string | null {
  const asked = generic.write(spec.genericResources ?? []);
  return asked || (spec.gpusPerNode ? `gres:gpu:${gpus.write(spec.gpusPerNode)}` : null);
}
