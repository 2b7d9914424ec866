/** Callers that send nonsense: mangled, cut, oversized, slow and endless frames hurt nobody but their own connection. */

import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commands } from "../../src/commands/index.ts";
import { type FrontDoor, openFrontDoor } from "../../src/daemon/front-door.ts";
import { createUsers } from "../../src/daemon/users.ts";
import { systemClock } from "../../src/model/clock.ts";
import { idleMachine } from "../../src/model/machine-use.ts";
import { call } from "../../src/relay/call.ts";
import { encodeFrame } from "../../src/relay/frames.ts";
import { encodeGreeting, type Greeting } from "../../src/relay/protocol.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { type Chance, chance } from "../torture/random.ts";

/** How many connections; the long campaign sets more. */
const connections = Number(process.env.HEADNODE_FUZZ_RUNS ?? 1500);
const together = 25;

let directory: string;
let socket: string;
let world: TestWorld;
let door: FrontDoor;
let log: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "headnode-hostile-"));
  socket = join(directory, "socket");
  world = await makeWorld();
  log = [];
  const house = {
    ...{ build: "b1", commands, verbs: world.verbs, clock: systemClock, users: createUsers() },
    machineUse: () => idleMachine,
    log: (line: string) => void log.push(line),
  };
  door = await openFrontDoor(socket, house, () => undefined);
});
afterEach(async () => {
  await door.shut(0, 100);
  await world.close();
  rmSync(directory, { recursive: true, force: true });
});

const greeting: Greeting = {
  ...{
    protocol: "2",
    build: "b1",
    dialect: "slurm",
    command: "sinfo",
    cwd: "/",
    umask: 0o22,
    pid: process.pid,
    session: 0,
  },
  ...{
    uid: process.getuid?.() ?? 0,
    terminal: { stdin: false, stdout: false, stderr: false },
    columns: 80,
    niceness: 0,
  },
  ...{ limits: "nofile=9", argv: [], environment: ["A=1", "PATH=/bin"] },
};

/** A whole conversation as a well-behaved relay would say it. */
function conversation(luck: Chance): Buffer {
  const called = luck.pick(commands);
  const said = {
    ...greeting,
    dialect: called.dialect,
    command: called.name,
    argv: luck.happens(0.5) ? ["--help"] : ["-j", "1"],
  };
  const signal = encodeFrame("s", Buffer.from("2\0"));
  const input = encodeFrame("d", Buffer.from("#!/bin/sh\ntrue\n"));
  return Buffer.concat([encodeGreeting(said), ...(luck.happens(0.5) ? [input, encodeFrame("D"), signal] : [])]);
}

type Mangle = (bytes: Buffer, luck: Chance) => Buffer;

const noise = (luck: Chance, length: number): Buffer => Buffer.from(Array.from({ length }, () => luck.under(256)));

const mangles: readonly Mangle[] = [
  (bytes, luck) => bytes.subarray(0, luck.under(bytes.length)),
  (bytes, luck) => Buffer.concat([bytes, noise(luck, 1 + luck.under(200))]),
  (_, luck) => noise(luck, 1 + luck.under(400)),
  (bytes, luck) => {
    const changed = Buffer.from(bytes);
    for (let times = 1 + luck.under(8); times > 0; times--) changed[luck.under(changed.length)] = luck.under(256);
    return changed;
  },
  (bytes, luck) => {
    const at = luck.under(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), noise(luck, luck.under(20)), bytes.subarray(at + luck.under(9))]);
  },
  (bytes, luck) => {
    const claimed = Buffer.from(bytes);
    claimed.writeUInt32BE(luck.pick([0, 1, 0x7fffffff, 0xffffffff, 64 * 1024 * 1024]), 1);
    return claimed;
  },
  (_, luck) =>
    Buffer.concat(Array.from({ length: 50 }, () => encodeFrame(luck.pick(["g", "d", "s", "r", "n", "?", "\0"])))),
];

/** Says it and goes, at once, byte by byte, or after the answer. */
async function say(bytes: Buffer, luck: Chance): Promise<void> {
  const caller = connect(socket);
  const closed = new Promise<void>((resolve) => caller.once("close", () => resolve()));
  caller.on("error", () => undefined);
  caller.resume();
  if (luck.happens(0.1)) for (const byte of bytes.subarray(0, 60)) caller.write(Buffer.of(byte));
  else caller.write(bytes);
  if (luck.happens(0.5)) caller.destroy();
  else caller.end();
  const tooLong = setTimeout(() => caller.destroy(), 200);
  await closed;
  clearTimeout(tooLong);
}

async function wellBehaved(): Promise<string> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const text = output.toArray().then((chunks) => Buffer.concat(chunks).toString());
  await call({ socket, greeting, output, errors, input: () => Readable.from([]) });
  output.end();
  return text;
}

test("mangled frames", { timeout: 3_600_000 }, async () => {
  const luck = chance(Number(process.env.HEADNODE_FUZZ_SEED ?? 1));
  const usual = await wellBehaved();
  for (let left = connections; left > 0; left -= together) {
    await Promise.all(
      Array.from({ length: Math.min(left, together) }, () => say(luck.pick(mangles)(conversation(luck), luck), luck)),
    );
  }
  expect(await wellBehaved()).toBe(usual);
  expect(usual).toContain("PARTITION");
  expect(log.filter((line) => !line.startsWith("a connection was refused: "))).toEqual([]);
  expect(world.counts().waiting).toBe(0);
});

test("a caller that never stops sending is cut off before it fills the memory", async () => {
  const caller: Socket = connect(socket);
  caller.on("error", () => undefined);
  const cut = new Promise<void>((resolve) => caller.once("close", () => resolve()));
  const head = Buffer.alloc(5);
  head.write("g");
  head.writeUInt32BE(0xffffffff, 1);
  caller.write(head);
  const pump = (): void => {
    while (!caller.destroyed && caller.write(Buffer.alloc(65_536)));
  };
  caller.on("drain", pump);
  pump();
  await cut;
  expect(await wellBehaved()).toContain("PARTITION");
});

test("callers that say nothing, or half of it, keep nobody else waiting", async () => {
  const silent = Array.from({ length: 50 }, () => connect(socket));
  for (const [at, caller] of silent.entries()) caller.write(encodeGreeting(greeting).subarray(0, at));
  expect(await wellBehaved()).toContain("PARTITION");
  for (const caller of silent) caller.destroy();
});
