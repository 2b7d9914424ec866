/** Owns where a job's input and output are: names with `%` placeholders, defaults, `none`. */

import { type PercentPart, parse } from "#grammar/formats.js";
import type { Job } from "../../model/job.ts";

/** What placeholders stand for. */
export interface Names {
  readonly jobId: number;
  readonly arrayJobId: number;
  /** Null outside arrays. */
  readonly index: number | null;
  readonly jobName: string;
  readonly user: string;
  readonly host: string;
}

/** The three files of a job; `stderr` empty is where `stdout` is. */
export interface Streams {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** What Slurm shows for the index of a job that is no array. */
export const noIndex = 4294967294;

/** Letters and what they stand for. Numbers may be padded. */
const letters: Readonly<Record<string, (names: Names) => string | number>> = {
  A: ({ arrayJobId }) => arrayJobId,
  a: ({ index }) => index ?? noIndex,
  j: ({ jobId }) => jobId,
  J: ({ jobId }) => jobId,
  N: ({ host }) => host,
  n: () => 0,
  s: () => "batch",
  t: () => 0,
  u: ({ user }) => user,
  x: ({ jobName }) => jobName,
};

const widest = 10;

/** A file name with its placeholders replaced. A backslash anywhere in it leaves them all, and goes. */
export function expandName(name: string, names: Names): string {
  const values = Object.entries(letters).map(([letter, value]) => [letter, value(names)] as const);
  return expandWith(name, Object.fromEntries(values));
}

/** The same for any letters. */
export function expandWith(name: string, values: Readonly<Record<string, string | number>>): string {
  if (name.includes("\\")) return name.replaceAll("\\", "");
  return parse(name, { startRule: "Percent" })
    .map((part) => expandPart(part, values))
    .join("");
}

function expandPart(part: PercentPart, values: Readonly<Record<string, string | number>>): string {
  if (part.letter === undefined) return part.text;
  const value = values[part.letter];
  if (value === undefined) return part.text;
  return typeof value === "string" ? value : String(value).padStart(Math.min(part.width ?? 0, widest), "0");
}

/** The files of one element, absolute. */
export function streamsOf(job: Pick<Job, "spec" | "workingDirectory" | "indices">, names: Names): Streams {
  const place = (name: string) =>
    name === "none" || name === "/dev/null" ? "/dev/null" : absolute(job.workingDirectory, expandName(name, names));
  const stdout = place(job.spec.stdout?.[0] ?? (job.indices === null ? "slurm-%j.out" : "slurm-%A_%a.out"));
  const stderr = job.spec.stderr?.[0] === undefined ? stdout : place(job.spec.stderr[0]);
  return {
    stdin: job.spec.stdin === null ? "/dev/null" : place(job.spec.stdin),
    stdout,
    stderr: stderr === stdout ? "" : stderr,
  };
}

/** A path as seen from a directory. */
export function absolute(directory: string, path: string): string {
  return path.startsWith("/") ? path : `${directory}/${path}`;
}

/** The directory a file is in. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}
