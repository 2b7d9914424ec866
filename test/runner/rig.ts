// A runner of either kind in a temporary directory, and a client that remembers what it was told.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach } from "vitest";
import type { Backend } from "../../src/backends/backend.ts";
import { connectProcesses } from "../../src/backends/processes.ts";
import type { Ending, Launch, StartFailure } from "../../src/model/launch.ts";

export type Twin = "c" | "node";

const root = join(import.meta.dirname, "../..");
export const programs = {
  c: [join(root, "shims/native/runner")],
  node: [process.execPath, join(root, "dist/runner/main.js")],
};

export const isBuilt = (twin: Twin): boolean => programs[twin].every((path) => existsSync(path));

/** Before each test a runner of that kind and a client of it, gone after it; without a compiler there is none to test. */
export function onEachTest(twin: Twin, give: (rig: Rig, client: Client) => void): void {
  let rig: Rig | undefined;
  beforeEach(async (context) => {
    if (!isBuilt(twin)) return context.skip();
    rig = await startRig(twin);
    give(rig, await rig.connect());
  });
  afterEach(async () => {
    await rig?.remove();
    rig = undefined;
  });
}

export interface Client {
  readonly processes: Backend;
  readonly started: Map<string, number>;
  readonly failed: Map<string, StartFailure>;
  readonly ended: Map<string, Ending>;
  /** What was told of timelines: `key tag`. */
  readonly tags: readonly string[];
  /** What was begun in others' places while nobody listened: `key after note`. */
  readonly followed: readonly string[];
  readonly lost: () => boolean;
  end(key: string): Promise<Ending>;
  failure(key: string): Promise<StartFailure>;
  start(key: string): Promise<number>;
}

export interface Rig {
  readonly directory: string;
  readonly runner: ChildProcess;
  connect(): Promise<Client>;
  launch(over?: Partial<Launch>): Launch;
  shell(script: string, over?: Partial<Launch>): Launch;
  read(file: string): string;
  remove(): Promise<void>;
}

type Found<T> = T | undefined | false;

export async function until<T>(what: () => Found<T> | Promise<Found<T>>, patienceMs = 15_000): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(10)) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
  }
}

/** Whether a process lives; one that has ended and waits for its parent does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

export async function connectTo(directory: string, native: boolean): Promise<Client> {
  const started = new Map<string, number>();
  const failed = new Map<string, StartFailure>();
  const ended = new Map<string, Ending>();
  const tags: string[] = [];
  const followed: string[] = [];
  let lost = false;
  const processes = await connectProcesses({
    directory,
    native,
    events: {
      started: (key, pid) => void started.set(key, pid),
      followed: (...words) => void followed.push(words.join(" ")),
      tagged: (key, tag) => void tags.push(`${key} ${tag}`),
      failed: (failure) => void failed.set(failure.key, failure),
      ended: (ending) => void ended.set(ending.key, ending),
      lost: () => {
        lost = true;
      },
    },
  });
  return {
    ...{ processes, started, failed, ended, tags, followed, lost: () => lost },
    end: (key) => until(() => ended.get(key)),
    failure: (key) => until(() => failed.get(key)),
    start: (key) => until(() => started.get(key)),
  };
}

export async function startRig(twin: Twin): Promise<Rig> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "headnode-runner-")));
  const [program = "", ...before] = programs[twin];
  const runner = spawn(program, [...before, directory], { stdio: ["ignore", "inherit", "inherit"] });
  const gone = new Promise((resolve) => runner.on("close", resolve));
  await until(() => existsSync(join(directory, "runner.sock")));
  const clients: Client[] = [];
  const launch = (over: Partial<Launch> = {}): Launch => ({
    ...{ key: "1.0", cwd: directory, fallbackCwd: "", umask: 0o022, append: true, affinity: "", limits: [] },
    ...{ stdin: "/dev/null", stdout: join(directory, "out"), stderr: join(directory, "err") },
    ...{ file: "/bin/true", argv: ["true"], environment: [`PATH=${process.env.PATH}`], timeline: [], memory: [] },
    ...over,
  });
  return {
    directory,
    runner,
    launch,
    shell: (script, over) => launch({ file: "/bin/sh", argv: ["sh", "-c", script], ...over }),
    read: (file) => (existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8") : ""),
    connect: async () => {
      const client = await connectTo(directory, twin === "c");
      clients.push(client);
      return client;
    },
    remove: async () => {
      for (const client of clients) client.processes.close();
      runner.kill("SIGKILL");
      await gone;
      await sleep(50);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
