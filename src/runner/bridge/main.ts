// Leads from the standard streams to the runner of a directory, which is started if nobody answers: bridge/main.js
// DIRECTORY RUNNER... It does what shims/bridge.c does where there is no compiler.

import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [directory = ".", program = "", ...words] = process.argv.slice(2);
const patienceMs = 15_000;

process.chdir(directory);
const socket = await reachRunner();
process.stdin.pipe(socket).pipe(process.stdout);
socket.on("close", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));

async function reachRunner(): Promise<Socket> {
  let startedAt = 0;
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(20)) {
    // However long the directory's own path is.
    const reached = await tryConnect("runner.sock");
    if (reached) return reached;
    // The one that was there may just have been leaving.
    if (Date.now() - startedAt < 2_000) continue;
    startedAt = Date.now();
    startRunner();
  }
  process.stderr.write(`headnode's runner does not answer; see ${directory}/runner.log\n`);
  process.exit(1);
}

function startRunner(): void {
  const log = openSync("runner.log", "a", 0o600);
  const runner = spawn(program, words, { detached: true, stdio: ["ignore", log, log] });
  runner.on("error", (error) => process.stderr.write(`${program}: ${error.message}\n`));
  runner.unref();
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const made = connect(path);
    made.once("connect", () => {
      made.removeAllListeners("error");
      made.on("error", () => undefined); // "close" follows
      resolve(made);
    });
    made.once("error", () => resolve(undefined));
  });
}
