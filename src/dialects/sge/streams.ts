/** Owns where a job's input and output go: `-i -o -e -j` in all their forms, and the names of files nobody named. */

import { parse as parseDollar } from "#grammar/formats.js";
import type { Element, Job } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";

/** A job's files. `stderr` is empty where it is joined to standard output. */
export interface Streams {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the streams of an element go, as absolute paths. */
export function streamsOf(job: Job, element: Pick<Element, "index">, host: string): Streams {
  const input = job.spec.stdin === null ? "" : expanded(pathForHost([job.spec.stdin], host), { job, element, host });
  return {
    stdin: input === "" ? "/dev/null" : absolute(input, job),
    ...outputOf(job, element, { host, letters: "" }),
  };
}

/** Where procedures of the job's parallel environment write: beside its own files, and into those that have a name. */
export function procedureStreams(job: Job, element: Pick<Element, "index">, host: string): Omit<Streams, "stdin"> {
  return outputOf(job, element, { host, letters: "p" });
}

function outputOf(
  job: Job,
  element: Pick<Element, "index">,
  { host, letters }: { readonly host: string; readonly letters: string },
): Omit<Streams, "stdin"> {
  const place = { job, element, host };
  const path = (entries: readonly string[] | null, letter: "o" | "e") => {
    const name = defaultName(job, element, letters + letter);
    const asked = entries === null ? "" : expanded(pathForHost(entries, host), place);
    if (asked === "") return absolute(name, job);
    // A directory was marked by a slash when the job was submitted.
    return absolute(asked.endsWith("/") ? asked + name : asked, job);
  };
  return { stdout: path(job.spec.stdout, "o"), stderr: job.spec.joinStreams ? "" : path(job.spec.stderr, "e") };
}

/** Directories that output somebody named goes to: they are made if they are missing. */
export function outputDirectories(job: Job, streams: Streams): readonly string[] {
  const named = [
    ...(job.spec.stdout ? [streams.stdout] : []),
    ...(job.spec.stderr && streams.stderr !== "" ? [streams.stderr] : []),
  ].map((path) => path.slice(0, path.lastIndexOf("/")) || "/");
  // The working directory is not made for anybody: a job without one can't be started.
  return [...new Set(named)].filter((directory) => directory !== job.workingDirectory && directory !== "/");
}

/** Hosts named in paths. */
export function hostsOf(spec: JobSpec): readonly string[] {
  const paths = [...(spec.stdout ?? []), ...(spec.stderr ?? []), ...(spec.stdin === null ? [] : [spec.stdin])];
  return paths.map((path) => split(path).host).filter((host) => host !== "");
}

/** A path as far as it is known when a job is submitted; null if it depends on the job's number. */
export function knownPath(
  entry: string,
  facts: { home: string; user: string; name: string; host: string; cwd: string },
): string | null {
  const { path } = split(entry);
  const text = parseDollar(path, { startRule: "Dollar" }).map((part) => {
    if (part.name === undefined) return part.text;
    if (part.name === "JOB_ID" || part.name === "TASK_ID") return null;
    return { HOME: facts.home, USER: facts.user, JOB_NAME: facts.name, HOSTNAME: facts.host }[part.name] ?? part.text;
  });
  if (text.includes(null)) return null;
  const whole = text.join("").replace(/^~\//, `${facts.home}/`);
  return whole.startsWith("/") ? whole : `${facts.cwd}/${whole}`;
}

interface Place {
  readonly job: Job;
  readonly element: Pick<Element, "index">;
  readonly host: string;
}

/** Pseudo variables in paths. Braces and other names stay as they are. */
const pseudo: Readonly<Record<string, (place: Place) => string>> = {
  HOME: ({ job }) => job.user.home,
  USER: ({ job }) => job.user.name,
  JOB_ID: ({ job }) => String(job.id),
  JOB_NAME: ({ job }) => job.name,
  HOSTNAME: ({ host }) => host,
  // A plain job's task is number 0 in paths, and undefined in its environment.
  TASK_ID: ({ element }) => String(element.index ?? 0),
};

function expanded(path: string, place: Place): string {
  const text = parseDollar(path, { startRule: "Dollar" })
    .map((part) => (part.name === undefined ? part.text : (pseudo[part.name]?.(place) ?? part.text)))
    .join("");
  return text.replace(/^~\//, `${place.job.user.home}/`);
}

/** The path among `[host:]path` entries: the one for this host, else the one for any. */
export function pathForHost(entries: readonly string[], host: string): string {
  const parts = entries.map(split);
  return (parts.find((part) => part.host === host) ?? parts.find((part) => part.host === "") ?? parts[0])?.path ?? "";
}

function split(entry: string): { readonly host: string; readonly path: string } {
  const colon = entry.indexOf(":");
  return colon < 0 ? { host: "", path: entry } : { host: entry.slice(0, colon), path: entry.slice(colon + 1) };
}

function defaultName(job: Job, element: Pick<Element, "index">, letter: string): string {
  return `${job.name}.${letter}${job.id}${element.index === null ? "" : `.${element.index}`}`;
}

function absolute(path: string, job: Job): string {
  return path.startsWith("/") ? path : `${job.workingDirectory}/${path}`;
}
