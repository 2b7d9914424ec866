// One job of the Node runner, from launch to ending.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ending, Launch, MemoryRow, TimelineRow } from "../model/launch.ts";
import type { Usage } from "../model/usage.ts";
import { type MemoryGroup, openGroup } from "../relay/memory-groups.ts";
import { type JobIdentity, markVariable, signalBearers, signalJob, signalProcess } from "./job-processes.ts";
import { execProblem, programOf } from "./launcher.ts";
import { enterDirectory, errorName, openStreams, StageError, type Streams } from "./streams.ts";
import { startTimeline, type Timeline } from "./timeline.ts";
import type { Watch, Watched } from "./watch.ts";

/** What a job needs from its runner; exactly one of `failed` and `ended` is called in the end. */
export interface JobEvents {
  started(pid: number, at: number): void;
  /** The first thing happened that is remembered in the ending. */
  tagged(tag: string): void;
  failed(error: StageError): void;
  ended(ending: Ending): void;
  /** What a child of this process, which has just ended, used. */
  usage(): Promise<Usage>;
  readonly watch: Watch;
}

/** A job that is being started or runs. */
export interface Job {
  readonly pid: number;
  readonly startedAt: number;
  readonly timeline: Timeline;
  readonly watched: Watched;
}

/** How long to try to end what a job has left behind (ms). */
const unkillableAfterMs = 10_000;

/** Starts a job; `mark` makes its processes recognisable. Throws StageError when it comes to nothing at once. */
export function startJob(launch: Launch, mark: string, events: JobEvents): Job {
  const cwd = enterDirectory(launch);
  const before = process.umask(launch.umask);
  try {
    const streams = openStreams(launch, cwd);
    const errors = streams.stderr === "ignore" ? undefined : streams.stderr;
    try {
      return run({ launch: { ...launch, cwd }, mark, streams, events });
    } catch (error) {
      if (errors !== undefined) closeSync(errors);
      throw error;
    } finally {
      for (const descriptor of new Set([streams.stdin, streams.stdout])) {
        if (descriptor !== "ignore" && descriptor !== errors) closeSync(descriptor);
      }
    }
  } finally {
    process.umask(before);
  }
}

interface Start {
  readonly launch: Launch;
  readonly mark: string;
  readonly streams: Streams;
  readonly events: JobEvents;
}

function run(start: Start): Job {
  const { launch, mark, streams, events } = start;
  const group = groupOf(launch);
  const program = programOf(launch, streams.waiting, group ? (launch.memoryGroup ?? "") : "");
  const problem = execProblem(program.reports ? launch.file : program.file);
  if (problem !== undefined) throw new StageError("exec", problem, launch.file);
  const startedAt = Date.now();
  const child = spawn(program.file, program.argv, {
    argv0: program.argv0,
    cwd: launch.cwd,
    env: environmentOf(launch, mark),
    detached: true,
    stdio: [streams.stdin, streams.stdout, streams.stderr, ...(program.reports ? (["pipe"] as const) : [])],
  });
  const job = { leader: child.pid ?? 0, mark };
  let tag = "";
  const remember = (what: string): void => {
    if (tag !== "" || what === "") return;
    tag = what;
    events.tagged(what);
  };
  const timeline = startTimeline((row) => {
    remember(row.tag);
    act(row, { ...job, errors: streams.stderr });
  });
  const watched = events.watch.add(job, watchedRows(launch, group), (limit) => remember(limit.tag));
  const over = (): void => {
    timeline.stop();
    if (streams.stderr !== "ignore") closeSync(streams.stderr);
  };
  const problemAtStart = settled(child, program.reports);
  child.once("error", () => undefined);
  void Promise.all([problemAtStart, exitOf(child)]).then(async ([stage, exit]) => {
    const used = together(await events.usage(), watched.stop(), group);
    if (stage === undefined) await sweep(job);
    group?.close();
    over();
    if (stage !== undefined) return events.failed(new StageError(stage.stage, stage.errno, launch.file));
    const { key } = launch;
    events.ended({ key, ...exit, startedAt, endedAt: Date.now(), ...used, tag });
  });
  void problemAtStart.then((stage) => {
    if (stage === undefined) events.started(job.leader, startedAt);
  });
  if (child.pid !== undefined) timeline.schedule(launch.timeline, "add");
  return { pid: job.leader, startedAt, timeline, watched };
}

function groupOf({ memory, memoryGroup = "" }: Launch): MemoryGroup | null {
  const limit = memory.find(({ measure }) => measure === "resident");
  return limit ? openGroup(memoryGroup, limit.limitKiB) : null;
}

/** What is watched: of the limit that is the group's, a little more. */
function watchedRows({ memory }: Launch, group: MemoryGroup | null): readonly MemoryRow[] {
  const kept = memory.find(({ measure }) => measure === "resident");
  if (!kept || !group) return memory;
  const looser = {
    ...kept,
    get limitKiB() {
      return group.watchedKiB(kept.limitKiB);
    },
  };
  return memory.map((row) => (row === kept ? looser : row));
}

/** What was counted at the end, and what was seen before, by the kernel too. */
function together(counted: Usage, seen: ReturnType<Watched["stop"]>, group: MemoryGroup | null): Usage {
  const maxRssKiB = Math.max(counted.maxRssKiB, seen.maxRssKiB);
  const memoryKills = seen.memoryKills + (group?.kills() ?? 0);
  return { ...counted, ...seen, memoryKills, maxRssKiB, maxVirtualKiB: Math.max(seen.maxVirtualKiB, maxRssKiB) };
}

function environmentOf(launch: Launch, mark: string): Record<string, string> {
  const entries = launch.environment.map((entry) => {
    const split = entry.indexOf("=");
    return split < 0 ? [entry, ""] : [entry.slice(0, split), entry.slice(split + 1)];
  });
  return Object.fromEntries([...entries, [markVariable, mark]]);
}

/** Resolves with what went wrong, or undefined once the job's program runs. */
function settled(child: ChildProcess, reports: boolean): Promise<{ stage: string; errno: string } | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ stage: "exec", errno: errorName(error) }));
    if (!reports) return void child.once("spawn", () => resolve(undefined));
    const pipe = child.stdio[3] as Readable | undefined;
    let text = "";
    pipe?.on("data", (chunk) => {
      text += String(chunk);
    });
    pipe?.on("close", () => resolve(text === "" ? undefined : { stage: text.trim(), errno: "EPERM" }));
  });
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: number | null }> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: 127, signal: null }));
    child.once("exit", (code, signal) => resolve({ code, signal: signal && constants.signals[signal] }));
  });
}

function act(row: TimelineRow, job: { leader: number; mark: string; errors: number | "ignore" }): void {
  if (row.notice !== "" && job.errors !== "ignore") writeNotice(job.errors, row.notice);
  if (row.signal === 0) return;
  if (row.scope === "all") signalAll(job, row.signal);
  else if (row.scope === "leader") signalProcess(job.leader, row.signal);
  else signalBearers(job, row.signal, row.scope);
}

function signalAll(job: JobIdentity, signal: number): void {
  if (signalJob(job, signal) === 0) signalProcess(job.leader, signal);
}

/** A full disk must not keep the signal from being sent. */
function writeNotice(descriptor: number, notice: string): void {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  try {
    writeSync(descriptor, notice.replaceAll("%T", local));
  } catch (error) {
    errorName(error);
  }
}

/** Ends everything the job has left behind. */
async function sweep(job: { leader: number; mark: string }): Promise<void> {
  const until = Date.now() + unkillableAfterMs;
  while (signalJob(job, 9) > 0 && Date.now() < until) await sleep(5);
}
