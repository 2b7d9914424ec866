/** Owns the fields of `sacct`, one row each, in the order in which `sacct -e` lists them. */

import type { Column } from "../../language/column.ts";
import { placeText, silentTarget } from "../../model/away.ts";
import {
  type AccountingRecord,
  accountingId,
  elapsedOf,
  elementOf,
  exitCodeOf,
  isHeld,
  stateOf,
  timesOf,
} from "./accounting.ts";
import { longDuration } from "./durations.ts";
import { eligibleAt } from "./eligibility.ts";
import { nodeList } from "./hostlists.ts";
import { stamp } from "./moments.ts";
import { reasonOf } from "./states.ts";
import { trackableColumns } from "./trackable-columns.ts";
import { usageColumns } from "./usage-columns.ts";

type Value = (record: AccountingRecord) => string;

/** A field: name, width of the column, value. Only ids stand on the left. */
function field(name: string, width: number, value: Value): Column<AccountingRecord> {
  return { ask: name, heading: name, width, right: !name.startsWith("JobID"), value };
}

/** Of the allocation only: steps show nothing. */
const job =
  (value: Value): Value =>
  (record) =>
    record.step === null ? value(record) : "";

/** Of steps only. */
const step =
  (value: Value): Value =>
  (record) =>
    record.step === null ? "" : value(record);

const nothing: Value = () => "";
const unknown = (at: number | null) => (at === null ? "Unknown" : stamp(at));

/** Microseconds as `MM:SS.mmm`, from an hour on without the fraction. */
function cpuClock(micros: number): string {
  const seconds = micros / 1e6;
  if (micros < 1000 || seconds >= 3600) return longDuration(seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(seconds / 60)}:${two(seconds % 60)}.${String(Math.floor((micros / 1000) % 1000)).padStart(3, "0")}`;
}

const unitNames = ["", "K", "M", "G", "T", "P"];

/** Bytes in the largest unit that loses nothing, or in the one asked for, with two digits where it is not whole. */
function size(bytes: number, record: AccountingRecord, least = 0): string {
  if (bytes === 0) return "0";
  const asked = record.unit === null ? -1 : unitNames.indexOf(record.unit);
  let power = least;
  let amount = bytes / 1024 ** least;
  const more = () => (asked >= 0 ? power < asked : record.unit === null && amount >= 1024 && amount % 512 === 0);
  while (more()) {
    amount /= 1024;
    power++;
  }
  while (asked >= 0 && power > asked) {
    amount *= 1024;
    power--;
  }
  return `${Number.isInteger(amount) ? amount : amount.toFixed(2)}${unitNames[power]}`;
}

const memoryAsked: Value = (record) => {
  const { spec, need } = record.listed.job;
  const asked = spec.memoryPerNode ?? (spec.memoryPerCpu === null ? need.memory : spec.memoryPerCpu * need.cpus);
  return asked ? size(asked, record, 2) : "";
};

const usage =
  (
    of: (element: NonNullable<ReturnType<typeof elementOf>>) => number,
    write: (value: number, record: AccountingRecord) => string,
  ): Value =>
  (record) => {
    const element = elementOf(record);
    return write(element ? of(element) : 0, record);
  };

const nodes: Value = (record) => {
  const element = elementOf(record);
  return element ? nodeList(element) : "None assigned";
};
const cpus: Value = ({ listed }) => String(listed.kind === "removed" && !isHeld(listed) ? 0 : listed.job.need.cpus);
const cpuSeconds = (record: AccountingRecord) => elapsedOf(record) * record.listed.job.need.cpus;
const userTime = usage(({ userMicros }) => userMicros, cpuClock);
const systemTime = usage(({ systemMicros }) => systemMicros, cpuClock);
const allTime = usage(({ userMicros, systemMicros }) => userMicros + systemMicros, cpuClock);

const tres: Value = (record) => {
  const { need } = record.listed.job;
  const memory = memoryAsked(record);
  return [
    record.step === null ? `billing=${need.cpus}` : "",
    `cpu=${need.cpus}`,
    need.gpus ? `gres/gpu=${need.gpus}` : "",
    memory ? `mem=${memory}` : "",
    `node=${need.nodes}`,
  ]
    .filter(Boolean)
    .join(",");
};

const limit: Value = ({ listed }) => {
  const seconds = listed.job.need.wallTime / 1000;
  return Number.isFinite(seconds) ? longDuration(seconds) : "UNLIMITED";
};

const queued = (record: AccountingRecord) => {
  const { listed } = record;
  const from = Math.max(listed.job.submittedAt, listed.job.beginAt);
  return Math.max(0, Math.floor(((timesOf(record).start ?? record.now) - from) / 1000));
};

/** There is one association. */
export const associationId = "0";

/** How it came to run, in Slurm's spelling. */
export function flagsOf(record: AccountingRecord): readonly string[] {
  return elementOf(record) ? ["SchedMain", "StartRecieved"] : ["StartRecieved"];
}

/** Why it waits. Why it waited is not kept. */
export function reasonText({ listed }: AccountingRecord): string {
  if (listed.kind === "removed" && isHeld(listed)) return "JobHeldUser";
  return listed.kind === "waiting" || silentTarget(listed) !== null ? reasonOf(listed) : "None";
}

/** The field of that name among those that tell what was used. */
function used(name: string): Column<AccountingRecord> {
  const found = [...usageColumns, ...trackableColumns].find(({ ask }) => ask === name);
  if (!found) throw new Error(`no field of usage is called ${name}`);
  return found;
}

const start: Value = (record) => {
  const { start: at, end } = timesOf(record);
  return at === null && end !== null ? "None" : unknown(at);
};
/** Where a step has times of its own. */
const since = (record: AccountingRecord, own: number): string =>
  stamp(record.ran === null ? own : record.ran.startedAt);
const eligible: Value = (record) => {
  const { listed, now } = record;
  if (listed.kind === "removed" && isHeld(listed)) return "Unknown";
  const at = eligibleAt({ listed, job: listed.job, now });
  return at === null ? "Unknown" : since(record, at);
};
const frequencyAsked: Value = ({ step }) => (step === "batch" ? "0" : "Unknown");

// Nothing measures it; of an allocation it is told at its end.
const energy: Value = (record) => {
  const runs = record.listed.kind === "element" && record.listed.element.endedAt === null;
  return record.step === null && runs ? "" : "0";
};

/** All fields. */
export const accountingColumns: readonly Column<AccountingRecord>[] = [
  field("Account", 10, ({ listed }) => listed.job.account),
  field("AdminComment", 15, ({ listed }) => placeText(listed) ?? ""),
  field("AllocCPUS", 10, cpus),
  field("AllocNodes", 10, ({ listed }) => String(listed.kind === "element" ? listed.job.need.nodes : 0)),
  field("AllocTRES", 10, (record) => (elementOf(record) ? tres(record) : "")),
  field("AssocID", 7, () => associationId),
  used("AveCPU"),
  used("AveCPUFreq"),
  used("AveDiskRead"),
  used("AveDiskWrite"),
  used("AvePages"),
  used("AveRSS"),
  used("AveVMSize"),
  field("BlockID", 16, nothing),
  field("Cluster", 10, ({ cluster, listed }) => listed.away?.target ?? cluster.name),
  field("Comment", 14, nothing),
  field(
    "Constraints",
    19,
    job(({ listed }) => listed.job.spec.features ?? ""),
  ),
  field("ConsumedEnergy", 14, energy),
  field("ConsumedEnergyRaw", 17, energy),
  field("Container", 19, nothing),
  field("CPUTime", 10, (record) => longDuration(cpuSeconds(record))),
  field("CPUTimeRAW", 10, (record) => String(cpuSeconds(record))),
  field("DBIndex", 10, ({ listed }) => String(listed.job.id)),
  field(
    "DerivedExitCode",
    15,
    job(({ derivedCode, derivedSignal }) => `${derivedCode}:${derivedCode === 0 ? derivedSignal : 0}`),
  ),
  field("Elapsed", 10, (record) => longDuration(elapsedOf(record))),
  field("ElapsedRaw", 10, (record) => String(elapsedOf(record))),
  field("Eligible", 19, eligible),
  field("End", 19, (record) => unknown(timesOf(record).end)),
  field("ExitCode", 8, exitCodeOf),
  field(
    "Flags",
    19,
    job((record) => flagsOf(record).join(",")),
  ),
  field(
    "GID",
    6,
    job(({ listed }) => String(listed.job.user.gid)),
  ),
  field(
    "Group",
    9,
    job(({ listed }) => listed.job.user.group),
  ),
  field("JobID", 12, (record) => accountingId(record, false)),
  field("JobIDRaw", 12, (record) => accountingId(record, true)),
  field("JobName", 10, ({ ran, step: name, listed }) => ran?.name ?? name ?? listed.job.name),
  field(
    "Layout",
    9,
    step(({ ran }) => (ran ? (ran.ranks > ran.nodes ? "Block" : "Cyclic") : "Unknown")),
  ),
  used("MaxDiskRead"),
  used("MaxDiskReadNode"),
  used("MaxDiskReadTask"),
  used("MaxDiskWrite"),
  used("MaxDiskWriteNode"),
  used("MaxDiskWriteTask"),
  used("MaxPages"),
  used("MaxPagesNode"),
  used("MaxPagesTask"),
  used("MaxRSS"),
  used("MaxRSSNode"),
  used("MaxRSSTask"),
  used("MaxVMSize"),
  used("MaxVMSizeNode"),
  used("MaxVMSizeTask"),
  field("McsLabel", 12, nothing),
  used("MinCPU"),
  used("MinCPUNode"),
  used("MinCPUTask"),
  field("NCPUS", 10, cpus),
  field("NNodes", 8, ({ listed }) => String(listed.job.need.nodes)),
  field("NodeList", 15, nodes),
  field(
    "NTasks",
    8,
    step(({ ran }) => String(ran?.ranks ?? 1)),
  ),
  field(
    "Partition",
    10,
    job(({ listed }) => listed.job.queue),
  ),
  field(
    "Priority",
    10,
    job(({ listed }) => String(isHeld(listed) ? 0 : listed.job.priority)),
  ),
  field(
    "QOS",
    10,
    job(({ listed }) => listed.job.spec.qualityOfService ?? "normal"),
  ),
  field(
    "QOSRAW",
    6,
    job(() => "1"),
  ),
  field("Reason", 22, job(reasonText)),
  field("ReqCPUFreq", 10, frequencyAsked),
  field("ReqCPUFreqGov", 13, frequencyAsked),
  field("ReqCPUFreqMax", 13, frequencyAsked),
  field("ReqCPUFreqMin", 13, frequencyAsked),
  field("ReqCPUS", 8, ({ listed }) => String(listed.job.need.cpus)),
  field("ReqMem", 10, job(memoryAsked)),
  field("ReqNodes", 8, ({ listed }) => String(listed.job.need.nodes)),
  field("ReqTRES", 10, job(tres)),
  field(
    "Reservation",
    20,
    job(({ listed }) => listed.job.spec.reservation ?? ""),
  ),
  field("ReservationId", 8, nothing),
  field(
    "Reserved",
    10,
    job((record) => longDuration(queued(record))),
  ),
  field(
    "ResvCPU",
    10,
    job((record) => longDuration(queued(record) * record.listed.job.need.cpus)),
  ),
  field(
    "ResvCPURAW",
    10,
    job((record) => String(queued(record) * record.listed.job.need.cpus)),
  ),
  field("Start", 19, start),
  field("State", 10, stateOf),
  field("Submit", 19, (record) => since(record, record.listed.job.submittedAt)),
  field("SubmitLine", 20, ({ listed, ran, step }) => (step === null ? listed.job.submitLine : ran?.submitLine) ?? ""),
  field("Suspended", 10, () => longDuration(0)),
  field("SystemComment", 15, nothing),
  field("SystemCPU", 10, systemTime),
  field("Timelimit", 10, job(limit)),
  field(
    "TimelimitRaw",
    10,
    job(({ listed }) =>
      Number.isFinite(listed.job.need.wallTime) ? String(listed.job.need.wallTime / 60000) : "UNLIMITED",
    ),
  ),
  field("TotalCPU", 10, allTime),
  used("TRESUsageInAve"),
  used("TRESUsageInMax"),
  used("TRESUsageInMaxNode"),
  used("TRESUsageInMaxTask"),
  used("TRESUsageInMin"),
  used("TRESUsageInMinNode"),
  used("TRESUsageInMinTask"),
  used("TRESUsageInTot"),
  used("TRESUsageOutAve"),
  used("TRESUsageOutMax"),
  used("TRESUsageOutMaxNode"),
  used("TRESUsageOutMaxTask"),
  used("TRESUsageOutMin"),
  used("TRESUsageOutMinNode"),
  used("TRESUsageOutMinTask"),
  used("TRESUsageOutTot"),
  field(
    "UID",
    6,
    job(({ listed }) => String(listed.job.user.uid)),
  ),
  field(
    "User",
    9,
    job(({ listed }) => listed.job.user.name),
  ),
  field("UserCPU", 10, userTime),
  field("WCKey", 10, nothing),
  field(
    "WCKeyID",
    10,
    job(() => "0"),
  ),
  field(
    "WorkDir",
    20,
    job(({ listed }) => listed.job.workingDirectory),
  ),
];

/** The columns without `--format`, with `--brief` and with `--long`. */
export const defaultFormat = "jobid,jobname,partition,account,alloccpus,state,exitcode";
export const briefFormat = "jobid,state,exitcode";
export const longFormat = [
  "jobid,jobidraw,jobname,partition,maxvmsize,maxvmsizenode,maxvmsizetask,avevmsize,maxrss,maxrssnode,maxrsstask,averss,maxpages",
  "maxpagesnode,maxpagestask,avepages,mincpu,mincpunode,mincputask,avecpu,ntasks,alloccpus,elapsed,state,exitcode,avecpufreq",
  "reqcpufreqmin,reqcpufreqmax,reqcpufreqgov,reqmem,consumedenergy,maxdiskread,maxdiskreadnode,maxdiskreadtask,avediskread",
  "maxdiskwrite,maxdiskwritenode,maxdiskwritetask,avediskwrite,reqtres,alloctres,tresusageinave,tresusageinmax",
  "tresusageinmaxnode,tresusageinmaxtask,tresusageinmin,tresusageinminnode,tresusageinmintask,tresusageintot,tresusageoutmax",
  "tresusageoutmaxnode,tresusageoutmaxtask,tresusageoutave,tresusageouttot",
].join(",");
