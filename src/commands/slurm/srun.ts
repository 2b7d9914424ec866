/** Owns srun: tasks are run on the caller's terminal, inside of a job. */

import { jobVariables } from "../../dialects/slurm/environment.ts";
import { exportedEntries, withEntries } from "../../dialects/slurm/export.ts";
import { geometryOf } from "../../dialects/slurm/geometry.ts";
import { helpText, usageText, versionText } from "../../dialects/slurm/help.ts";
import { srunOptions } from "../../dialects/slurm/srun-options.ts";
import { type RunRequest, readRun, runExitCodes } from "../../dialects/slurm/srun-reading.ts";
import { type Allocation, type StepShape, shapeOf } from "../../dialects/slurm/step.ts";
import { programsOf } from "../../dialects/slurm/step-programs.ts";
import { absolute } from "../../dialects/slurm/streams.ts";
import { wordLines } from "../../dialects/slurm/wording.ts";
import type { Command } from "../../language/command.ts";
import type { Context, Reply } from "../../language/context.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import { noHeterogeneousJobs } from "./attendance.ts";
import { type RunIn, runAlone } from "./srun-alone.ts";
import { runStep, type StepPlan } from "./step-run.ts";

const operands = "[OPTIONS...] executable [args...]";

export const srun: Command = {
  dialect: "slurm",
  name: "srun",
  wordError: (message) => wordLines("srun", message),
  run: async (context) => {
    const variable = (name: string) => context.variable(name);
    const inside = variable("SLURM_JOB_ID") ?? variable("SLURM_JOBID");
    const request = readRun({ args: context.args, variable, inside: inside !== undefined, now: context.clock.now() });
    const text = informs(request);
    if (text !== null) return { out: text };
    const code = runExitCodes(variable).error;
    if (request.command.includes(":")) throw new UsageError(noHeterogeneousJobs, code);
    const id = request.asks.jobId ?? (inside === undefined ? null : Number(inside));
    if (id !== null) return runInside(context, request, { id, inside: Number(inside) === id });
    if (request.asks.relative !== undefined)
      throw new RefusedError("fatal: --relative option invalid for job allocation request", code);
    const run: RunIn = (allocation, attended) => runIn(context, request, { allocation, code, attended });
    return runAlone({ context, request, code, run });
  },
};

function informs({ informs: what }: RunRequest): string | null {
  if (what === "help") return helpText("srun", operands, srunOptions);
  if (what === "usage") return usageText("srun", "executable [args...]", srunOptions);
  if (what === "mpi") return "MPI plugin types are...\n\tnone\n";
  return what === "version" ? versionText : null;
}

async function runInside(
  context: Context,
  request: RunRequest,
  { id, inside }: { readonly id: number; readonly inside: boolean },
): Promise<Reply> {
  const code = runExitCodes((name) => context.variable(name)).error;
  if (request.asks.hetGroup !== undefined)
    throw new RefusedError("No directives to start application on any available hetjob components", code);
  const found = context.verbs.allocation(id);
  if (!found) {
    const hint = `srun: Check SLURM_JOB_ID environment variable. Expired or invalid job ${id}\n`;
    const unknown = wordLines("srun", `Unable to confirm allocation for job ${id}: Invalid job id specified`);
    return { err: unknown + (request.asks.quiet ? "" : hint), code };
  }
  const allocation = { ...found, inside, geometry: geometryOf(found.job.spec, context.verbs.description) };
  return runIn(context, request, { allocation, code });
}

interface Place {
  readonly allocation: Allocation;
  /** Exit code of a refusal. */
  readonly code: number;
  readonly attended?: StepPlan["attended"];
}

/** Runs the step in an allocation there is. */
async function runIn(context: Context, request: RunRequest, { allocation, code, attended }: Place): Promise<Reply> {
  const shape = shapeOf(request, allocation, { code, strict: context.verbs.description.strict });
  const { settled, asks } = request;
  const programs = asks.multiProg ? await multiProg(context, request, { shape, code }) : repeatedly(request, shape);
  const wanted =
    settled.spec.workingDirectory === null ? context.cwd : absolute(context.cwd, settled.spec.workingDirectory);
  const there = context.files.isElsewhere === true || context.files.kind(wanted) === "directory";
  const exported = exportedEntries(context.environment, settled.spec.export);
  const job = jobVariables(allocation, context.verbs.description);
  // A batch script has its variables; what salloc runs has some of them.
  const inner = allocation.job.attended ? withEntries(job, exported) : exported;
  const base = allocation.inside ? inner : withEntries(exported, job);
  const err = [...shape.warnings.map((line) => `srun: ${line}\n`), ...(asks.pty ? noTerminal(context) : [])];
  const lost = `slurmstepd: error: couldn't chdir to \`${wanted}': No such file or directory: going to /tmp instead\n`;
  return {
    // slurmstepd says it for itself and for each task.
    err: `${err.join("")}${there ? "" : lost.repeat(shape.ranks + 1)}`,
    next: () =>
      runStep(context, {
        ...{ request, allocation, shape, programs, base },
        directory: there ? wanted : "/tmp",
        ...(attended ? { attended } : {}),
      }),
  };
}

function repeatedly({ command }: RunRequest, { ranks }: StepShape): readonly (readonly string[])[] {
  return Array.from({ length: ranks }, () => command);
}

async function multiProg(
  context: Context,
  { command }: RunRequest,
  { shape, code }: { readonly shape: StepShape; readonly code: number },
): Promise<readonly (readonly string[])[]> {
  const file = command[0] ?? "";
  const read = await context.files.read(absolute(context.cwd, file));
  if ("errno" in read) throw new RefusedError(`Could not open multi_prog config file ${file}`, code);
  return programsOf(new TextDecoder().decode(read.bytes), shape.ranks, { file, code });
}

function noTerminal({ terminal }: Context): readonly string[] {
  if (terminal.input) return [];
  return [
    "srun: error: ioctl(TIOCGWINSZ): Inappropriate ioctl for device\n",
    "srun: error: Not using a pseudo-terminal, disregarding --pty option\n",
  ];
}
