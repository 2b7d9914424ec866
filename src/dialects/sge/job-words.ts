/** Owns the words that name jobs behind the options of qalter and its kin: ids with tasks, names, patterns, and `-t` behind them. */

import { parse as parseRange } from "#grammar/arrays.js";
import { RefusedError, UsageError } from "../../model/errors.ts";
import { type Indices, indicesOf } from "../../model/indices.ts";
import { isPattern, matches } from "./patterns.ts";
import { rangeComplaint } from "./ranges.ts";

/** One thing that is meant. */
export interface NamedJob {
  /** As it was written: an id, a name or a pattern. */
  readonly word: string;
  /** Null for a name. */
  readonly id: number | null;
  readonly tasks: Indices | null;
}

/** The jobs of a list; `-t` behind one says which of its tasks. Throws RefusedError and UsageError. */
export function namedJobs(words: readonly string[], command: string): readonly NamedJob[] {
  const jobs: NamedJob[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word !== "-t") {
      jobs.push(...listOf(word).map((one) => namedJob(one)));
      continue;
    }
    const last = jobs.pop();
    const range = words[++at] ?? "";
    if (!last) throw lonelyTasks(range);
    jobs.push({ ...last, tasks: tasksOf(range, command) });
  }
  return jobs;
}

/** The error of `-t` in front of all jobs. */
export function lonelyTasks(range: string): UsageError {
  return new UsageError(`found lonely '-t ${range}' option (The -t option needs a leading job name).`, 2);
}

/** Whether a word that is no id stands for a job. */
export function isNamed({ word }: NamedJob, name: string): boolean {
  return isPattern(word) ? matches(word, name) : word === name;
}

/** One word: what starts with a digit is an id, maybe with tasks. */
export function namedJob(word: string, exitCode = 2): NamedJob {
  if (!/^[0-9]/.test(word)) return { word, id: null, tasks: null };
  const [, id, range] = /^([0-9]+)(?:\.(.*))?$/.exec(word) ?? [];
  const bad = id === undefined || Number(id) === 0 || (range !== undefined && rangeComplaint(range) !== null);
  if (bad) throw new RefusedError(`ERROR! "${word}" is an invalid job-task identifier`, exitCode);
  const tasks = range === undefined ? null : indicesOf([parseRange(range, { startRule: "OneRange" })]);
  return { word: id, id: Number(id), tasks };
}

function listOf(word: string): readonly string[] {
  return word.split(",").filter((one) => one !== "");
}

function tasksOf(text: string, command: string): Indices {
  const ranges = listOf(text);
  const complaint = ranges.map((range) => rangeComplaint(range)).find((found) => found !== null);
  if (complaint) throw new UsageError(`${command}: ${complaint}`, 7);
  return indicesOf(ranges.map((range) => parseRange(range, { startRule: "OneRange" })));
}
