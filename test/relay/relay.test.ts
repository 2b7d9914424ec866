import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeFrame, encodeStrings } from "../../src/relay/frames.ts";
import { ownSession } from "../../src/relay/session.ts";
import { type FakeDaemon, fakeDaemon, temporaryHome, type Visit } from "./fake-daemon.ts";

const root = join(import.meta.dirname, "../..");
const native = join(root, "shims/native/slurm/sbatch");
const twins = {
  c: [native],
  node: [process.execPath, join(root, "shims/slurm/sbatch")],
} as const;

interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

describe.each(["c", "node"] as const)("the %s relay", (twin) => {
  const home: { path: string; remove(): void } = { path: "", remove: () => undefined };
  let daemon: FakeDaemon | undefined;

  beforeEach((context) => {
    if (twin === "c" && !existsSync(native)) context.skip();
    const made = temporaryHome();
    home.path = made.home;
    home.remove = made.remove;
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    home.remove();
  });

  const serve = async (script: (visit: Visit) => void): Promise<void> => {
    daemon = await fakeDaemon(home.path, script);
  };
  const start = (args: string[], options: { env?: Record<string, string>; cwd?: string } = {}): ChildProcess => {
    const [program, ...before] = twins[twin];
    const env = { PATH: process.env.PATH, HEADNODE_HOME: home.path, ...options.env };
    return spawn(program, [...before, ...args], { env, cwd: options.cwd ?? home.path });
  };
  const outcome = (child: ChildProcess): Promise<Outcome> =>
    new Promise((resolve) => {
      const chunks = { out: "", err: "" };
      child.stdout?.on("data", (chunk) => (chunks.out += chunk));
      child.stderr?.on("data", (chunk) => (chunks.err += chunk));
      child.on("close", (code, signal) => resolve({ code, signal, ...chunks }));
    });
  const run = (args: string[], options: { env?: Record<string, string>; cwd?: string } = {}): Promise<Outcome> =>
    outcome(start(args, options));

  test("tells the daemon everything about the command", async () => {
    await serve((visit) => visit.exit(0));
    const child = start(["-n", "4", "", "a b"], { env: { EMPTY: "", TWO: "a=b\nc", UMLAUT: "ä" } });
    const pid = child.pid;
    await outcome(child);
    const greeting = daemon?.visits[0]?.greeting;
    expect(greeting).toMatchObject({
      ...{
        protocol: "2",
        build: "0.1.0",
        dialect: "slurm",
        command: "sbatch",
        cwd: home.path,
        pid,
        session: ownSession(),
        columns: 0,
        niceness: getPriority(),
      },
      ...{ uid: process.getuid?.(), umask: process.umask(), argv: ["-n", "4", "", "a b"] },
      terminal: { stdin: false, stdout: false, stderr: false },
    });
    expect(greeting?.environment).toEqual(expect.arrayContaining(["EMPTY=", "TWO=a=b\nc", "UMLAUT=ä"]));
    expect(greeting?.limits).toMatch(/cpu=(unlimited|\d+) .*nofile=\d+/);
  });

  test("tells of an environment of any size", async () => {
    await serve((visit) => visit.exit(0));
    const large = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`LARGE_${i}`, `${i}`.repeat(4_000)]));
    expect(await run(["last"], { env: large })).toMatchObject({ code: 0 });
    const greeting = daemon?.visits[0]?.greeting;
    expect(greeting?.argv).toEqual(["last"]);
    expect(greeting?.environment).toEqual(
      expect.arrayContaining(Object.entries(large).map(([name, value]) => `${name}=${value}`)),
    );
  });

  test("copies both outputs and the exit code", async () => {
    await serve((visit) => {
      visit.say("o", "out\n");
      visit.say("e", "err\n");
      visit.say("o", "");
      visit.say("o", "more\n");
      visit.exit(7);
    });
    expect(await run([])).toEqual({ code: 7, signal: null, out: "out\nmore\n", err: "err\n" });
  });

  test("understands frames cut into single bytes", async () => {
    await serve(async (visit) => {
      const bytes = Buffer.concat([encodeFrame("o", Buffer.from("hello\n")), encodeFrame("x", encodeStrings(["3"]))]);
      for (const byte of bytes) {
        visit.socket.write(Buffer.of(byte));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    expect(await run([])).toMatchObject({ code: 3, out: "hello\n" });
  });

  test("leaves stdin alone unless the command asks for it", async () => {
    await serve((visit) => {
      visit.say("o", "submitted\n");
      visit.exit(0);
    });
    const command = twins[twin].map((word) => `'${word}'`).join(" ");
    const script = `while read line; do echo "line $line"; ${command}; done`;
    const shell = spawn("sh", ["-c", script], { env: { PATH: process.env.PATH, HEADNODE_HOME: home.path } });
    shell.stdin.end("1\n2\n3\n");
    expect((await outcome(shell)).out).toBe("line 1\nsubmitted\nline 2\nsubmitted\nline 3\nsubmitted\n");
  });

  test("sends stdin to its end when asked, in pieces of at most 64 KiB", async () => {
    const sizes: number[] = [];
    let sum = 0;
    await serve((visit) => {
      visit.onFrame = (kind, payload) => {
        if (kind === "d") {
          sizes.push(payload.length);
          for (const byte of payload) sum += byte;
        }
        if (kind === "D") visit.exit(0);
      };
      visit.say("i");
    });
    const child = start([]);
    const sent = Buffer.alloc(5_000_000, 1);
    child.stdin?.end(sent);
    expect(await outcome(child)).toMatchObject({ code: 0 });
    expect(sum).toBe(sent.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65536);
  });

  test("tells the command of the first signal and dies of the second, unless that comes at once", async () => {
    const heard: string[] = [];
    let child: ChildProcess | undefined;
    await serve((visit) => {
      visit.onFrame = (kind, payload) => {
        heard.push(`${kind} ${payload.toString().replace("\0", "")}`);
        child?.kill("SIGINT");
        setTimeout(() => {
          heard.push(child?.exitCode === null && child.signalCode === null ? "lives" : "is gone");
          child?.kill("SIGINT");
        }, 600);
      };
      visit.say("o", "ready\n");
    });
    child = start([]);
    child.stdout?.once("data", () => child?.kill("SIGINT"));
    expect(await outcome(child)).toMatchObject({ code: null, signal: "SIGINT" });
    expect(heard).toEqual(["s 2", "lives"]);
  });

  test("dies of the signal the command died of", async () => {
    await serve((visit) => visit.say("k", "15\0"));
    expect(await run([])).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  test("streams much output, also to a reader that stops early", async () => {
    const line = `${"x".repeat(99)}\n`;
    await serve((visit) => {
      const chunk = Buffer.from(line.repeat(600));
      let left = 20_000_000 / chunk.length;
      const more = (): void => {
        while (left-- > 0)
          if (!visit.socket.write(encodeFrame("o", chunk))) return void visit.socket.once("drain", more);
        visit.exit(0);
      };
      more();
    });
    const command = twins[twin].map((word) => `'${word}'`).join(" ");
    const env = { PATH: process.env.PATH, HEADNODE_HOME: home.path };
    const shell = spawn("sh", ["-c", `${command} | wc -c; ${command} | head -n 2`], { env });
    const result = await outcome(shell);
    expect(result.err).toBe("");
    expect(Number(result.out.split("\n")[0])).toBeGreaterThanOrEqual(20_000_000);
    expect(result.out).toContain(`\n${line}${line}`);
  });

  test.runIf(twin === "c")("dies of a reader that has gone, also where the signal of that is ignored", async () => {
    await serve((visit) => {
      visit.socket.write(
        Buffer.concat([encodeFrame("o", Buffer.from("text\n")), encodeFrame("x", encodeStrings(["0"]))]),
      );
    });
    const command = twins[twin].map((word) => `'${word}'`).join(" ");
    const script = `trap "" PIPE; { sleep 0.3; ${command}; echo $? >&2; } | true`;
    const shell = spawn("sh", ["-c", script], { env: { PATH: process.env.PATH, HEADNODE_HOME: home.path } });
    expect((await outcome(shell)).err).toBe("141\n");
  });

  test("says so when the daemon goes away at work", async () => {
    await serve((visit) => {
      visit.say("o", "half\n");
      setTimeout(() => visit.socket.destroy(), 50);
    });
    expect(await run([])).toEqual({
      ...{ code: 1, signal: null, out: "half\n" },
      err: [
        "sbatch: error: Batch job submission failed: Unable to contact slurm controller (receive failure)",
        "headnode: headnode's daemon went away before it answered; see `headnode daemon logs`\n",
      ].join("\n"),
    });
  });

  test("does not repeat a command whose daemon died without a word", async () => {
    await serve((visit) => visit.socket.destroy());
    const result = await run([]);
    expect(result.err).toContain("went away before it answered");
    expect(daemon?.visits).toHaveLength(1);
  });

  test("refuses a state directory that others can write", async () => {
    await serve((visit) => visit.exit(0));
    chmodSync(home.path, 0o770);
    const result = await run([]);
    expect(result).toMatchObject({ code: 1, out: "" });
    expect(result.err).toMatch(/\nheadnode: the state directory .* can be written by others.*\n$/);
    expect(daemon?.visits).toHaveLength(0);
  });

  test("refuses a state directory that is a symbolic link", async () => {
    mkdirSync(join(home.path, "real"), { mode: 0o700 });
    const link = join(home.path, "link");
    symlinkSync(join(home.path, "real"), link);
    const result = await run([], { env: { HEADNODE_HOME: link } });
    expect(result).toMatchObject({ code: 1 });
    expect(result.err).toContain("is a symbolic link");
  });

  test.skipIf(process.getuid?.() !== 0)("refuses a state directory that belongs to another user", async () => {
    await serve((visit) => visit.exit(0));
    spawnSync("chown", ["12345", home.path]);
    expect((await run([])).err).toContain("belongs to another user");
    expect(daemon?.visits).toHaveLength(0);
  });

  test("starts nothing and says why when the state directory cannot be made", async () => {
    writeFileSync(join(home.path, "file"), "");
    const result = await run([], { env: { HEADNODE_HOME: join(home.path, "file", "below") } });
    expect(result.code).toBe(1);
    expect(result.err).toMatch(
      /^sbatch: error: .*Unable to contact slurm controller \(connect failure\)\nheadnode: cannot make the state directory .*\n$/,
    );
  });

  test("works where its directory was removed", async () => {
    await serve((visit) => visit.exit(0));
    mkdirSync(join(home.path, "gone"));
    const command = twins[twin].map((word) => `'${word}'`).join(" ");
    const shell = spawn("sh", ["-c", `cd gone && rmdir ../gone && ${command}`], {
      cwd: home.path,
      env: { PATH: process.env.PATH, HEADNODE_HOME: home.path },
    });
    expect(await outcome(shell)).toMatchObject({ code: 0 });
    expect(daemon?.visits[0]?.greeting.cwd).toBe("");
  });

  test("works with the standard streams closed", async () => {
    await serve((visit) => {
      visit.say("o", "text\n");
      visit.exit(4);
    });
    const command = twins[twin].map((word) => `'${word}'`).join(" ");
    const env = { PATH: process.env.PATH, HEADNODE_HOME: home.path };
    const shell = spawn("sh", ["-c", `${command} <&- >&- 2>&-; echo $?`], { env });
    expect((await outcome(shell)).out).toBe("4\n");
  });
});
