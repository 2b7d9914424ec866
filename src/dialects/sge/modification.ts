/** Owns what qmod was asked, and what it says of each job and queue. */

import { asks, type OptionRow, option } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { UsageError } from "../../model/errors.ts";
import { eachIndex, type Indices } from "../../model/indices.ts";
import type { Result } from "../../model/verbs.ts";
import { helpText } from "./help.ts";

/** What is done to jobs, and what to queues. */
export type JobAction = "suspend" | "resume" | "clear" | "reschedule";
export type QueueAction = "disable" | "enable" | "clear" | "suspend" | "resume" | "reschedule";

/** One thing to do; the words stand for jobs, queues or both. */
export interface Modification {
  readonly job: JobAction | null;
  readonly queue: QueueAction | null;
  readonly words: readonly string[];
}

interface Act {
  readonly name: string;
  readonly job: JobAction | null;
  readonly queue: QueueAction | null;
  readonly help: string;
}

const acts: readonly Act[] = [
  { name: "c", job: "clear", queue: "clear", help: "clear the error state of jobs or queues" },
  { name: "cj", job: "clear", queue: null, help: "clear the error state of jobs" },
  { name: "cq", job: null, queue: "clear", help: "clear the error state of queues" },
  { name: "d", job: null, queue: "disable", help: "start nothing more in queues" },
  { name: "e", job: null, queue: "enable", help: "start jobs in queues again" },
  { name: "r", job: "reschedule", queue: "reschedule", help: "put running jobs, or all of queues, back to wait" },
  { name: "rj", job: "reschedule", queue: null, help: "put running jobs back to wait" },
  { name: "rq", job: null, queue: "reschedule", help: "put all jobs of queues back to wait" },
  { name: "s", job: "suspend", queue: "suspend", help: "stop jobs, or queues with all that runs in them" },
  { name: "sj", job: "suspend", queue: null, help: "stop jobs" },
  { name: "sq", job: null, queue: "suspend", help: "stop queues with all that runs in them" },
  { name: "us", job: "resume", queue: "resume", help: "let stopped jobs or queues go on" },
  { name: "usj", job: "resume", queue: null, help: "let stopped jobs go on" },
  { name: "usq", job: null, queue: "resume", help: "let stopped queues go on" },
];

const rows: readonly OptionRow[] = [
  ...acts.map(({ name, help }) => option(name, { ...asks(name), takes: "value" }, { help, value: "job|queue..." })),
  option("f", asks("force"), { help: "insist" }),
  option("help", asks("help"), { help: "print this list" }),
].sort(({ name: one }, { name: other }) => (one < other ? -1 : 1));

/** The table; words up to the next option belong to the one before them. */
export const qmodOptions: OptionTable = optionTable("words", rows);

/** Reads the words. Throws UsageError. */
export function readModifications(args: readonly string[]): {
  readonly help: boolean;
  readonly force: boolean;
  readonly all: readonly Modification[];
} {
  if (args.length === 0) throw new UsageError(`${modificationUsage()}ERROR! no option argument`, 1);
  const all: Modification[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "-f" || word === "-help") continue;
    const act = acts.find(({ name }) => `-${name}` === word);
    if (!act) throw new UsageError(`${modificationUsage()}invalid option argument "${word}"`, 1);
    const words = wordsFrom(args, at + 1);
    if (words.length === 0) throw new UsageError(`${word} option must have argument`, 1);
    all.push({ job: act.job, queue: act.queue, words });
    at += words.length;
  }
  return { help: args.includes("-help"), force: args.includes("-f"), all };
}

/** The list of options. */
export function modificationUsage(): string {
  return helpText("qmod [options]", rows);
}

/** Who does what, to which job. */
export interface Deed {
  readonly who: string;
  readonly host: string;
  readonly id: number;
  readonly action: JobAction;
  readonly force: boolean;
}

/** The lines about the running tasks of a job. */
export function modificationLines(results: readonly Result[], deed: Deed): readonly string[] {
  return results.flatMap((result) => {
    if (result.kind === "signalled" || result.kind === "ending") return [doneLine(deed, result.element.index)];
    if (result.kind === "unchanged" && deed.action !== "reschedule")
      return eachOf(result.indices).map((index) => sameLine(deed, index));
    return [];
  });
}

/** The lines about tasks whose error was cleared. */
export function clearedLines(results: readonly Result[], { who, host, id }: Deed): readonly string[] {
  const changed = results.flatMap((result) => (result.kind === "changed" ? eachOf(result.indices) : []));
  return changed.map((index) => `${who}@${host} cleared error state of ${taskName(id, index)}`);
}

/** The lines about tasks that wait: nothing can be done to them. A plain job is its own task 1. */
export function waitingLines(id: number, indices: Indices | null): readonly string[] {
  return eachOf(indices).map(
    (index) => `Modify operation can not be applied on job-array task ${id}.${index ?? 1} in pending/hold state`,
  );
}

/** The line about a running task without an error. */
export function noErrorLine(id: number, index: number | null): string {
  return index === null ? `Job ${id} is not in error state` : `Job-array task ${id}.${index} is not in error state`;
}

/** The line about a job that may not be run twice: by its own word, or because its queue says nothing of it. */
export function notRerunnableLine(id: number, refuses: boolean): string {
  if (refuses) return `The job ${id} is not restartable`;
  return `The job ${id} is running in queue none where jobs are not rerunable.`;
}

function doneLine({ who, host, id, action, force }: Deed, index: number | null): string {
  const name = taskName(id, index);
  if (action === "reschedule") return `${force ? "Forced" : "Pushed"} rescheduling of ${name} on host ${host}`;
  const done = action === "suspend" ? ["suspended", "forced suspension of"] : ["unsuspended", "forced unsuspension of"];
  return `${who} - ${done[force ? 1 : 0]} ${name}`;
}

function sameLine({ who, id, action }: Deed, index: number | null): string {
  return `${who} - ${taskName(id, index)} is already ${action === "suspend" ? "suspended" : "unsuspended"}`;
}

function taskName(id: number, index: number | null): string {
  return index === null ? `job ${id}` : `job-array task ${id}.${index}`;
}

function eachOf(indices: Indices | null): readonly (number | null)[] {
  return indices === null ? [null] : [...eachIndex(indices)];
}

function wordsFrom(args: readonly string[], at: number): readonly string[] {
  const end = args.findIndex((word, place) => place >= at && word.startsWith("-"));
  return args.slice(at, end < 0 ? args.length : end);
}
