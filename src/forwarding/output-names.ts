/** Owns what a job's output files are called at a target: by the number that the job has here, which is the one that its owner knows. */

import type { Job } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";

/** The job's output and error files with its number here in their names, where their names have a number. */
export function outputNames(
  job: Pick<Job, "id" | "name" | "dialect" | "indices" | "spec">,
): Pick<JobSpec, "stdout" | "stderr"> {
  return job.dialect === "sge" ? sgeNames(job) : slurmNames(job);
}

type Named = Parameters<typeof outputNames>[0];

function slurmNames({ id, indices, spec }: Named): Pick<JobSpec, "stdout" | "stderr"> {
  const usual = indices === null ? "slurm-%j.out" : "slurm-%A_%a.out";
  // An element's own number there is only known when it starts.
  const own = indices === null ? "AjJ" : "A";
  const named = (name: string): string =>
    // A backslash leaves all placeholders as they are.
    name.includes("\\")
      ? name
      : name.replaceAll(/%%|%([0-9]*)([AjJ])/g, (all, width: string, letter = "") =>
          letter !== "" && own.includes(letter) ? String(id).padStart(Math.min(Number(width), 10), "0") : all,
        );
  return { stdout: (spec.stdout ?? [usual]).map(named), stderr: spec.stderr?.map(named) ?? null };
}

function sgeNames({ id, name, indices, spec }: Named): Pick<JobSpec, "stdout" | "stderr"> {
  const element = indices === null ? "" : ".$TASK_ID";
  const usual = (letter: string): string => `${name}.${letter}${id}${element}`;
  // A directory was marked by a slash when the job was submitted.
  const named = (path: string, letter: string): string =>
    path.replaceAll(/\$JOB_ID\b/g, String(id)) + (path.endsWith("/") ? usual(letter) : "");
  const all = (paths: readonly string[] | null, letter: string) =>
    (paths ?? [usual(letter)]).map((path) => named(path, letter));
  return { stdout: all(spec.stdout, "o"), stderr: spec.joinStreams ? spec.stderr : all(spec.stderr, "e") };
}
