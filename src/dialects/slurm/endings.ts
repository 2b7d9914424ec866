/** Owns how Slurm jobs are brought to an end, and what an end means. */

import type { Dialect, Start, StopReason, Verdict } from "../../language/dialect.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import type { Element, Job } from "../../model/job.ts";
import type { Ending, MemoryRow, TimelineRow } from "../../model/launch.ts";
import { geometryOf, geometryOfKin, needOf } from "./geometry.ts";
import { firstNode } from "./hostlists.ts";

const continueSignal = 18;
const terminateSignal = 15;
const killSignal = 9;

/** Tasks of steps are known by this variable. */
export const stepScope = "SLURM_STEP_ID=";

/** Milliseconds after the start before which no warning comes, as Slurm looks at the time only now and then: traps are set first. */
const firstWarning = 3_000;

/** Milliseconds until a cancelled job hears of it: the controller has answered scancel by then, which the job itself may have called. */
export const cancelDelay = 150;

/** Milliseconds a requeued job waits before it is eligible again. */
export const requeuePause = 120_000;

const limitWords = " DUE TO TIME LIMIT";

/** What slurmstepd writes after the time, and the tag, by reason. */
const reasons: Readonly<Record<StopReason, { readonly tag: TimelineRow["tag"]; readonly words: string }>> = {
  cancel: { tag: "cancel", words: "" },
  force: { tag: "cancel", words: "" },
  requeue: { tag: "requeue", words: " DUE TO JOB REQUEUE" },
  deadline: { tag: "deadline", words: limitWords },
  nodeFailure: { tag: "cancel", words: " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS" },
};

/** What slurmstepd writes after the time of an end with that tag; nothing where whoever asked for it says it. */
export function endWords(tag: string): string {
  return tag === "limit" ? limitWords : (Object.values(reasons).find((reason) => reason.tag === tag)?.words ?? "");
}

/** Signals that end a running element: CONT and TERM to its shell, KILL to everything after KillWait. */
export function stop(start: Start, why: StopReason): readonly TimelineRow[] {
  const { tag, words } = reasons[why];
  const grace = why === "force" ? 0 : start.cluster.killWait * 1000;
  const rows = endingRows(start, { at: why === "cancel" ? cancelDelay : 0, grace, tag, words });
  // Whoever cancels tells the steps.
  return why === "requeue" || why === "deadline" ? announced(start, rows) : rows;
}

/** The rows of the time limit and the signal ahead of it, counted from `elapsed` ms after the start. */
export function limits(start: Start, elapsed: number): readonly TimelineRow[] {
  const { wallTime } = needOf(start.once(geometryOfKin));
  if (!Number.isFinite(wallTime)) return [];
  const { warning } = start.job.spec;
  const early = warning ? Math.max(firstWarning, wallTime - warning.before * 1000) : 0;
  // Without B: the signal goes to steps, and the script's shell is none.
  const scope = warning?.to === "shell" || start.job.attended ? "leader" : stepScope;
  const warned: readonly TimelineRow[] =
    warning && early >= elapsed
      ? [{ afterMs: early - elapsed, signal: warning.signal, scope, tag: "", notice: "" }]
      : [];
  const at = Math.max(0, wallTime - elapsed);
  const grace = start.cluster.killWait * 1000;
  const ends = endingRows(start, { at, grace, tag: "limit", words: limitWords });
  return [...warned, ...announced(start, ends)];
}

/** What slurmstepd writes of what ends a job; `why` follows the time. */
export function cancelledNotice({ id, node }: Pick<Element, "id" | "node">, why = ""): string {
  return `slurmstepd: error: *** JOB ${id} ON ${firstNode({ node })} CANCELLED AT %T${why} ***\n`;
}

/**
 * The end is made known ahead of its signals, for steps say it as well. Their tasks are told as the shell is, and after it:
 * it must not go on because its srun has ended.
 */
function announced({ job }: Start, rows: readonly TimelineRow[]): readonly TimelineRow[] {
  const [first] = rows;
  if (job.attended || !first) return rows;
  const known: TimelineRow = { ...first, signal: 0, notice: "" };
  const gentle = rows.filter(({ scope }) => scope === "leader");
  const steps = gentle.map((row): TimelineRow => ({ ...row, scope: stepScope, tag: "", notice: "" }));
  const told = [...gentle, ...steps, ...rows.slice(gentle.length)].map((row) => ({
    ...row,
    afterMs: row.afterMs + cancelDelay,
  }));
  return [known, ...told];
}

/** The job's memory: while it has more than it asked for, its largest process is killed, and the script goes on. */
export function memoryLimits(job: Job, cluster: ClusterDescription): readonly MemoryRow[] {
  const { memory } = geometryOf(job.spec, cluster);
  const all = job.spec.memoryPerNode === 0;
  if (memory === 0 || all) return [];
  return [{ measure: "resident", limitKiB: memory / 1024, signal: killSignal, scope: stepScope, tag: "" }];
}

function endingRows(
  { element, cluster }: Start,
  how: { readonly at: number; readonly grace: number; readonly tag: TimelineRow["tag"]; readonly words: string },
): readonly TimelineRow[] {
  const { at, grace, tag } = how;
  const node = firstNode(element) || cluster.host;
  const notice = cancelledNotice({ ...element, node }, how.words);
  const gentle = [continueSignal, terminateSignal].map((signal, index) => ({
    ...{ afterMs: at, signal, scope: "leader" as const, tag },
    notice: index === 0 ? notice : "",
  }));
  const final = { afterMs: at + grace, signal: killSignal, scope: "all" as const, tag, notice: "" };
  return grace === 0 ? [{ ...final, notice }] : [...gentle, final];
}

/** What an end means. A job's state comes from its script's exit alone, unless somebody ended it. */
export const judge: Dialect["judge"] = ({ start, ending, stopped, now }) => {
  const { code, signal, tag } = ending;
  const ended = (outcome: Extract<Verdict, { kind: "ended" }>["outcome"], remark = ""): Verdict => ({
    ...{ kind: "ended", outcome, code, signal, remark, notice: "" },
  });
  // Where the node was taken down, the file has been told of it.
  if (stopped === "nodeFailure") return { ...nodeFailure(start, now), notice: "" };
  if (tag === "node-failure") return nodeFailure(start, now);
  if (stopped === "requeue" || tag === "requeue") return again(now, "requeued");
  if (stopped === "deadline" || tag === "deadline") return ended("deadlineMissed");
  if (stopped !== null || tag === "cancel") return ended("cancelled");
  if (tag === "limit") return ended("timedOut");
  if (ending.memoryKills > 0)
    return {
      ...{ kind: "ended", outcome: "outOfMemory", code: 0, signal: 125, remark: "" },
      notice: start.job.attended ? "" : memoryNotice(start, ending), // its step has said so
    };
  return ended(code === 0 ? "completed" : "failed");
};

function memoryNotice({ element }: Start, { memoryKills }: Ending): string {
  return killsText(`${element.id}.batch`, memoryKills);
}

/** What slurmstepd says of processes that were killed for want of memory. */
export function killsText(step: string, kills: number): string {
  const what = `Detected ${kills} oom-kill event(s) in StepId=${step}.`;
  return `slurmstepd: error: ${what} Some of your processes may have been killed by the cgroup out-of-memory handler.`;
}

function again(now: number, remark: string): Extract<Verdict, { kind: "again" }> {
  return { kind: "again", at: now + requeuePause, error: null, remark };
}

function nodeFailure({ job, element, cluster }: Start, now: number): Verdict {
  const node = firstNode(element) || cluster.host;
  if (job.spec.requeue ?? true)
    return { ...again(now, "the node was lost, the job is queued again"), outcome: "nodeFailed" };
  const notice = cancelledNotice({ ...element, node }, reasons.nodeFailure.words).trimEnd();
  return { kind: "ended", outcome: "nodeFailed", code: null, signal: null, remark: "the node was lost", notice };
}

/** What the system says of an error name. */
const errorTexts: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  ENOEXEC: "Exec format error",
  ENOTDIR: "Not a directory",
  E2BIG: "Argument list too long",
};

/** What could not be done, in words for the owner. */
const stages: Readonly<Record<string, string>> = {
  cwd: "its directory could not be entered",
  stdin: "its input could not be opened",
  stdout: "its output could not be opened",
  stderr: "its output could not be opened",
  limits: "its limits could not be set",
  exec: "its script could not be executed",
};

/** What a start that failed means: no file is 0:53, no interpreter is 2:0 with a word about it. */
export const judgeFailure: Dialect["judgeFailure"] = ({ start, failure }) => {
  const { stage, errno, path } = failure;
  const text = errorTexts[errno] ?? errno;
  const remark = `${stages[stage] ?? stage}: ${path}: ${text}`;
  if (stage !== "exec") return { kind: "ended", outcome: "launchFailed", code: 0, signal: 53, remark, notice: "" };
  const script = new TextDecoder("latin1").decode(start.job.script ?? new Uint8Array());
  const interpreter = /^#!\s*(\S*)/.exec(script)?.[1] ?? "";
  const what = errno === "ENOENT" ? `bad interpreter(${interpreter})` : start.scriptPath;
  const notice = `slurmstepd: error: execve(): ${what}: ${text}`;
  return { kind: "ended", outcome: "failed", code: errno === "ENOENT" ? 2 : 13, signal: null, remark, notice };
};
