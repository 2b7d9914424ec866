/** Owns a record of `qacct -j`: its 44 lines, one row each. */

import { type Account, categoryOf } from "./accounting.ts";
import { longText } from "./times.ts";

/** One record, its ruler first. */
export function recordText(account: Account): string {
  return `${ruler}\n${rows.map(([key, value]) => `${key.padEnd(12)} ${value(account)}\n`).join("")}`;
}

/** A size as accounting writes it: `4.805KB`. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), sizes.length - 1);
  return `${(bytes / 1024 ** power).toFixed(3)}${sizes[power]}`;
}

const sizes = ["B", "KB", "MB", "GB", "TB"] as const;

const ruler = "=".repeat(62);

type Row = readonly [key: string, value: (account: Account) => string];

/** Most values are padded. */
const padded = (key: string, value: (account: Account) => string | number): Row => [
  key,
  (account) => String(value(account)).padEnd(20),
];

/** What no wait4 of a job's supervisor tells, or what one machine does not have. */
const nothing = (...keys: readonly string[]): readonly Row[] => keys.map((key) => padded(key, () => 0));
const noBytes = (...keys: readonly string[]): readonly Row[] => keys.map((key) => [key, () => sizeText(0)]);

const rows: readonly Row[] = [
  padded("qname", ({ job }) => job.queue),
  padded("hostname", ({ element }) => element.node),
  padded("group", ({ job }) => job.user.group),
  padded("owner", ({ job }) => job.user.name),
  padded("project", ({ job }) => job.spec.project || "NONE"),
  padded("department", () => "defaultdepartment"),
  padded("jobname", ({ job }) => job.name),
  padded("jobnumber", ({ job }) => job.id),
  ["taskid", ({ element: { index } }) => (index === null ? "undefined" : String(index).padEnd(20))],
  padded("account", ({ job }) => job.account || "sge"),
  // The queue's, not the job's.
  padded("priority", () => 0),
  ["qsub_time", ({ job }) => longText(job.submittedAt)],
  ["start_time", ({ startedAt }) => timeText(startedAt)],
  ["end_time", ({ endedAt }) => timeText(endedAt)],
  padded("granted_pe", ({ environment }) => environment),
  padded("slots", ({ slots }) => slots),
  ["failed", ({ failed: { number, words } }) => `${String(number).padEnd(4)}${words ? `: ${words}` : " "}`],
  ["exit_status", ({ exitStatus }) => `${String(exitStatus).padEnd(20)}${signalWords(exitStatus)}`],
  ["ru_wallclock", ({ wallClock }) => `${wallClock}s`],
  ["ru_utime", ({ userTime }) => secondsText(userTime)],
  ["ru_stime", ({ systemTime }) => secondsText(systemTime)],
  // The real one takes the system's kilobytes for bytes here; programs that read it know.
  ["ru_maxrss", ({ element }) => sizeText(element.maxRssKiB)],
  ...noBytes("ru_ixrss", "ru_ismrss", "ru_idrss", "ru_isrss"),
  padded("ru_minflt", ({ element }) => element.minorFaults),
  padded("ru_majflt", ({ element }) => element.majorFaults),
  ...nothing("ru_nswap"),
  padded("ru_inblock", ({ element }) => element.inBlocks),
  padded("ru_oublock", ({ element }) => element.outBlocks),
  ...nothing("ru_msgsnd", "ru_msgrcv", "ru_nsignals"),
  padded("ru_nvcsw", ({ element }) => element.voluntarySwitches),
  padded("ru_nivcsw", ({ element }) => element.involuntarySwitches),
  ["cpu", ({ userTime, systemTime }) => secondsText(userTime + systemTime)],
  ["mem", ({ element }) => `${sizeText((element.virtualKiBMillis / 1000) * 1024)}s`],
  ["io", ({ element }) => sizeText(element.readBytes + element.writtenBytes)],
  ["iow", () => secondsText(0)],
  ["maxvmem", ({ element }) => sizeText(element.maxVirtualKiB * 1024)],
  ["arid", () => "undefined"],
  ["ar_sub_time", () => "undefined"],
  ["category", ({ job }) => categoryOf(job)],
];

function timeText(at: number | null): string {
  return at === null ? "-/-" : longText(at);
}

function secondsText(seconds: number): string {
  return `${seconds.toFixed(3)}s`;
}

// Also where the job itself chose such a code.
function signalWords(status: number): string {
  if (status < 128) return "";
  const number = status - 128;
  const realTime = number >= 34 && number <= 64 ? `Real-time signal ${number - 34}` : `Unknown signal ${number}`;
  return ` (${signalTexts[number - 1] ?? realTime})`;
}

/** What the system calls signals, from 1 on. */
const signalTexts: readonly string[] = [
  "Hangup",
  "Interrupt",
  "Quit",
  "Illegal instruction",
  "Trace/breakpoint trap",
  "Aborted",
  "Bus error",
  "Floating point exception",
  "Killed",
  "User defined signal 1",
  "Segmentation fault",
  "User defined signal 2",
  "Broken pipe",
  "Alarm clock",
  "Terminated",
  "Stack fault",
  "Child exited",
  "Continued",
  "Stopped (signal)",
  "Stopped",
  "Stopped (tty input)",
  "Stopped (tty output)",
  "Urgent I/O condition",
  "CPU time limit exceeded",
  "File size limit exceeded",
  "Virtual timer expired",
  "Profiling timer expired",
  "Window changed",
  "I/O possible",
  "Power failure",
  "Bad system call",
];
