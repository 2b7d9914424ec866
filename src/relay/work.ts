// Work done by the Node relay: processes on the caller's own streams, their lines labelled and their input copied where that is asked for.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { isatty } from "node:tty";
import { errorNumber } from "./error-numbers.ts";
import { labelled } from "./labels.ts";
import { type MemoryGroup, openGroup } from "./memory-groups.ts";
import { locate } from "./programs.ts";
import { copyInput, takeInput } from "./rank-input.ts";
import { closeStreams, type Descriptors, fileOf, openStreams, stdioOf } from "./rank-streams.ts";
import { watchRanks } from "./rank-watch.ts";
import { ownNumber, type RankEnd, type RankPlan, type WorkPlan } from "./work-plan.ts";

/** What the relay has for its work. */
export interface Hands {
  readonly input?: (() => Readable) | undefined;
  readonly output: Writable;
  readonly errors: Writable;
  /** Value of the variable that the Node runner knows its jobs by. */
  readonly jobMark: string | undefined;
  readonly tell: (end: RankEnd) => void;
}

/** Work that was started. */
export interface Work {
  /** Sends a signal to all that runs. */
  readonly signal: (number: number) => void;
  /** Resolves when nothing runs any more. */
  readonly over: Promise<void>;
  /** What a shell would make of the worst end so far. */
  readonly worst: () => number;
  /** Ends what was left behind, takes what lies in stdin as srun does, and resolves when all lines are written. */
  readonly finish: () => Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly group: boolean;
  readonly closed: Promise<unknown>;
}

/** Starts all processes of a plan. */
export function startWork(plan: WorkPlan, hands: Hands): Work {
  const running = new Map<number, Running>();
  const groups: number[] = [];
  const closed: Promise<unknown>[] = [];
  const ends: Promise<void>[] = [];
  let worst = 0;
  const group = openGroup(plan.memoryGroup, plan.memoryKiB);
  const watch = watchRanks({
    limitKiB: () => group?.watchedKiB(plan.memoryKiB) ?? plan.memoryKiB,
    ranks: () => new Map([...running].map(([rank, { child }]) => [rank, child.pid ?? 0])),
  });
  const tell = (end: RankEnd): void => {
    running.delete(end.rank);
    worst = Math.max(worst, end.signal === null ? (end.code ?? end.errno) : 128 + end.signal);
    hands.tell(end);
  };
  const untold = killCounter(group);
  const streams = openStreams(plan, tell);
  for (const [rank, descriptors] of streams.entries()) {
    const started = startRank({ plan, hands, rank }, descriptors);
    if ("errno" in started) {
      tell({ rank, code: null, signal: null, stage: "exec", errno: started.errno, figures: [] });
      continue;
    }
    running.set(rank, started);
    group?.enter(started.child.pid ?? 0);
    closed.push(started.closed);
    if (started.group && started.child.pid) groups.push(started.child.pid);
    ends.push(
      ended(started).then((end) => {
        const figures = figuresOf(watch.killsOf(rank) + untold());
        tell({ rank, stage: "", errno: 0, figures, ...end });
      }),
    );
  }
  closeStreams(streams, "given");
  copyInput(takersOf(plan, running), hands.input);
  return {
    signal: (number) => {
      // What kills or wakes goes to a rank's children too, as slurmstepd does it.
      const all = number === constants.signals.SIGKILL || number === constants.signals.SIGCONT;
      for (const { child, group } of running.values())
        kill(group && all ? -(child.pid ?? 0) : (child.pid ?? 0), number);
    },
    over: Promise.all(ends).then(() => watch.stop()),
    worst: () => worst,
    async finish() {
      for (const group of groups) kill(-group, constants.signals.SIGKILL);
      group?.close();
      await Promise.race([Promise.all(closed), pause(leftoverMs, undefined, { ref: false })]);
      closeStreams(streams, "kept");
      if (plan.takesInput && !isatty(0) && plan.ranks.some(({ stdin }) => stdin === "")) await takeInput(hands.input);
    },
  };
}

/** Where the processes that ask for a copy of the input take it. */
function takersOf({ ranks }: WorkPlan, running: ReadonlyMap<number, Running>): Writable[] {
  return [...running].flatMap(([rank, { child }]) => (ranks[rank]?.stdin === "*" && child.stdin ? [child.stdin] : []));
}

/** How many processes the kernel has killed in a group since that was asked last. */
function killCounter(group: MemoryGroup | null): () => number {
  let told = 0;
  return () => {
    const kills = group?.kills() ?? 0;
    const more = kills - told;
    told = kills;
    return more;
  };
}

/** Node knows of a process's end only how many kills there were: the last of the figures. */
function figuresOf(memoryKills: number): readonly number[] {
  return memoryKills === 0 ? [] : [...Array<number>(memoryKillsAt).fill(0), memoryKills];
}

/** The place of memory kills in the order of model/usage.ts. */
const memoryKillsAt = 13;

/** Milliseconds that lines of something left behind are waited for. */
const leftoverMs = 1_000;

interface Place {
  readonly plan: WorkPlan;
  readonly hands: Hands;
  readonly rank: number;
}

function startRank({ plan, hands, rank }: Place, streams: Descriptors): Running | { readonly errno: number } {
  const { argv, environment } = plan.ranks[rank] as RankPlan;
  // Node cannot know a process's number before it starts it.
  const entries = [...plan.environment, ...environment].filter((entry) => !entry.endsWith(`=${ownNumber}`));
  const variables = [...entries, ...markOf(hands)].map(
    (entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)] as const,
  );
  const env = Object.fromEntries(variables);
  const [name = "", ...words] = argv;
  const found = locate(name, env.PATH);
  if ("errno" in found) return found;
  const place = plan.cwd !== "" && existsSync(plan.cwd) ? { cwd: plan.cwd } : {};
  const child: ChildProcess = spawn(found.file, words, {
    ...{ argv0: name, env, stdio: stdioOf(streams), detached: plan.ownGroups },
    ...place,
  });
  child.stdin?.on("error", () => undefined); // a rank that reads no further
  const width = String(plan.ranks.length - 1).length;
  const label = `${String(rank).padStart(width)}: `;
  child.stdout?.on("data", labelled(label, child.stdout, fileOf(streams[1]) ?? hands.output));
  child.stderr?.on("data", labelled(label, child.stderr, fileOf(streams[2]) ?? hands.errors));
  const closed = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  return { child, group: plan.ownGroups, closed };
}

function markOf({ jobMark }: Hands): readonly string[] {
  return jobMark === undefined ? [] : [`HEADNODE_JOB_MARK=${jobMark}`];
}

/** Its end; lines that are still on their way come first. */
function ended({ child, closed }: Running): Promise<Pick<RankEnd, "code" | "signal"> & Partial<RankEnd>> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, stage: "exec", errno: errorNumber(error) }));
    child.once("exit", (code, signal) => {
      const end = { code, signal: signal === null ? null : constants.signals[signal] };
      void Promise.race([closed, pause(100)]).then(() => resolve(end));
    });
  });
}

function kill(target: number, signal: number): void {
  try {
    if (target !== 0) process.kill(target, signal);
  } catch {
    // Gone already.
  }
}
