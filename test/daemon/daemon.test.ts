/** Owns proofs about the daemon's life: one per state directory, replaced on demand, gone when there is nothing to do. */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runDaemon } from "../../src/daemon/daemon.ts";
import { systemTimers } from "../../src/daemon/timers.ts";
import { systemClock } from "../../src/model/clock.ts";
import { call } from "../../src/relay/call.ts";
import { greetingOfProcess } from "../../src/relay/facts.ts";
import { tryLock } from "../../src/store/lock.ts";
import { fakeBackend } from "../support/fake-backend.ts";
import { plainDialects } from "../support/plain-dialect.ts";

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "headnode-life-")), "state");
  mkdirSync(directory, { mode: 0o700 });
});
afterEach(() => rmSync(dirname(directory), { recursive: true, force: true }));

interface Living {
  readonly exited: Promise<number>;
  readonly terminate: () => void;
  readonly readyAt: Promise<void>;
}

function start(env: Readonly<Record<string, string>> = {}): Living {
  let terminate = (): void => undefined;
  let ready = (): void => undefined;
  const readyAt = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const exited = new Promise<number>((resolve, reject) => {
    runDaemon({
      ...{ directory, env, ready, pid: process.pid, commands: [], dialects: plainDialects },
      connect: () => fakeBackend({ ...systemClock, ...systemTimers }).connect,
      machine: { arch: "x86_64", hostName: "node1.example", cpus: 2, memory: 2 ** 30, gpus: 0 },
      log: () => undefined,
      exit: resolve,
      onTerminate: (retire) => {
        terminate = retire;
      },
    }).catch(reject);
  });
  return { exited, readyAt, terminate: () => terminate() };
}

async function ask(command: string, argv: readonly string[] = [], change: { readonly protocol?: string } = {}) {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const text = output.toArray().then((chunks) => Buffer.concat(chunks).toString());
  const greeting = { ...greetingOfProcess({ dialect: "headnode", command, argv, env: {} }), ...change };
  const end = await call({ socket: join(directory, "socket"), greeting, output, errors });
  output.end();
  return { end, out: await text };
}

test("it tells about itself, and a newer version can make it go", async () => {
  const daemon = start();
  await daemon.readyAt;
  expect(JSON.parse((await ask("status", ["--json"])).out)).toMatchObject({
    pid: process.pid,
    waiting: 0,
    running: 0,
    runner: "fake",
  });
  expect((await ask("status")).out).toContain(`state directory ${directory}`);
  expect((await ask("retire", [], { protocol: "0" })).end).toEqual({ kind: "exit", code: 0 });
  const lock = tryLock(join(directory, "lock.db"));
  expect(lock).not.toBeNull();
  lock?.release();
  expect(await daemon.exited).toBe(0);
  expect(existsSync(join(directory, "socket"))).toBe(false);
});

test("of two that are started at once one serves and the other says ready as well", async () => {
  const daemons = [start(), start()];
  await Promise.all(daemons.map(({ readyAt }) => readyAt));
  expect((await ask("status")).end).toEqual({ kind: "exit", code: 0 });
  expect(await Promise.race(daemons.map(({ exited }) => exited))).toBe(0);
  await ask("stop");
  await Promise.all(daemons.map(({ exited }) => exited));
});

test("a signal makes it go, and the next one takes over", async () => {
  const first = start();
  await first.readyAt;
  first.terminate();
  expect(await first.exited).toBe(0);
  const second = start();
  await second.readyAt;
  second.terminate();
  expect(await second.exited).toBe(0);
});

test("with nothing to do for a while it ends itself", async () => {
  const daemon = start({ HEADNODE_IDLE: "0.05" });
  await daemon.readyAt;
  expect(await daemon.exited).toBe(0);
});

test("while it has nothing to do nothing wakes it but the clock of its own end", async () => {
  const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const daemon = start();
  await daemon.readyAt;
  await ask("status");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  expect(timers - before).toBeLessThanOrEqual(1);
  daemon.terminate();
  await daemon.exited;
});
