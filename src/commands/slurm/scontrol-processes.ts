/** Owns what scontrol tells of processes: listpids and pidinfo. */

import { geometryOf } from "../../dialects/slurm/geometry.ts";
import { readJobId } from "../../dialects/slurm/job-ids.ts";
import { clockLine } from "../../dialects/slurm/moments.ts";
import { type JobProcess, type Processes, processHeading, processLines } from "../../dialects/slurm/process-listing.ts";
import type { Context, Reply } from "../../language/context.ts";
import { type Element, launchKey, withOwn } from "../../model/job.ts";
import type { Listed } from "../../model/verbs.ts";
import { partsOf } from "./job-targets.ts";

/** `listpids [JOB[.STEP] [NODE]]`: the processes of what runs. */
export async function listProcesses(context: Context, [asked = "*", node]: readonly string[]): Promise<Reply> {
  const [, job = "", step = null] = /^([^.]*)(?:\.(.*))?$/.exec(asked) ?? [];
  const { nodes, host } = context.verbs.description;
  const missing = (what: string): Reply => ({ out: processHeading, err: `${what}.\n`, code: 1 });
  if (node !== undefined && node !== host && !nodes.some(({ name }) => name === node))
    return missing(`${step === null ? `JobId=${job}` : `StepId=${asked}`} does not exist on node ${node}`);
  if (asked === "*") return { out: processHeading + (await linesOf(context, running(context.verbs.select({})), null)) };
  if (!/^[0-9]+$/.test(job)) return { err: `"${asked}" does not look like a jobid\n`, code: 1 };
  // Slurm looks for the job's steps anyway, and finds none.
  if (step !== null && !/^[0-9]*$/.test(step))
    return { out: processHeading, err: `"${asked}" does not look like a stepid\n` };
  const number = step === null ? null : Number(step);
  const id = readJobId(job);
  const lines = await linesOf(context, id ? running(partsOf(context, id)) : [], number);
  if (lines !== "") return { out: processHeading + lines };
  const place = node ?? "(null)";
  if (number === null) return missing(`There are no steps for job ${Number(job)} on node ${place}`);
  return missing(`StepId=${Number(job)}.${number} does not exist on node ${place}`);
}

/** `pidinfo PID`: the job that has a process, and when its time is over. */
export async function processInfo(context: Context, [asked]: readonly string[]): Promise<Reply> {
  if (asked === undefined) return { err: "missing argument for keyword:pidinfo\n", code: 1 };
  const parts = context.verbs.select({});
  const found = await processesOf(context, running(parts));
  const holder = found.find(({ all }) => all.some(({ pid }) => String(pid) === asked))?.element;
  const part = parts.find((each) => each.kind === "element" && each.element.id === holder?.id);
  if (!holder || !part) return { err: "Failed to locate job for requested pid\n", code: 1 };
  const { wallTime } = geometryOf(withOwn(part.job, holder).spec, context.verbs.description);
  const now = context.clock.now();
  const left = Math.floor(((holder.startedAt ?? now) + wallTime * 1000 - now) / 1000);
  if (!Number.isFinite(wallTime)) return { out: `Slurm JobId=${holder.id} ends at Unknown\n` };
  const end = clockLine(now + left * 1000);
  return { out: `Slurm JobId=${holder.id} ends at ${end}Job remaining time is ${left} seconds\n` };
}

function running(parts: readonly Listed[]): readonly Element[] {
  return parts.flatMap((part) =>
    part.kind === "element" && part.element.state !== "ended" && part.element.pid !== null ? [part.element] : [],
  );
}

async function linesOf(context: Context, elements: readonly Element[], step: number | null): Promise<string> {
  const found = await processesOf(context, elements);
  return found.map((each) => processLines(each, step)).join("");
}

async function processesOf(context: Context, elements: readonly Element[]): Promise<readonly Processes[]> {
  const used = await context.verbs.usage(elements);
  return Promise.all(
    elements.map(async (element) => {
      const pids = used.get(launchKey(element))?.pids ?? [];
      return { element, all: await Promise.all(pids.map((pid) => processOf(context, pid))) };
    }),
  );
}

// Where there is no /proc all of them are the script's.
async function processOf({ files }: Context, pid: number): Promise<JobProcess> {
  const read = await files.read(`/proc/${pid}/environ`);
  const environment = "bytes" in read ? new TextDecoder().decode(read.bytes).split("\0") : [];
  return { pid, environment };
}
