/** Owns what scontrol tells of a job's script and processes: write, listpids and wait_job. */

import { readJobId } from "../../dialects/slurm/job-ids.ts";
import { absolute } from "../../dialects/slurm/streams.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Element } from "../../model/job.ts";
import type { Listed } from "../../model/verbs.ts";
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

/** `listpids [JOB[.STEP]]`: the shell of each running script; what it started is not told apart. */
export function listProcesses(context: Context, [asked]: readonly string[]): Reply {
  const [, job = "", step] = /^([^.]*)(?:\.(.*))?$/.exec(asked ?? "") ?? [];
  if (step !== undefined && !/^[0-9]+$/.test(step)) return { err: `"${asked}" does not look like a stepid\n`, code: 1 };
  const all = asked === undefined || asked === "*";
  const id = readJobId(job);
  const parts = all ? context.verbs.select({}) : id && step === undefined ? partsOf(context, id) : [];
  const lines = parts.filter(isAlive).map(({ element }) => processLine(element));
  const heading = "PID      JOBID    STEPID   LOCALID GLOBALID\n";
  if (all || lines.length > 0) return { out: heading + lines.join("") };
  const { nodes } = context.verbs.description;
  const what = step === undefined ? `JobId=${job}` : `StepId=${asked}`;
  return { out: heading, err: `${what} does not exist on node ${nodes[0]?.name ?? ""}.\n`, code: 1 };
}

type Started = Extract<Listed, { kind: "element" }>;

function isAlive(part: Listed): part is Started {
  return part.kind === "element" && part.element.state !== "ended" && part.element.pid !== null;
}

function processLine({ pid, id }: Element): string {
  const cells = [String(pid).padEnd(8), String(id).padEnd(8), "batch".padEnd(8), "0".padEnd(7), "0".padEnd(8)];
  return `${cells.join(" ")}\n`;
}

/** `wait_job`: the one machine is ready as soon as the job runs. */
export function waitForJob(context: Context, [text = ""]: readonly string[]): Reply {
  const id = readJobId(text);
  const parts = id ? partsOf(context, id) : [];
  if (parts.length === 0) return { err: `scontrol: Problem running job ${text}\n`, code: 1 };
  const runs = parts.some((part) => part.kind === "element" && part.element.state === "running");
  if (runs) return { err: `scontrol: Nodes are ready for job ${text}\n` };
  return { err: `scontrol: Job ${text} no longer running\n`, code: 1 };
}
