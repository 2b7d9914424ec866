import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { greetingOfProcess } from "../../src/relay/facts.ts";
import { relay } from "../../src/relay/relay.ts";
import { startDaemon } from "../../src/relay/start-daemon.ts";
import { statePaths } from "../../src/relay/state-directory.ts";
import { type FakeDaemon, fakeDaemon, temporaryHome } from "./fake-daemon.ts";

const frames = join(import.meta.dirname, "../../dist/relay/frames.js");

let home: ReturnType<typeof temporaryHome>;
let daemon: FakeDaemon | undefined;
beforeEach(() => {
  home = temporaryHome();
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  const pids = existsSync(join(home.home, "pids")) ? readFileSync(join(home.home, "pids"), "utf8").split("\n") : [];
  for (const pid of pids.filter(Boolean)) {
    if (existsSync(`/proc/${pid}`)) process.kill(Number(pid), "SIGKILL");
  }
  home.remove();
});

/** A daemon's program: the first one to make the lock serves, the others find it living. */
function program(serving: string): string {
  const path = join(home.home, "daemon.mjs");
  writeFileSync(
    path,
    `import { appendFileSync, mkdirSync, writeSync, closeSync } from "node:fs";
import { createServer } from "node:net";
import { encodeFrame, encodeStrings } from ${JSON.stringify(frames)};
const home = process.argv[2];
const say = (text) => { writeSync(3, text); closeSync(3); };
try { mkdirSync(home + "/lock"); } catch { say("ready\\n"); process.exit(0); }
appendFileSync(home + "/pids", process.pid + "\\n");
const server = createServer((socket) => socket.once("data", () =>
  socket.end(Buffer.concat([encodeFrame("o", Buffer.from("served\\n")), encodeFrame("x", encodeStrings([0]))]))));
${serving}
`,
  );
  return path;
}
const serveSlowly = 'setTimeout(() => server.listen(home + "/socket", () => say("ready\\n")), 200);';

const start = (path: string, patienceMs = 10_000) => ({
  paths: statePaths(home.home, {}),
  env: { PATH: process.env.PATH },
  program: path,
  patienceMs,
});
const call = async (path: string) => {
  const streams = { output: new PassThrough(), errors: new PassThrough() };
  const greeting = greetingOfProcess({ dialect: "slurm", command: "squeue", argv: [], env: {} });
  const end = await relay({ greeting, ...streams, start: start(path) });
  return { end, out: String(streams.output.read() ?? "") };
};

test("many commands at once start one daemon and are all served", async () => {
  const path = program(serveSlowly);
  const results = await Promise.all(Array.from({ length: 8 }, () => call(path)));
  expect(results).toEqual(Array(8).fill({ end: { kind: "exit", code: 0 }, out: "served\n" }));
  expect(readFileSync(join(home.home, "pids"), "utf8").trim().split("\n")).toHaveLength(1);
});

test("a daemon's own words are the error when it cannot start", async () => {
  const path = program('say("the store is of a newer version\\n"); process.exit(1);');
  await expect(startDaemon(start(path))).rejects.toThrow(/^the store is of a newer version$/);
});

test("a daemon that dies without a word points at its log", async () => {
  const path = program('console.error("boom"); process.exit(1);');
  await expect(startDaemon(start(path))).rejects.toThrow(/ended while it was starting; see .*daemon\.log$/);
  expect(readFileSync(join(home.home, "daemon.log"), "utf8")).toBe("boom\n");
});

test("a daemon that is never ready is not waited for forever", async () => {
  const path = program("setInterval(() => undefined, 1000);");
  await expect(startDaemon(start(path, 700))).rejects.toThrow(/was not ready within 0.7 s/);
});

test("a daemon of another build is asked to retire and replaced", async () => {
  const asked: string[] = [];
  daemon = await fakeDaemon(home.home, (visit) => {
    asked.push(`${visit.greeting.protocol} ${visit.greeting.dialect} ${visit.greeting.command}`);
    if (visit.greeting.command !== "retire") return visit.say("v");
    const old = daemon;
    daemon = undefined;
    visit.exit(0);
    visit.socket.on("close", () => void old?.stop());
  });
  const result = await call(program(serveSlowly));
  expect(result).toEqual({ end: { kind: "exit", code: 0 }, out: "served\n" });
  expect(asked).toEqual(["2 slurm squeue", "0 headnode retire"]);
});

test("a daemon of another build that will not retire is an error", async () => {
  daemon = await fakeDaemon(home.home, (visit) =>
    visit.greeting.command === "retire" ? visit.exit(1) : visit.say("v"),
  );
  await expect(call(program(serveSlowly))).rejects.toThrow(/did not end; try `headnode daemon stop`/);
});

test.runIf(process.platform === "linux")("a daemon can let go of what the user's shell had open", async () => {
  const module = JSON.stringify(join(import.meta.dirname, "../../dist/relay/descriptors.js"));
  const script = `import { closeInheritedDescriptors as close } from ${module};
import { readlinkSync } from "node:fs";
const target = (fd) => { try { return readlinkSync("/proc/self/fd/" + fd); } catch { return "closed"; } };
const before = [target(40), target(41)]; close([40]); console.log([...before, target(40), target(41)].join(" "));`;
  const shell = spawn("bash", [
    "-c",
    'exec 40</dev/null 41</dev/null; exec "$0" --input-type=module -e "$1"',
    process.execPath,
    script,
  ]);
  let out = "";
  shell.stdout.on("data", (chunk) => {
    out += chunk;
  });
  await new Promise((resolve) => shell.on("close", resolve));
  expect(out).toBe("/dev/null /dev/null /dev/null closed\n");
});
