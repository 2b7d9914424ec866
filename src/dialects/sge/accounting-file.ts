/** Owns accounting files of other installations: one record a line, fields between colons. */

import { type Account, resourceNames } from "./accounting.ts";

/** What a file holds, and the numbers of lines that are no records; comments and empty lines don't count. */
export function readAccountingFile(text: string): {
  readonly accounts: readonly Account[];
  readonly invalid: readonly number[];
} {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const read = lines.map((line) => accountIn(line.split(":")));
  return {
    accounts: read.filter((account) => account !== null),
    invalid: read.flatMap((account, at) => (account === null ? [at + 1] : [])),
  };
}

/** Everything up to the time of input and output must be there. */
const fewestFields = 41;

function accountIn(fields: readonly string[]): Account | null {
  if (fields.length < fewestFields) return null;
  const text = (at: number): string => fields[at] ?? "";
  const number = (at: number): number => Number.parseFloat(text(at)) || 0;
  const time = (at: number): number | null => (number(at) > 0 ? number(at) * 1000 : null);
  return {
    ...{ queue: text(0), host: text(1), group: text(2), gid: null, owner: text(3), name: text(4), id: number(5) },
    ...{ account: text(6), priority: number(7), submittedAt: number(8) * 1000, startedAt: time(9), endedAt: time(10) },
    ...{ failed: { number: number(11), words: failureWords(number(11)) }, exitStatus: number(12) },
    ...{ wallClock: number(13), userTime: number(14), systemTime: number(15), resources: resourcesIn(number) },
    ...{ project: text(31), department: text(32), environment: text(33), slots: number(34), task: number(35) || null },
    ...{ cpu: number(36), memory: number(37), transferred: number(38), category: text(39), transferTime: number(40) },
    ...{ parallelTask: ["NONE", ""].includes(text(41)) ? null : text(41), maxVirtual: number(42) },
    reservation: number(43) > 0 ? { id: number(43), submittedAt: number(44) * 1000 } : null,
  };
}

function resourcesIn(number: (at: number) => number): Account["resources"] {
  const counted = resourceNames.map((_, at) => number(16 + at));
  const [maxrss = 0, ixrss = 0, ismrss = 0, idrss = 0, isrss = 0, minflt = 0, majflt = 0, nswap = 0] = counted;
  const [inblock = 0, oublock = 0, msgsnd = 0, msgrcv = 0, nsignals = 0, nvcsw = 0, nivcsw = 0] = counted.slice(8);
  const memory = { maxrss, ixrss, ismrss, idrss, isrss, minflt, majflt, nswap };
  return { ...memory, inblock, oublock, msgsnd, msgrcv, nsignals, nvcsw, nivcsw };
}

function failureWords(number: number): string {
  return number === 100 ? "assumedly after job" : (stages[number] ?? "invalid execution state");
}

/** At which stage a job failed, by accounting's number. */
const stages: readonly string[] = [
  "",
  "assumedly before job",
  "on executing shepherd",
  "before writing config",
  "before writing pid",
  "on reading config file",
  "setting processor set",
  "before prolog",
  "in prolog",
  "before pestart",
  "in pestart",
  "before job",
  "before pestop",
  "in pestop",
  "before epilog",
  "in epilog",
  "releasing processor set",
  "through signal",
  "shepherd returned error",
  "before writing exit_status",
  "found unexpected error file",
  "in recognizing job",
  "removed manually",
  "invalid execution state",
  "migrating",
  "rescheduling",
  "opening input/output file",
  "searching requested shell",
  "changing into working directory",
  "AFS setup",
  "application error returned",
  "accessing sgepasswd file",
  "entry is missing in sgepasswd file",
  "wrong password",
  "communicating with Grid Engine Helper Service",
  "before job in Grid Engine Helper Service",
  "checking configured daemons",
  "qmaster enforced h_rt, h_cpu, or h_vmem limit",
  "adding supplementary group",
];
