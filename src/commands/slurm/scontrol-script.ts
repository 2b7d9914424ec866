/** Owns what scontrol tells of a job's script, and waiting for a job: write and wait_job. */

import { readJobId } from "../../dialects/slurm/job-ids.ts";
import { absolute } from "../../dialects/slurm/streams.ts";
import type { Context, Reply } from "../../language/context.ts";
import { deniedText, partsOf, unknownJob } from "./job-targets.ts";

/** `write batch_script JOB [FILE]`. */
export async function write(context: Context, [what = "", job, file]: readonly string[]): Promise<Reply> {
  if (/^config$/i.test(what))
    return { err: "write config is not done here: the cluster is this machine as it is\n", code: 1 };
  if (!/^batch_?s/i.test(what)) return { err: `invalid write argument:${what}\n`, code: 1 };
  if (job === undefined) return { err: "too few arguments for keyword:write\n", code: 1 };
  const script = scriptOf(context, job);
  // Slurm ends well, whatever came of it.
  if ("refused" in script) return { err: `job script retrieval failed: ${script.refused}\n` };
  if (file === "-") return { out: new TextDecoder().decode(script.bytes) };
  const path = file ?? `slurm-${job}.sh`;
  const errno = await context.files.write(absolute(context.cwd, path), script.bytes);
  if (errno !== null) return { err: `failed to open file \`${path}\`: ${errnoTexts[errno] ?? errno}\n` };
  return { out: `batch script for job ${job} written to ${path}\n` };
}

const errnoTexts: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EISDIR: "Is a directory",
  ENOTDIR: "Not a directory",
  EROFS: "Read-only file system",
};

function scriptOf(context: Context, text: string): { readonly bytes: Uint8Array } | { readonly refused: string } {
  const id = readJobId(text);
  const parts = id ? partsOf(context, id) : [];
  const job = parts[0] && context.verbs.job(parts[0].job.id);
  if (!job) return { refused: unknownJob };
  if (context.user.uid !== 0 && context.user.uid !== job.user.uid) return { refused: deniedText };
  return job.script && !job.attended ? { bytes: job.script } : { refused: "Job script not specified" };
}

/** `wait_job`: the one machine is ready as soon as the job runs. */
export function waitForJob(context: Context, [text = ""]: readonly string[]): Reply {
  const id = readJobId(text);
  const parts = id ? partsOf(context, id) : [];
  if (parts.length === 0) return { err: `scontrol: Problem running job ${text}\n`, code: 1 };
  const runs = parts.some((part) => part.kind === "element" && ["starting", "running"].includes(part.element.state));
  if (runs) return { err: `scontrol: Nodes are ready for job ${text}\n` };
  return { err: `scontrol: Job ${text} no longer running\n`, code: 1 };
}
