/** Owns what qdel was asked to delete: jobs by id, name or pattern, with tasks, of whom. */

import { parse as parseRange } from "#grammar/arrays.js";
import { text } from "../../language/codec.ts";
import type { OptionRow } from "../../language/option.ts";
import { asks, option } from "../../language/option.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import { type Indices, indicesOf } from "../../model/indices.ts";
import { helpText } from "./help.ts";
import { rangeComplaint } from "./ranges.ts";

/** One thing to delete. */
export interface Doomed {
  /** As it was written: an id, a name or a pattern. */
  readonly word: string;
  /** Null for a name. */
  readonly id: number | null;
  readonly tasks: Indices | null;
}

/** All that was asked. */
export interface Deletion {
  readonly help: boolean;
  readonly force: boolean;
  /** Null: the caller's own, which is a different thing in messages. */
  readonly users: readonly string[] | null;
  readonly jobs: readonly Doomed[];
}

/** The options; every other word is a job, whatever it looks like. */
const rows: readonly OptionRow[] = [
  option("f", asks("force"), { help: "delete even what cannot be reached" }),
  option("help", asks("help"), { help: "print this list" }),
  option("u", asks("users", text), { help: "all jobs of these users", value: "user,..." }),
];

/** Reads the words. Throws UsageError. */
export function readDeletion(args: readonly string[]): Deletion {
  let asked: Deletion = { help: false, force: false, users: null, jobs: [] };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "-help") asked = { ...asked, help: true };
    else if (word === "-f") asked = { ...asked, force: true };
    else if (word === "-u") asked = { ...asked, users: listOf(args[++at] ?? "") };
    else if (word === "-t") asked = { ...asked, jobs: withTasks(asked.jobs, args[++at]) };
    else asked = { ...asked, jobs: [...asked.jobs, ...listOf(word).map(doomed)] };
  }
  return asked;
}

/** The list of options. */
export function deletionUsage(): string {
  // Tasks are told with their jobs.
  const tasks = "job[.n[-m[:s]]] [-t n[-m[:s]],...]";
  return `${helpText("qdel [options] job_task_list", rows)}   ${tasks}  jobs, or only these tasks of them\n`;
}

/** Whether nothing is left to do, not even anybody's jobs. */
export function asksNothing({ jobs, users }: Deletion): boolean {
  return jobs.length === 0 && !users?.length;
}

function listOf(word: string): readonly string[] {
  return word.split(",").filter((one) => one !== "");
}

function doomed(word: string): Doomed {
  if (!/^[0-9]/.test(word)) return { word, id: null, tasks: null };
  const [, id, range] = /^([0-9]+)(?:\.(.*))?$/.exec(word) ?? [];
  const bad = id === undefined || Number(id) === 0 || (range !== undefined && rangeComplaint(range) !== null);
  if (bad) throw new RefusedError(`error: ERROR! "${word}" is an invalid job-task identifier`);
  return { word: id, id: Number(id), tasks: range === undefined ? null : tasksOf([range]) };
}

function withTasks(jobs: readonly Doomed[], value: string | undefined): readonly Doomed[] {
  const last = jobs.at(-1);
  if (value === undefined)
    throw new UsageError(`${deletionUsage()}error: -t option must have a list of task id ranges`, 1);
  if (!last)
    throw new UsageError(`error: found lonely '-t ${value}' option (The -t option needs a leading job name).`, 1);
  const ranges = listOf(value);
  const complaint = ranges.map((range) => rangeComplaint(range)).find((found) => found !== null);
  if (complaint) throw new UsageError(`${deletionUsage()}error: ${complaint}`, 1);
  return [...jobs.slice(0, -1), { ...last, tasks: tasksOf(ranges) }];
}

function tasksOf(ranges: readonly string[]): Indices {
  return indicesOf(ranges.map((range) => parseRange(range, { startRule: "OneRange" })));
}
