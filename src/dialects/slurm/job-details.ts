/** Owns the record of `scontrol show job`: every key, one row each, with what decides whether it is there. */

import { placeText } from "../../model/away.ts";
import { indicesOf } from "../../model/indices.ts";
import type { Suspension } from "../../model/suspension.ts";
import type { Listed } from "../../model/verbs.ts";
import { foldIndices } from "./arrays.ts";
import { licenses, megabytes } from "./codecs.ts";
import { nameColumns } from "./columns.ts";
import { longDuration } from "./durations.ts";
import { accruedAt, eligibleAt } from "./eligibility.ts";
import { foldHosts, nodeList } from "./hostlists.ts";
import { elapsedOf, endOf, expectedOf, indexOf, indexText, type Line, ownId, priorityOf, startOf } from "./listing.ts";
import { stamp } from "./moments.ts";
import { trackable, wholeMegabytes } from "./node-use.ts";
import { type Pair, pair, recordText } from "./record.ts";
import { reasonOf, stateOf } from "./states.ts";
import { streamsOf } from "./streams.ts";

/** What a record is made from: a line of squeue, and what squeue doesn't know. */
export interface JobDetails {
  readonly line: Line;
  readonly suspension: Suspension | null;
  /** The highest exit code of its steps. */
  readonly derivedCode: number;
  /** `-d`: what it was given, node by node. */
  readonly detailed: boolean;
}

/** The record of a job, of one of its elements, or of those that wait alike. */
export function jobRecord(details: JobDetails, oneLine: boolean): string {
  return recordText(lines, details, { oneLine, openEnd: true });
}

type Value = (details: JobDetails) => string | number | null;
type Lines = readonly (readonly Pair<JobDetails>[])[];

/** What squeue shows under that name; null where there is nothing to show. */
function column(name: string): Value {
  const found = nameColumns.find(({ ask }) => ask === name);
  if (!found) throw new Error(`squeue has no column ${name}`);
  return ({ line }) => {
    const text = found.value(line);
    return text === "N/A" ? null : text;
  };
}

const always =
  (value: string | number): Value =>
  () =>
    value;
const adminComment = (listed: Listed): string | null => {
  const place = placeText(listed);
  return place === null ? null : `${place} `;
};
const limit = (seconds: number) => (Number.isFinite(seconds) ? longDuration(seconds) : "UNLIMITED");
const time = (at: number | null) => (at === null ? "Unknown" : stamp(at));
const flag = (value: boolean) => (value ? 1 : 0);
const hosts = (names: readonly string[] | null) => names?.join(",") || "(null)";
const ofArray =
  (value: Value): Value =>
  (details) =>
    details.line.job.indices === null ? null : value(details);
const allocated =
  (value: Value): Value =>
  (details) =>
    details.line.element === null ? null : value(details);
/** Of what sbatch submitted. */
const batch =
  (value: Value): Value =>
  (details) =>
    details.line.job.attended ? null : value(details);
/** Of `-d`, and only while the job has what it was given. */
const given =
  (value: Value): Value =>
  (details) =>
    details.detailed && details.line.element && details.line.element.state !== "ended" ? value(details) : null;

/** With what placeholders stand for. */
const file =
  (which: "stdin" | "stdout" | "stderr"): Value =>
  ({ line }) => {
    const { job, element } = line;
    const streams = streamsOf(job, {
      ...{ jobId: ownId(line), arrayJobId: job.id, index: indexOf(line) },
      ...{ jobName: job.name, user: job.user.name, host: element?.node ?? "" },
    });
    return streams[which] || streams.stdout;
  };

// Where it was asked for by the GPU, that of the partition is shown all the same.
const memoryPerCpu = ({ geometry, cluster }: Line) =>
  megabytes(geometry.memoryPerCpu ?? cluster.defaultMemoryPerCpu ?? 0);

const runTime: Value = ({ line, suspension }) =>
  longDuration(Math.max(0, elapsedOf(line) - Math.floor((suspension?.total ?? 0) / 1000)));

const mails: Value = ({ line: { job } }) => {
  const { mailEvents, mailUsers } = job.spec;
  return mailEvents?.length ? mailUsers?.join(",") || job.user.name : null;
};

function cards(count: number, list: readonly number[]): string {
  const indices = indicesOf(list.map((card) => ({ first: card, last: card, step: 1 })));
  return count === 0 ? "" : `gpu:${count}(IDX:${foldIndices(indices, 0, 0)})`;
}

const lastLook: Value = ({ line: { element, job } }) => stamp(element?.startedAt ?? job.submittedAt);

const nodeCount: Value = ({ line: { listed, geometry, job } }) => {
  const { nodes } = job.spec;
  return listed.kind === "waiting" && nodes ? `${nodes.least}-${nodes.most ?? nodes.least}` : geometry.nodes;
};

const exitCode: Value = ({ line: { element, listed } }) =>
  listed.kind === "removed" && listed.removed.outcome === "deadlineMissed"
    ? "0:1"
    : element?.state === "ended"
      ? `${element.code ?? 0}:${element.signal ?? 0}`
      : "0:0";

const end: Value = ({ line, suspension }) => {
  const at = endOf(line);
  return time(at === null || line.element?.endedAt ? at : at + (suspension?.total ?? 0));
};

const lines: Lines = [
  [
    pair("JobId", ({ line }) => ownId(line)),
    pair(
      "ArrayJobId",
      ofArray(({ line }) => line.job.id),
    ),
    pair(
      "ArrayTaskId",
      ofArray(({ line }) => indexText(line)),
    ),
    pair(
      "ArrayTaskThrottle",
      ofArray(({ line }) => line.job.throttle || null),
    ),
    pair("JobName", ({ line }) => line.job.name),
  ],
  [
    pair("UserId", ({ line: { job } }) => `${job.user.name}(${job.user.uid})`),
    pair("GroupId", ({ line: { job } }) => `${job.user.group}(${job.user.gid})`),
    pair("MCS_label", always("N/A")),
  ],
  [
    pair("Priority", ({ line }) => priorityOf(line)),
    pair("Nice", ({ line }) => line.job.spec.nice ?? 0),
    pair("Account", ({ line }) => line.job.account),
    pair("QOS", ({ line }) => line.job.spec.qualityOfService ?? "normal"),
  ],
  [
    pair("JobState", ({ line }) => stateOf(line.listed).word),
    pair("Reason", ({ line }) => reasonOf(line.listed).replaceAll(" ", "_")),
    pair("Dependency", column("Dependency")),
  ],
  [
    pair("Requeue", ({ line }) => flag(line.job.spec.requeue ?? true)),
    pair("Restarts", column("RestartCnt")),
    pair("BatchFlag", ({ line }) => flag(!line.job.attended)),
    pair("Reboot", always(0)),
    pair("ExitCode", exitCode),
  ],
  [pair("DerivedExitCode", ({ detailed, derivedCode }) => (detailed ? `${derivedCode}:0` : null))],
  [
    pair("RunTime", runTime),
    pair("TimeLimit", ({ line }) => limit(line.geometry.wallTime)),
    pair("TimeMin", ({ line: { job } }) => (job.spec.minimumWallTime ? limit(job.spec.minimumWallTime) : "N/A")),
  ],
  [
    pair("SubmitTime", ({ line }) => stamp(line.job.submittedAt)),
    pair("EligibleTime", ({ line }) => time(eligibleAt(line))),
  ],
  [pair("AccrueTime", ({ line }) => time(accruedAt(line)))],
  [
    pair("StartTime", ({ line }) => time(startOf(line))),
    pair("EndTime", end),
    pair("Deadline", ({ line: { job } }) => (job.spec.deadline ? stamp(job.spec.deadline * 1000) : "N/A")),
  ],
  [
    pair("SuspendTime", ({ suspension }) => (suspension ? stamp(suspension.last) : "None")),
    pair("SecsPreSuspend", ({ suspension }) => Math.floor((suspension?.ranBefore ?? 0) / 1000)),
    pair("LastSchedEval", lastLook),
    pair("Scheduler", always("Main")),
  ],
  [
    pair("Partition", ({ line }) => line.job.queue),
    pair("AllocNode:Sid", ({ line }) => `${line.job.submitHost}:${line.job.session ?? 0}`),
  ],
  [
    pair("ReqNodeList", ({ line }) => hosts(line.job.spec.nodeList)),
    pair("ExcNodeList", ({ line }) => hosts(line.job.spec.excludedNodes)),
  ],
  [
    pair("NodeList", ({ line }) => (line.element ? nodeList(line.element) : "")),
    pair("SchedNodeList", ({ line }) => {
      const nodes = expectedOf(line)?.nodes;
      return nodes ? foldHosts(nodes) : null;
    }),
  ],
  [
    pair(
      "BatchHost",
      allocated(({ line }) => (line.element ? nodeList(line.element) : null)),
    ),
  ],
  [
    pair("NumNodes", nodeCount),
    pair("NumCPUs", ({ line }) => line.geometry.cpus),
    pair("NumTasks", ({ line }) => line.geometry.tasks),
    pair("CPUs/Task", ({ line }) => line.geometry.cpusPerTask),
    pair("ReqB:S:C:T", ({ line }) => `0:0:*:${line.job.spec.threadsPerCore ?? "*"}`),
  ],
  [pair("TRES", ({ line: { geometry } }) => trackable(geometry, { nodes: geometry.nodes, billing: true }))],
  [
    pair("Socks/Node", always("*")),
    pair("NtasksPerN:B:S:C", ({ line }) => `${line.job.spec.ranksPerNode ?? 0}:0:*:*`),
    pair("CoreSpec", always("*")),
  ],
  [
    pair(
      "JOB_GRES",
      given(({ line: { geometry } }) => (geometry.gpus ? `gpu:${geometry.gpus}` : "(null)")),
    ),
  ],
  [
    // Indented by two more.
    pair(
      "  Nodes",
      given(({ line }) => (line.element ? nodeList(line.element) : null)),
    ),
    pair(
      "CPU_IDs",
      given(({ line }) => line.element?.cpuList ?? null),
    ),
    pair(
      "Mem",
      given(({ line }) => wholeMegabytes(line.geometry.memory)),
    ),
    pair(
      "GRES",
      given(({ line: { element, geometry } }) => cards(geometry.gpus, element?.gpuList ?? [])),
    ),
  ],
  [
    pair("MinCPUsNode", column("MinCPUs")),
    pair("MinMemoryCPU", ({ line }) => (line.geometry.memoryPerNode === null ? memoryPerCpu(line) : null)),
    pair("MinMemoryNode", ({ line: { geometry } }) =>
      geometry.memoryPerNode === null ? null : megabytes(geometry.memoryPerNode),
    ),
    pair("MinTmpDiskNode", column("MinTmpDisk")),
  ],
  [pair("Features", ({ line }) => line.job.spec.features || "(null)"), pair("DelayBoot", always("00:00:00"))],
  [pair("Reservation", ({ line }) => line.job.spec.reservation || null)],
  [
    pair("OverSubscribe", column("OverSubscribe")),
    pair("Contiguous", always(0)),
    pair("Licenses", ({ line: { job } }) => licenses.write(job.spec.licenses ?? []) || "(null)"),
    pair("Network", always("(null)")),
  ],
  [pair("Command", ({ line }) => line.job.command.join(" ") || "(null)")],
  [pair("WorkDir", ({ line }) => line.job.workingDirectory)],
  // As the real one shows what administrators add.
  [pair("AdminComment", ({ line }) => adminComment(line.listed))],
  // A blank follows a comment.
  [pair("Comment", ({ line }) => (line.job.spec.comment === null ? null : `${line.job.spec.comment} `))],
  [pair("StdErr", batch(file("stderr")))],
  [pair("StdIn", batch(file("stdin")))],
  [pair("StdOut", batch(file("stdout")))],
  [pair("Power", always(""))],
  [pair("CpusPerTres", column("cpus-per-tres"))],
  [pair("MemPerTres", column("mem-per-tres"))],
  [pair("TresPerJob", column("tres-per-job"))],
  [pair("TresPerNode", column("tres-per-node"))],
  [pair("TresPerTask", column("tres-per-task"))],
  [
    pair("MailUser", mails),
    pair("MailType", (details) => mails(details) && (details.line.job.spec.mailEvents ?? []).join(",")),
  ],
  [pair("KillOInInvalidDependent", ({ line }) => (line.job.spec.cancelIfNeverMet ? "Yes" : null))],
];

/** Every key, in the order of the record. */
export const jobKeys: readonly string[] = lines.flat().map(({ key }) => key.trim());
