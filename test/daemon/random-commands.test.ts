/** Command lines that nobody would write: whatever is said, the daemon answers, and goes on answering. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commands, dialects } from "../../src/commands/index.ts";
import { type FrontDoor, openFrontDoor } from "../../src/daemon/front-door.ts";
import { createUsers, type Users } from "../../src/daemon/users.ts";
import { sallocOptions } from "../../src/dialects/slurm/salloc-options.ts";
import { srunOptions } from "../../src/dialects/slurm/srun-options.ts";
import { idleMachine } from "../../src/model/machine-use.ts";
import { call } from "../../src/relay/call.ts";
import type { Greeting } from "../../src/relay/protocol.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

let directory: string;
let world: TestWorld;
let door: FrontDoor;
let log: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "headnode-random-"));
  world = await makeWorld({ dialects });
  log = [];
  const house = {
    ...{ build: "b1", commands, verbs: world.verbs, clock: world.clock, users: shortLived(createUsers()) },
    machineUse: () => idleMachine,
    log: (line: string) => void log.push(line),
  };
  door = await openFrontDoor(join(directory, "socket"), house, () => undefined);
});
afterEach(async () => {
  await door.shut(0, 100);
  await world.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A shell of theirs ends at once: one of salloc's would read from wherever the tests do, perhaps for ever. */
function shortLived(users: Users): Users {
  return { ...users, withUid: async (uid) => ({ ...(await users.withUid(uid)), shell: "/bin/true" }) };
}

const spellings = [...srunOptions.rows, ...sallocOptions.rows].map(({ name }) => `--${name}`);
const letters = ["-j", "-n", "-N", "-t", "-l", "-pe", "-hold_jid", "-o", "-P", "-S", "-u", "-q", "-sync", "-terse"];
const values = ["1", "0", "-1", "x", "1-3:2%1", "now", "afterok:1", "a=b,c", "%j.%t", "", "99999999999999999999", "*"];
const word = fc.oneof(
  fc.constantFrom(...spellings, ...letters),
  fc.constantFrom(...values),
  fc.tuple(fc.constantFrom(...spellings), fc.constantFrom(...values)).map((parts) => parts.join("=")),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }).map((text) => text.replaceAll("\0", "")),
);
const line = fc.record({
  command: fc.constantFrom(...commands.filter(({ dialect }) => dialect !== "headnode")),
  argv: fc.array(word, { maxLength: 6 }),
});

/** Says it as a relay does; a command that waits is interrupted, twice if need be. */
async function say(command: string, dialect: string, argv: readonly string[]): Promise<string> {
  const greeting: Greeting = {
    ...{ protocol: "2", build: "b1", dialect, command, cwd: directory, umask: 0o22, pid: process.pid, session: 0 },
    ...{ uid: process.getuid?.() ?? 0, terminal: { stdin: false, stdout: false, stderr: false }, columns: 80 },
    ...{ niceness: 0, limits: "nofile=9", argv, environment: ["PATH=/nonexistent"] },
  };
  const [output, errors] = [new PassThrough(), new PassThrough()];
  output.resume();
  const text = errors.toArray().then((chunks) => Buffer.concat(chunks).toString());
  const timers: NodeJS.Timeout[] = [];
  const onSignal = (tell: (signal: number) => void): (() => void) => {
    for (const ms of [100, 150, 200]) timers.push(setTimeout(() => tell(2), ms));
    return () => undefined;
  };
  const end = await call({
    ...{ socket: join(directory, "socket"), greeting, output, errors, onSignal },
    input: () => Readable.from([Buffer.from("#!/bin/sh\ntrue\n")]),
  });
  for (const timer of timers) clearTimeout(timer);
  errors.end();
  expect(["exit", "signal"], log.join("\n")).toContain(end.kind);
  return text;
}

test("random command lines of both families are answered, and none is a fault of ours", {
  timeout: 60_000,
}, async () => {
  // As many as there is time for; none is under way when the door is shut.
  const last = Date.now() + 6_000;
  await fc.assert(
    fc.asyncProperty(line, async ({ command, argv }) => {
      if (Date.now() > last) return;
      expect(await say(command.name, command.dialect, argv)).not.toContain("please report it");
    }),
    { numRuns: 250 },
  );
  expect(log).toEqual([]);
  expect(await say("sinfo", "slurm", [])).toBe("");
});
