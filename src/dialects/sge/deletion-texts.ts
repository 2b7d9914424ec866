/** Owns what qdel says of each job it was to delete. */

import { type Indices, indicesOf, joinedIndices } from "../../model/indices.ts";
import type { Result } from "../../model/verbs.ts";
import { tasksText } from "./tasks.ts";

/** Lines about one job, and whether it went well. */
export interface Told {
  readonly lines: readonly string[];
  readonly good: boolean;
}

/** Who deletes what: the words of a message. */
export interface Deed {
  readonly who: string;
  readonly id: number;
  readonly tasks: Indices | null;
  /** The job has tasks left that wait or run. */
  readonly alive: boolean;
  /** A manager's word is final. */
  readonly forced: boolean;
}

/** What is said of the results for one job: running tasks one by one, then what only waited. */
export function deletionTold(results: readonly Result[], deed: Deed): Told {
  if (deed.alive && results.some(({ kind }) => kind === "denied"))
    return bad(`${deed.who} - you do not have the necessary privileges to delete the job "${deed.id}"`);
  const ends = results.flatMap((result) => {
    if (result.kind === "alreadyEnding") return [`job ${deed.id} is already in deletion`];
    if (result.kind !== "ending") return [];
    const { index } = result.element;
    const what = index === null ? `job ${deed.id}` : `job-array task ${deed.id}.${index}`;
    return [
      deed.forced
        ? `${deed.who} forced the deletion of ${what}`
        : `${deed.who} has registered the ${what} for deletion`,
    ];
  });
  const lines = [...ends, ...removedLines(results, deed)];
  return lines.length ? { lines, good: true } : bad(unknownText(deed));
}

/** What is said where a name stands for no job. */
export function noSuchName(word: string, users: readonly string[]): Told {
  return bad(`The job ${word} of user(s) ${users.join(",")} does not exist`);
}

/** What is said where users have no jobs. */
export function noJobsOf(users: readonly string[]): Told {
  return bad(`There is no job registered for the following users: ${users.join(",")}`);
}

function bad(line: string): Told {
  return { lines: [line], good: false };
}

function removedLines(results: readonly Result[], { who, id, tasks, forced }: Deed): readonly string[] {
  const removed = results.filter((result) => result.kind === "removed");
  const [first] = removed;
  if (!first) return [];
  const done = forced ? `${who} forced the deletion of` : `${who} has deleted`;
  const all = removed.reduce<Indices>((sum, { indices }) => joinedIndices(sum, indices ?? []), []);
  // Tasks that were named are named again; a whole job is a job.
  if (tasks === null || all.length === 0) return [`${done} job ${id}`];
  const text = stepped(all);
  return [
    /^[0-9]+$/.test(text) ? `${done} job-array task ${id}.${text}` : `${done} job-array tasks ${text} of job ${id}`,
  ];
}

// Every second task of 6-10 is written 6-10:2: a step that all of them share.
function stepped(all: Indices): string {
  const numbers = all.flat();
  const single = all.every(([first, last]) => first === last);
  const step = single && all.length > 1 ? (numbers[2] ?? 0) - (numbers[0] ?? 0) : 1;
  const even = indicesOf([{ first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0, step }]);
  return tasksText(all, single && JSON.stringify(even) === JSON.stringify(all) ? step : 1);
}

function unknownText({ id, tasks, alive }: Deed): string {
  const task = tasks?.[0]?.[0];
  return alive && task !== undefined
    ? `job "${id}" task "${task}" does not exist`
    : `denied: job "${id}" does not exist`;
}
