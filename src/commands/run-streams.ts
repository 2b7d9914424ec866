/** Owns where the output of a starting element will be, and how much was in the file before. */

import { streamsOf as sgeStreams } from "../dialects/sge/streams.ts";
import { streamsOf as slurmStreams } from "../dialects/slurm/streams.ts";
import type { Context } from "../language/context.ts";
import type { Element, Job } from "../model/job.ts";
import type { RunFile } from "../model/run.ts";

/** The files of one start; `stderr` is null where it goes with standard output. */
export interface StartFiles {
  readonly stdout: RunFile;
  readonly stderr: RunFile | null;
}

/** Asked just before an element is started. */
export function streamsOfStart(context: Context, job: Job): (element: Element) => StartFiles {
  const { host } = context.verbs.description;
  // Grid Engine always appends.
  const appends = job.dialect === "sge" || job.spec.openMode === "append";
  const file = (path: string): RunFile => ({ path, from: appends ? context.files.size(path) : 0 });
  return (element) => {
    const { id: jobId, index } = element;
    const names = { jobId, arrayJobId: job.id, index, jobName: job.name, user: job.user.name, host };
    const { stdout, stderr } = job.dialect === "sge" ? sgeStreams(job, element, host) : slurmStreams(job, names);
    return { stdout: file(stdout), stderr: stderr === "" ? null : file(stderr) };
  };
}
