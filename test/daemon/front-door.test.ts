/** Owns proofs about the front door: commands over a real socket, and callers that misbehave. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FrontDoor, openFrontDoor } from "../../src/daemon/front-door.ts";
import { createUsers } from "../../src/daemon/users.ts";
import type { Command } from "../../src/language/command.ts";
import type { Context, Reply } from "../../src/language/context.ts";
import { systemClock } from "../../src/model/clock.ts";
import { UsageError } from "../../src/model/errors.ts";
import { idleMachine } from "../../src/model/machine-use.ts";
import { type CallEnd, call } from "../../src/relay/call.ts";
import { encodeFrame } from "../../src/relay/frames.ts";
import { encodeGreeting, type Greeting } from "../../src/relay/protocol.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

let directory: string;
let socket: string;
let world: TestWorld;
let door: FrontDoor;
let log: string[];

const greeting: Greeting = {
  ...{ protocol: "2", build: "b1", dialect: "slurm", command: "", cwd: "/", umask: 0o27, pid: process.pid, session: 0 },
  ...{
    uid: process.getuid?.() ?? 0,
    terminal: { stdin: false, stdout: true, stderr: false },
    columns: 80,
    niceness: 0,
  },
  ...{ limits: "nofile=9", argv: [], environment: ["A=1", "A=2"] },
};

function command(name: string, run: (context: Context) => Promise<Reply>): Command {
  return { dialect: "slurm", name, run, wordError: (message) => `${name}: error: ${message}\n` };
}

const commands: readonly Command[] = [
  command("facts", async ({ args, cwd, umask, limits, terminal, user, variable }) => ({
    out: JSON.stringify({ args, cwd, umask, limits, terminal, uid: user.uid, a: variable("A") }),
  })),
  command("fails", async () => {
    throw new UsageError("no such thing", 3);
  }),
  command("copy", async ({ readInput }) => ({ out: Buffer.from(await readInput()).toString() })),
  command("cat", async ({ args, files }) => {
    const read = await files.read(args[0] ?? "");
    return { out: "errno" in read ? read.errno : Buffer.from(read.bytes).toString() };
  }),
  command("long", async () => ({
    out: (function* () {
      for (let line = 0; line < 200_000; line++) yield `line ${line} of a listing that is long\n`;
    })(),
  })),
  command("then", async () => ({ out: "first\n", next: async () => ({ out: "second\n", err: "careful\n", code: 7 }) })),
  command("deaf", () => new Promise(() => undefined)),
  command("listens", async ({ interrupted }) => {
    const signal = await interrupted;
    world.verbs.spendId();
    return { out: `got ${signal}\n`, code: 1 };
  }),
];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "headnode-door-"));
  socket = join(directory, "socket");
  world = await makeWorld();
  log = [];
  const house = {
    build: "b1",
    commands,
    verbs: world.verbs,
    clock: systemClock,
    users: createUsers(),
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

async function ask(name: string, more: Partial<Greeting> & { readonly stdin?: string; readonly signal?: number } = {}) {
  const { stdin, signal, ...changed } = more;
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const texts = [output, errors].map(async (stream) => Buffer.concat(await stream.toArray()).toString());
  const end = await call({
    socket,
    greeting: { ...greeting, command: name, ...changed },
    ...{ output, errors },
    input: () => Readable.from([Buffer.from(stdin ?? "")]),
    onSignal: (tell) => {
      const timer = signal === undefined ? undefined : setTimeout(() => tell(signal), 50);
      return () => clearTimeout(timer);
    },
  });
  output.end();
  errors.end();
  return { end: sayEnd(end), out: await texts[0], err: await texts[1] };
}

function sayEnd(end: CallEnd): string {
  if (end.kind === "exit") return `exit ${end.code}`;
  return end.kind === "signal" ? `signal ${end.signal}` : end.kind;
}

describe("a command", () => {
  test("knows the world it was called in", async () => {
    const { end, out } = await ask("facts", { argv: ["-a", "b c", ""] });
    expect(end).toBe("exit 0");
    expect(JSON.parse(out ?? "")).toEqual({
      ...{ args: ["-a", "b c", ""], cwd: "/", umask: 0o27, limits: "nofile=9", uid: greeting.uid, a: "1" },
      terminal: { input: false, output: true, errors: false, columns: 80 },
    });
  });

  test("words its failures, and sends its reply piece by piece", async () => {
    expect(await ask("fails")).toEqual({ end: "exit 3", out: "", err: "fails: error: no such thing\n" });
    expect(await ask("then")).toEqual({ end: "exit 7", out: "first\nsecond\n", err: "careful\n" });
  });

  test("reads standard input when it asks, by any of its names", async () => {
    expect((await ask("copy", { stdin: "hello" })).out).toBe("hello");
    for (const path of ["/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"])
      expect((await ask("cat", { argv: [path], stdin: "there" })).out).toBe("there");
  });

  test("reads the caller's files and descriptors; errors are values", async () => {
    writeFileSync(join(directory, "file"), "text");
    expect((await ask("cat", { argv: ["file"], cwd: directory })).out).toBe("text");
    expect((await ask("cat", { argv: ["missing"], cwd: directory })).out).toBe("ENOENT");
    expect((await ask("cat", { argv: ["/dev/fd/987"] })).out).toBe("ENOENT");
  });

  test("nobody knows says so", async () => {
    const { end, err } = await ask("nonsense");
    expect(end).toBe("exit 1");
    expect(err).toContain("nonsense: headnode has no command of this name");
  });

  test("with a long answer lets others be answered meanwhile", async () => {
    const order: string[] = [];
    const long = ask("long").then((said) => {
      order.push("long");
      return said;
    });
    await ask("facts").then(() => order.push("facts"));
    expect((await long).out?.length).toBeGreaterThan(7_000_000);
    expect(order).toEqual(["facts", "long"]);
  });
});

describe("a signal", () => {
  test("ends a command that doesn't listen, as it would end a program", async () => {
    expect((await ask("deaf", { signal: 15 })).end).toBe("signal 15");
  });

  test("is given to a command that does", async () => {
    expect(await ask("listens", { signal: 2 })).toEqual({ end: "exit 1", out: "got 2\n", err: "" });
  });
});

describe("a caller", () => {
  const raw = (): Promise<Socket> =>
    new Promise((resolve) => {
      const connection = connect(socket, () => resolve(connection));
      connection.on("error", () => undefined);
    });
  const closed = (connection: Socket): Promise<void> =>
    new Promise((resolve) => connection.once("close", () => resolve()));

  test("of another build is told so", async () => {
    expect((await ask("facts", { build: "b2" })).end).toBe("refused");
    expect((await ask("facts", { protocol: "3" })).end).toBe("refused");
  });

  test("that sends nonsense is shown the door", async () => {
    for (const bytes of [
      encodeFrame("g", Buffer.from("short")),
      encodeFrame("d"),
      Buffer.from([103, 255, 255, 255, 255]),
    ]) {
      const connection = await raw();
      connection.write(bytes);
      connection.resume();
      await closed(connection);
    }
    expect((await ask("facts")).end).toBe("exit 0");
  });

  test("that sends its greeting byte by byte is served like any other", async () => {
    const connection = await raw();
    for (const byte of encodeGreeting({ ...greeting, command: "then" })) connection.write(Buffer.from([byte]));
    const answer = await new Promise<string>((resolve) =>
      connection.once("data", (bytes) => resolve(bytes.toString())),
    );
    expect(answer).toContain("first");
    connection.destroy();
  });

  test("that goes away ends a command that listens, and hurts nobody", async () => {
    const connection = await raw();
    connection.write(encodeGreeting({ ...greeting, command: "listens" }));
    await ask("facts");
    const before = world.verbs.spendId();
    connection.destroy();
    await ask("facts");
    expect(world.verbs.spendId()).toBe(before + 2);
    expect(log).toEqual([]);
  });
});
