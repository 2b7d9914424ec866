/** Owns a record of `qacct -j`: its 44 lines, one row each. */

import type { Account, ResourceName } from "./accounting.ts";
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

const amounts = (...names: readonly ResourceName[]): readonly Row[] =>
  names.map((name) => padded(`ru_${name}`, ({ resources }) => resources[name]));
const sizesOf = (...names: readonly ResourceName[]): readonly Row[] =>
  names.map((name) => [`ru_${name}`, ({ resources }) => sizeText(resources[name])]);

const rows: readonly Row[] = [
  padded("qname", ({ queue }) => queue),
  padded("hostname", ({ host }) => host),
  padded("group", ({ group }) => group),
  padded("owner", ({ owner }) => owner),
  padded("project", ({ project }) => project),
  padded("department", ({ department }) => department),
  padded("jobname", ({ name }) => name),
  padded("jobnumber", ({ id }) => id),
  ["taskid", ({ task }) => (task === null ? "undefined" : String(task).padEnd(20))],
  padded("account", ({ account }) => account),
  padded("priority", ({ priority }) => priority),
  ["qsub_time", ({ submittedAt }) => longText(submittedAt)],
  ["start_time", ({ startedAt }) => timeText(startedAt)],
  ["end_time", ({ endedAt }) => timeText(endedAt)],
  padded("granted_pe", ({ environment }) => environment),
  padded("slots", ({ slots }) => slots),
  ["failed", ({ failed: { number, words } }) => `${String(number).padEnd(4)}${words ? `: ${words}` : " "}`],
  ["exit_status", ({ exitStatus }) => `${String(exitStatus).padEnd(20)}${signalWords(exitStatus)}`],
  ["ru_wallclock", ({ wallClock }) => `${wallClock}s`],
  ["ru_utime", ({ userTime }) => secondsText(userTime)],
  ["ru_stime", ({ systemTime }) => secondsText(systemTime)],
  ...sizesOf("maxrss", "ixrss", "ismrss", "idrss", "isrss"),
  ...amounts("minflt", "majflt", "nswap", "inblock", "oublock"),
  ...amounts("msgsnd", "msgrcv", "nsignals", "nvcsw", "nivcsw"),
  ["cpu", ({ cpu }) => secondsText(cpu)],
  ["mem", ({ memory }) => `${sizeText(memory * 2 ** 30)}s`],
  ["io", ({ transferred }) => sizeText(transferred * 2 ** 30)],
  ["iow", ({ transferTime }) => secondsText(transferTime)],
  ["maxvmem", ({ maxVirtual }) => sizeText(maxVirtual)],
  ["arid", ({ reservation }) => (reservation === null ? "undefined" : String(reservation.id).padEnd(20))],
  ["ar_sub_time", ({ reservation }) => (reservation?.submittedAt ? longText(reservation.submittedAt) : "undefined")],
  ["category", ({ category }) => category],
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
