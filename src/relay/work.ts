// Work done by the Node relay: processes on the caller's own streams, their lines labelled and their input copied where that is asked for.

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, closeSync, existsSync, constants as files, openSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { isatty } from "node:tty";
import { encodeText } from "./bytes.ts";
import { labelled } from "./labels.ts";
import { type MemoryGroup, openGroup } from "./memory-groups.ts";
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
  closeStreams(streams);
  copyInput(plan, hands, running);
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
      if (plan.takesInput && !isatty(0) && plan.ranks.some(({ stdin }) => stdin === "")) await takeInput(hands);
    },
  };
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

type Descriptors = readonly [number | "pipe", number | "pipe", number | "pipe"];

/** Descriptors of each rank; the same path is opened once. Nothing, where one cannot be opened: that is told. */
function openStreams({ ranks, append, label }: WorkPlan, tell: (end: RankEnd) => void): Descriptors[] {
  const opened = new Map<string, number>();
  const output = (path: string, own: 1 | 2): number | "pipe" => {
    if (path === "") return label ? "pipe" : own;
    const known = opened.get(path);
    if (known !== undefined) return known;
    const flags = files.O_WRONLY | files.O_CREAT | files.O_APPEND | (append ? 0 : files.O_TRUNC);
    const descriptor = openSync(encodeText(path), flags, 0o666);
    opened.set(path, descriptor);
    return descriptor;
  };
  const input = (path: string): number | "pipe" =>
    path === "" ? 0 : path === "*" ? "pipe" : openSync(encodeText(path), "r");
  const found: Descriptors[] = [];
  for (const [rank, { stdin, stdout, stderr }] of ranks.entries()) {
    let stage: RankEnd["stage"] = "stdin";
    try {
      const first = input(stdin);
      stage = "stdout";
      const second = output(stdout, 1);
      stage = "stderr";
      found.push([first, second, output(stderr, 2)]);
    } catch (error) {
      tell({ rank, code: null, signal: null, stage, errno: errnoOf(error), figures: [] });
      closeStreams(found);
      return [];
    }
  }
  return found;
}

function closeStreams(streams: readonly Descriptors[]): void {
  const all = new Set(streams.flat().filter((stream) => typeof stream === "number" && stream > 2));
  for (const descriptor of all) closeSync(Number(descriptor));
}

interface Place {
  readonly plan: WorkPlan;
  readonly hands: Hands;
  readonly rank: number;
}

function startRank({ plan, hands, rank }: Place, stdio: Descriptors): Running | { readonly errno: number } {
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
  const child = spawn(found.file, words, {
    ...{ argv0: name, env, stdio: [...stdio], detached: plan.ownGroups },
    ...place,
  });
  child.stdin?.on("error", () => undefined); // a rank that reads no further
  const width = String(plan.ranks.length - 1).length;
  const label = `${String(rank).padStart(width)}: `;
  child.stdout?.on("data", labelled(label, child.stdout, hands.output));
  child.stderr?.on("data", labelled(label, child.stderr, hands.errors));
  const closed = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  return { child, group: plan.ownGroups, closed };
}

function markOf({ jobMark }: Hands): readonly string[] {
  return jobMark === undefined ? [] : [`HEADNODE_JOB_MARK=${jobMark}`];
}

/** Looks along the PATH the rank is given, not along the relay's own. */
function locate(name: string, path: string | undefined): { readonly file: string } | { readonly errno: number } {
  if (name.includes("/")) return reachable(name);
  const candidates = (path ?? "").split(":").map((directory) => reachable(join(directory || ".", name)));
  const [first, ...others] = path === undefined || name === "" ? [] : candidates;
  const found = [first, ...others].find((each) => each !== undefined && "file" in each);
  const forbidden = candidates.find((each) => "errno" in each && each.errno === constants.errno.EACCES);
  return found ?? forbidden ?? { errno: constants.errno.ENOENT };
}

function reachable(file: string): { readonly file: string } | { readonly errno: number } {
  try {
    if (!statSync(file).isFile()) return { errno: constants.errno.EACCES };
    accessSync(file, files.X_OK);
    return { file };
  } catch (error) {
    return { errno: errnoOf(error) };
  }
}

/** Its end; lines that are still on their way come first. */
function ended({ child, closed }: Running): Promise<Pick<RankEnd, "code" | "signal"> & Partial<RankEnd>> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, stage: "exec", errno: errnoOf(error) }));
    child.once("exit", (code, signal) => {
      const end = { code, signal: signal === null ? null : constants.signals[signal] };
      void Promise.race([closed, pause(100)]).then(() => resolve(end));
    });
  });
}

/** Gives each rank that asks all of stdin, no faster than the slowest reads. */
function copyInput({ ranks }: WorkPlan, { input }: Hands, running: ReadonlyMap<number, Running>): void {
  const takers = [...running].flatMap(([rank, { child }]) =>
    ranks[rank]?.stdin === "*" && child.stdin ? [child.stdin] : [],
  );
  if (takers.length === 0) return;
  const source = input?.();
  source?.on("data", (chunk: Buffer) => {
    const slow = takers.filter((taker) => taker.writable && !taker.write(chunk));
    if (slow.length === 0) return;
    source.pause();
    void Promise.all(slow.map(roomAgain)).then(() => source.resume());
  });
  const end = (): void => {
    for (const taker of takers) taker.end();
  };
  if (source) source.on("end", end).on("error", end);
  else end();
}

function roomAgain(taker: Writable): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["drain", "close", "error"]) taker.once(event, () => resolve());
  });
}

const mostTaken = 1024 * 1024;
const takingMs = 15;

/** The real srun reads stdin all the time, whether a rank wants it or not. */
function takeInput({ input }: Hands): Promise<void> {
  const source = input?.();
  if (!source) return Promise.resolve();
  return new Promise((resolve) => {
    let taken = 0;
    const done = (): void => {
      source.destroy();
      resolve();
    };
    source.on("data", (chunk: Buffer) => {
      taken += chunk.length;
      if (taken >= mostTaken) done();
    });
    source.on("end", resolve).on("error", () => resolve());
    setTimeout(done, takingMs);
  });
}

function kill(target: number, signal: number): void {
  try {
    if (target !== 0) process.kill(target, signal);
  } catch {
    // Gone already.
  }
}

function errnoOf(error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
  return (constants.errno as Readonly<Record<string, number>>)[code] ?? constants.errno.EIO;
}
