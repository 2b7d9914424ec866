/** Owns which files of a job go to a target that shares none, and which come back. */

import { eachIndex } from "../model/indices.ts";
import type { Job } from "../model/job.ts";
import { outputNames } from "./output-names.ts";

/** Paths below the directory of the submission; empty: all of it. */
export interface CopiedPaths {
  readonly there: readonly string[];
  readonly back: readonly string[];
}

/**
 * What a script declares: `#HEADNODE in data params.txt`, `#HEADNODE out results`. Nothing declared, everything
 * goes and comes back.
 */
export function copiedPaths({ script }: Pick<Job, "script">): CopiedPaths {
  const text = script === null ? "" : Buffer.from(script).toString("utf8");
  const declared = (word: string) =>
    [...text.matchAll(new RegExp(`^#HEADNODE +${word} +(.*)$`, "gm"))]
      .flatMap(([, paths = ""]) => paths.trim().split(/\s+/))
      .filter(isBelow);
  return { there: declared("in"), back: declared("out") };
}

/** What comes back: what is declared, and what the job's output was written to; none: all of it. */
export function broughtPaths(job: Job): readonly string[] {
  const { back } = copiedPaths(job);
  return back.length === 0 ? [] : [...back, ...outputPaths(job)];
}

/** Files below the directory of the submission that the job's output goes to, as far as their names are known here. */
function outputPaths(job: Job): readonly string[] {
  const { stdout, stderr } = outputNames(job);
  const names = [...(stdout ?? []), ...(stderr ?? [])].map((name) => name.slice(name.indexOf(":") + 1));
  const indices = job.indices === null ? [null] : [...eachIndex(job.indices)];
  const paths = names.flatMap((name) => indices.map((index) => expanded(job, name, index)));
  const inside = `${job.submitDirectory}/`;
  return [...new Set(paths)]
    .map((path) => (path.startsWith("/") ? path : `${job.workingDirectory}/${path}`))
    .flatMap((path) => (path.startsWith(inside) && !/[%$]/.test(path) ? [path.slice(inside.length)] : []));
}

function expanded({ name, user, dialect }: Job, path: string, index: number | null): string {
  const values: readonly (readonly [string, string])[] =
    dialect === "sge"
      ? [
          ["$TASK_ID", String(index ?? 0)],
          ["$JOB_NAME", name],
          ["$USER", user.name],
          ["$HOME", user.home],
        ]
      : [
          ["%a", String(index ?? 0)],
          ["%x", name],
          ["%u", user.name],
        ];
  return values.reduce((text, [placeholder, value]) => text.replaceAll(placeholder, () => value), path);
}

function isBelow(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..");
}
