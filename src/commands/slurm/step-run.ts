/** Owns the running of one step: it is begun when there is room, its processes started, and its end recorded. */

import { cancelDelay, endWords, memoryLimits } from "../../dialects/slurm/endings.ts";
import { firstNode } from "../../dialects/slurm/hostlists.ts";
import type { RunRequest } from "../../dialects/slurm/srun-reading.ts";
import type { Allocation, StepShape } from "../../dialects/slurm/step.ts";
import { type RunningStep, stepEnvironments } from "../../dialects/slurm/step-environment.ts";
import {
  advance,
  atFirst,
  dueAt,
  exitCode,
  memoryKills,
  type Progress,
  recordedEnd,
  type StepOrder,
  type StepRules,
  worstEnd,
} from "../../dialects/slurm/step-progress.ts";
import { type StepNames, streamsOfRank } from "../../dialects/slurm/step-streams.ts";
import type { Context, Reply } from "../../language/context.ts";
import type { Working } from "../../language/work.ts";
import type { Outcome } from "../../model/job.ts";
import type { Step } from "../../model/step.ts";
import { usageOfRanks } from "../../model/usage.ts";

/** A step that may begin. */
export interface StepPlan {
  readonly request: RunRequest;
  readonly allocation: Allocation;
  readonly shape: StepShape;
  /** Words of each task. */
  readonly programs: readonly (readonly string[])[];
  /** What was exported, without the step's own variables. */
  readonly base: readonly string[];
  readonly directory: string;
  /** Is given a way to order the tasks about, and told when the step is over. */
  readonly attended?: {
    readonly begun: (order: (order: StepOrder) => void) => void;
    readonly over: (end: {
      readonly code: number;
      readonly signal: number | null;
      readonly memoryKills: number;
    }) => void;
  };
}

/** Waits for room in the allocation, then runs the step to its end. */
export async function runStep(context: Context, plan: StepPlan, waited = false): Promise<Reply> {
  const { allocation, shape, request } = plan;
  const submitLine = ["srun", ...context.args].join(" ");
  const step = context.verbs.beginStep(allocation.element, { ...shape.ask, submitLine });
  const say = (text: string) => (request.asks.quiet ? "" : `srun: ${text}\n`);
  const id = allocation.element.id;
  if (step) {
    const err = waited ? say(`Step created for job ${id}`) : "";
    return { err, next: async () => start(context, plan, step) };
  }
  const busy = "Requested nodes are busy";
  if (request.asks.immediate !== undefined)
    return { err: `srun: error: Unable to create step for job ${id}: ${busy}\n`, code: immediateCode(context) };
  const err = waited ? "" : say(`Job ${id} step creation temporarily disabled, retrying (${busy})`);
  return { err, next: () => waitForRoom(context, plan) };
}

/** What --immediate ends with when there is no room. */
export function immediateCode(context: Context): number {
  return Number(context.variable("SLURM_EXIT_IMMEDIATE") ?? context.variable("SLURM_EXIT_ERROR")) || 1;
}

async function waitForRoom(context: Context, plan: StepPlan): Promise<Reply> {
  const { element } = plan.allocation;
  const signal = await Promise.race([
    context.verbs.stepEnded(element).then(() => null),
    context.interrupted.then((number) => number),
  ]);
  if (signal !== null)
    return { err: `srun: Cancelled pending job step with signal ${signal}\n`, code: immediateCode(context) };
  if (context.verbs.allocation(element.id) === null) {
    const why = "Job/step already completing or completed";
    return { err: `srun: error: Unable to create step for job ${element.id}: ${why}\n`, code: 1 };
  }
  return runStep(context, plan, true);
}

function start(context: Context, plan: StepPlan, step: Step): Promise<Reply> {
  const { request, allocation, shape, directory } = plan;
  const jobName = request.settled.spec.name ?? allocation.job.name;
  const running: RunningStep = {
    ...{ step, shape, allocation, name: jobName, umask: context.umask, niceness: context.niceness },
    distribution: request.settled.spec.distribution,
    bare: (request.settled.spec.export?.base ?? "all") !== "all",
    ...{ cpuBinding: request.asks.cpuBinding, memoryBinding: request.asks.memoryBinding },
    preserve: request.asks.preserveEnvironment === true,
  };
  const names: StepNames = {
    ...{ allocation, shape, directory, step: step.step },
    user: context.user.name,
    host: context.verbs.description.host,
    terminalInput: context.terminal.input,
  };
  const environments = stepEnvironments(plan.base, running);
  const working = context.work<StepOrder>({
    label: request.asks.label === true,
    apart: !(request.asks.pty === true && context.terminal.input),
    memoryKiB: memoryOf(context, plan),
    append: request.settled.spec.openMode === "append",
    cwd: directory === context.cwd ? "" : directory,
    environment: environments.common,
    ranks: plan.programs.map((argv, rank) => ({
      ...streamsOfRank(request, names, rank),
      ...{ argv, environment: environments.ranks[rank] ?? [] },
    })),
  });
  // An attended job's end comes by its own way, with its own words.
  context.verbs.heedStep(step, ({ signal, ends, due }) => {
    if (due !== undefined) tellDue(working, due);
    else if (ends === "nothing") working.put({ signal, words: null });
    else if (ends === "step") working.put({ signal, words: "" });
    // The tasks hear of it when the job's shell does.
    else if (!plan.attended) setTimeout(() => working.put({ signal, words: "" }), cancelDelay);
  });
  plan.attended?.begun(working.put);
  const rules = rulesOf(context, plan, step);
  const over = (progress: Progress): number => conclude(context, plan, { step, progress });
  return follow({ context, working, rules, over }, atFirst);
}

/** The tasks get their signals from the runner, when the shell does. */
function tellDue(working: Working<StepOrder>, due: string): void {
  const words = endWords(due);
  if (words !== "") working.put({ signal: 0, words });
}

/** KiB that the tasks may have together: what the step asked for, and never more than the job has; 0 is any. */
function memoryOf(context: Context, { request, allocation, shape }: StepPlan): number {
  const [job] = memoryLimits(allocation.job, context.verbs.description);
  const { memoryPerNode, memoryPerCpu } = request.settled.spec;
  const asked = (memoryPerNode ?? 0) * shape.nodes || (memoryPerCpu ?? 0) * shape.ask.cpus;
  if (!job) return 0;
  return asked === 0 ? job.limitKiB : Math.min(job.limitKiB, asked / 1024);
}

/** What Slurm puts for the signal of a step that had too little memory. */
const outOfMemorySignal = 125;

function rulesOf(context: Context, { request, allocation, shape, programs }: StepPlan, step: Step): StepRules {
  const { asks, settled } = request;
  const limit = request.has("time") ? settled.spec.wallTime : null;
  return {
    id: `${allocation.element.id}.${step.step}`,
    node: firstNode(allocation.element),
    ranks: shape.ranks,
    quiet: asks.quiet === true,
    killOnBadExit: asks.killOnBadExit === true,
    disableStatus: asks.disableStatus === true,
    quitOnInterrupt: asks.quitOnInterrupt === true,
    waitMs: asks.wait === undefined || asks.wait === 0 ? null : asks.wait * 1000,
    limitMs: limit === null || !Number.isFinite(limit) ? null : limit * 1000,
    killWaitMs: context.verbs.description.killWait * 1000,
    startedAt: step.startedAt,
    programOf: (rank) => programs[rank]?.[0] ?? "",
  };
}

interface Following {
  readonly context: Context;
  readonly working: Working<StepOrder>;
  readonly rules: StepRules;
  /** Keeps the end; gives the exit code. */
  readonly over: (progress: Progress) => number;
}

/** Lets one piece of news after the other have its effect, until the step is over. */
async function follow(following: Following, before: Progress): Promise<Reply> {
  const { context, working, rules, over } = following;
  let progress = before;
  for (;;) {
    const due = dueAt(rules, progress);
    const what = await working.next(Number.isFinite(due) ? Math.max(0, due - context.clock.now()) : undefined);
    const { progress: after, err, signals } = advance(rules, progress, { what, now: context.clock.now() });
    for (const signal of signals) working.signal(signal);
    progress = after;
    if (progress.over) return { err, code: over(progress) };
    if (err !== "") return { err, next: () => follow(following, after) };
  }
}

const killSignal = 9;

function conclude(
  context: Context,
  plan: StepPlan,
  { step, progress }: { readonly step: Step; readonly progress: Progress },
): number {
  const worst = worstEnd(progress);
  const code = exitCode(progress);
  const kills = memoryKills(progress.ends);
  const recorded = kills > 0 ? { code: 0, signal: outOfMemorySignal } : recordedEnd(progress);
  // Tasks of which nothing was heard any more were killed with the command that ran them.
  const unheard = worst === null && progress.code !== null ? killSignal : (worst?.signal ?? null);
  const signal = kills > 0 ? outOfMemorySignal : unheard;
  const outcome = kills > 0 ? "outOfMemory" : outcomeOf(recorded, progress);
  context.verbs.endStep(step, {
    ...{ ...recorded, outcome },
    usage: usageOfRanks([...progress.ends].sort((a, b) => a.rank - b.rank).map((end) => end.usage)),
  });
  plan.attended?.over({ code, signal, memoryKills: kills });
  return code;
}

function outcomeOf(recorded: ReturnType<typeof recordedEnd>, { code }: Progress): Outcome {
  if (recorded.signal !== null || code !== null) return "cancelled";
  return recorded.code === 0 ? "completed" : "failed";
}
