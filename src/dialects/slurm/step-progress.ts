/** Owns what happens while a step runs: what srun says of its tasks' ends, when it ends them, and its exit code. Pure. */

import type { RankEnd, WorkNews } from "../../language/work.ts";
import { killsText } from "./endings.ts";
import { stamp } from "./moments.ts";
import { errorText, failureText, groupEnds, statusText } from "./step-wording.ts";

/** What holds for all of a step's time. Times are milliseconds. */
export interface StepRules {
  /** `5.0` */
  readonly id: string;
  readonly node: string;
  readonly ranks: number;
  readonly quiet: boolean;
  readonly killOnBadExit: boolean;
  readonly disableStatus: boolean;
  readonly quitOnInterrupt: boolean;
  /** After the first task has ended; null is no limit. */
  readonly waitMs: number | null;
  /** Time limit of the step; null is none. */
  readonly limitMs: number | null;
  /** Between the gentle and the final signal. */
  readonly killWaitMs: number;
  readonly startedAt: number;
  /** The first word of what a task runs. */
  readonly programOf: (rank: number) => string;
}

/** Something the cluster has to say to the step: a signal, and why. */
export interface StepOrder {
  readonly signal: number;
  /** Said once, after the time: ` DUE TO TIME LIMIT`; null where nothing is said. */
  readonly words: string | null;
}

export interface Progress {
  readonly ends: readonly RankEnd[];
  /** Bad ends that have not been told, and when they are. */
  readonly untold: readonly RankEnd[];
  readonly tellAt: number;
  readonly firstEndAt: number | null;
  readonly interruptedAt: number | null;
  /** When the final signal is due; Infinity for never. */
  readonly killAt: number;
  /** It is being ended. */
  readonly ending: boolean;
  /** That was said, so there is no more to say about the tasks' being forced to. */
  readonly aborted: boolean;
  /** Two interrupts ended it: what signals do to its tasks is not told. */
  readonly forced: boolean;
  /** How many tasks had ended when the others were killed; null where nobody killed them. */
  readonly endedBefore: number | null;
  /** Its exit code, whatever the tasks say. */
  readonly code: number | null;
  readonly over: boolean;
}

/** What a piece of news leads to. */
export interface Advance {
  readonly progress: Progress;
  readonly err: string;
  /** Signals for all tasks that run. */
  readonly signals: readonly number[];
}

export const atFirst: Progress = {
  ...{ ends: [], untold: [], tellAt: Number.POSITIVE_INFINITY, firstEndAt: null, interruptedAt: null },
  ...{
    killAt: Number.POSITIVE_INFINITY,
    ending: false,
    aborted: false,
    forced: false,
    endedBefore: null,
    code: null,
    over: false,
  },
};

/** Ends that come this close together are told in one line (ms). */
const togetherMs = 60;
/** How long tasks have to end by a second interrupt (ms). */
const forcedMs = 300;
const [interrupt, quit, terminate, kill, goOn] = [2, 3, 15, 9, 18];

/** When something is due without any news (epoch ms); Infinity for never. */
export function dueAt(rules: StepRules, { tellAt, killAt, firstEndAt, ending }: Progress): number {
  const patience = ending || firstEndAt === null || rules.waitMs === null ? Infinity : firstEndAt + rules.waitMs;
  const limit = ending || rules.limitMs === null ? Infinity : rules.startedAt + rules.limitMs;
  return Math.min(tellAt, killAt, patience, limit);
}

/** What the news at that time lead to. */
export function advance(rules: StepRules, before: Progress, news: { what: WorkNews<StepOrder>; now: number }): Advance {
  const { progress, err, signals } = react(rules, before, news);
  const kills = signals.includes(kill) && before.endedBefore === null;
  return { progress: kills ? { ...progress, endedBefore: before.ends.length } : progress, err, signals };
}

function react(rules: StepRules, before: Progress, news: { what: WorkNews<StepOrder>; now: number }): Advance {
  const { what, now } = news;
  switch (what.kind) {
    case "ended":
      return heardEnd(rules, before, { end: what.end, now });
    case "signal":
      return heardSignal(rules, before, { signal: what.signal, now });
    case "put":
      return ordered(rules, before, { order: what.put, now });
    case "gone":
      return { progress: { ...before, over: true, code: 129 }, err: "", signals: [] };
    case "time":
      return timeUp(rules, before, now);
  }
}

/** The step's exit code: the highest of its tasks'. */
export function exitCode({ ends, code }: Progress): number {
  return code ?? Math.max(0, ...ends.map(codeOf));
}

/**
 * What the record says of a step, as slurmstepd has it: the signal of a task that nobody killed on purpose, else the exit
 * code of the last task, however the others ended.
 */
export function recordedEnd({ ends, endedBefore }: Progress): {
  readonly code: number;
  readonly signal: number | null;
} {
  const byRank = (end: RankEnd, at: number) =>
    end.signal === kill && endedBefore !== null && at >= endedBefore ? [] : [end];
  const own = ends.flatMap(byRank).sort((a, b) => a.rank - b.rank);
  const signalled = own.find(({ signal }) => signal !== null);
  const last = own.at(-1);
  // What the job's end leaves of a step is told to end before it is killed.
  if (!last || signalled) return { code: 0, signal: signalled?.signal ?? (endedBefore === null ? terminate : kill) };
  return { code: codeOf(last), signal: null };
}

/** The worst end. */
export function worstEnd({ ends }: Progress): RankEnd | null {
  return ends.reduce<RankEnd | null>((worst, end) => (worst && codeOf(worst) >= codeOf(end) ? worst : end), null);
}

/** How many processes of the step were killed for want of memory. */
export function memoryKills(ends: readonly RankEnd[]): number {
  return ends.reduce((sum, { usage }) => sum + usage.memoryKills, 0);
}

// A task that had a process killed for want of memory has failed, whatever it says itself.
function codeOf({ code, signal, failure, usage }: RankEnd): number {
  if (usage.memoryKills > 0) return 1;
  if (failure) return failure.stage === "exec" ? failure.number : 1;
  return signal === null ? (code ?? 1) : 128 + signal;
}

const quietly = (progress: Progress, err = "", signals: readonly number[] = []): Advance => ({
  progress,
  err,
  signals,
});

function info(rules: StepRules, ...lines: readonly string[]): string {
  return rules.quiet ? "" : lines.map((line) => `srun: ${line}\n`).join("");
}

function heardEnd(rules: StepRules, before: Progress, { end, now }: { end: RankEnd; now: number }): Advance {
  const ends = [...before.ends, end];
  const unopened = end.failure !== null && end.failure.stage !== "exec";
  const over = unopened || ends.length === rules.ranks;
  const bad = codeOf(end) !== 0;
  const untold = bad ? [...before.untold, end] : before.untold;
  const stops = bad && !over && rules.killOnBadExit && !before.ending;
  const usual = bad && before.untold.length === 0 ? now + togetherMs : before.tellAt;
  const progress = { ...before, ends, untold, over, tellAt: stops ? now : usual, firstEndAt: before.firstEndAt ?? now };
  const said = end.failure?.stage === "exec" ? execText(rules, end) : "";
  const heard = told(rules, quietly(progress, said), now);
  if (!stops) return heard;
  const stopped = ending(rules, heard.progress, { now, signal: terminate, aborted: false });
  return { ...stopped, err: heard.err + info(rules, terminating(rules)) + stopped.err };
}

function execText({ programOf }: StepRules, { rank, failure }: RankEnd): string {
  return `slurmstepd: error: execve(): ${programOf(rank)}: ${errorText(failure?.errno ?? "")}\n`;
}

/** Says what is due of bad ends: at the end, or when others had the time to come along. */
function told(rules: StepRules, { progress, err, signals }: Advance, now: number): Advance {
  const due = progress.untold.length > 0 && (progress.over || now >= progress.tellAt);
  if (!due && !progress.over) return { progress, err, signals };
  const told = progress.untold.filter(({ signal }) => signal === null || !progress.forced);
  const lines = groupEnds(told).map((group) => failureText(rules.node, group));
  const kills = memoryKills(progress.untold);
  const noted = kills > 0 ? `${killsText(rules.id, kills)}\n` : "";
  const killed = kills === 0 && progress.ends.some(({ signal }) => signal === kill || signal === terminate);
  const forced = killed && progress.over && !progress.aborted ? info(rules, `Force Terminated StepId=${rules.id}`) : "";
  const text = progress.code === null ? lines.join("") + noted + forced : "";
  return { progress: { ...progress, untold: [], tellAt: Infinity }, err: err + text, signals };
}

interface Ending {
  readonly now: number;
  readonly signal: number;
  /** It is said that srun waits for the tasks, and nothing more about their being forced to end. */
  readonly aborted: boolean;
  readonly words?: string;
}

/** Ends all tasks; a gentle end is followed by the final one. */
function ending(rules: StepRules, progress: Progress, { now, signal, aborted, words = "" }: Ending): Advance {
  const notice = noticeText(rules, now, words);
  const killAt = signal === kill ? Infinity : now + rules.killWaitMs;
  return {
    progress: { ...progress, ending: true, aborted, killAt },
    err: (aborted ? info(rules, abortText(rules)) : "") + notice,
    signals: signal === kill ? [kill] : [goOn, signal],
  };
}

function noticeText({ id, node }: StepRules, now: number, words: string): string {
  return `slurmstepd: error: *** STEP ${id} ON ${node} CANCELLED AT ${stamp(now)}${words} ***\n`;
}

function abortText({ killWaitMs }: StepRules): string {
  return `Job step aborted: Waiting up to ${Math.round(killWaitMs / 1000) + 2} seconds for job step to finish.`;
}

function terminating({ id }: StepRules): string {
  return `launch/slurm: _step_signal: Terminating StepId=${id}`;
}

function heardSignal(rules: StepRules, before: Progress, { signal, now }: { signal: number; now: number }): Advance {
  if (signal !== interrupt) {
    const deadly = [1, quit, terminate].includes(signal);
    if (!deadly) return quietly(before, "", [signal]);
    const stopped = ending(rules, before, { now, signal: kill, aborted: true });
    const lines = [...(signal === quit ? ["Quit"] : []), "forcing job termination"];
    return { ...stopped, err: info(rules, ...lines) + stopped.err };
  }
  const sending = `sending Ctrl-C to StepId=${rules.id}`;
  const again = before.interruptedAt !== null && now - before.interruptedAt <= 1_000;
  if (rules.disableStatus && !again)
    return quietly({ ...before, interruptedAt: now }, info(rules, sending), [interrupt]);
  if (!again && !rules.quitOnInterrupt) {
    const status = statusText(rules.ranks, before.ends).map((line) => `StepId=${rules.id} ${line}`);
    const lines = info(rules, "interrupt (one more within 1 sec to abort)", ...status);
    return quietly({ ...before, interruptedAt: now }, lines);
  }
  const lines = info(rules, sending, "forcing job termination", abortText(rules));
  const progress = { ...before, ending: true, aborted: true, forced: true, killAt: now + forcedMs };
  return quietly(progress, lines, [interrupt]);
}

// What the cluster plans has its own times: the final signal is an order like the others.
function ordered(rules: StepRules, before: Progress, { order, now }: { order: StepOrder; now: number }): Advance {
  const signals = order.signal === 0 ? [] : [order.signal];
  if (order.words === null || before.ending) return quietly(before, "", signals);
  const stopped = ending(rules, before, { now, signal: terminate, aborted: true, words: order.words });
  return { ...stopped, progress: { ...stopped.progress, killAt: Infinity }, signals };
}

function timeUp(rules: StepRules, before: Progress, at: number): Advance {
  const due = dueAt(rules, before);
  const now = Number.isFinite(due) ? Math.max(at, due) : at;
  if (now >= before.tellAt) return told(rules, quietly(before), now);
  const notice = before.forced ? noticeText(rules, now, "") : "";
  if (now >= before.killAt) return quietly({ ...before, killAt: Infinity }, notice, [kill]);
  if (before.ending || due === Infinity) return quietly(before);
  if (rules.limitMs !== null && now >= rules.startedAt + rules.limitMs)
    return ending(rules, before, { now, signal: terminate, aborted: true, words: " DUE TO TIME LIMIT" });
  const stopped = ending(rules, before, { now, signal: kill, aborted: true });
  const status = statusText(rules.ranks, before.ends).map((line) => `StepId=${rules.id} ${line}`);
  const first = `First task exited ${Math.round((rules.waitMs ?? 0) / 1000)}s ago`;
  return { ...stopped, err: info(rules, first, ...status, terminating(rules)) + stopped.err };
}
