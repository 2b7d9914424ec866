// The Node runner's process: main.js DIRECTORY [SOCKET]. Does what shims/runner.c does where there is no compiler.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { closeInheritedDescriptors } from "../relay/descriptors.ts";
import { serveRunner } from "./server.ts";
import { errorName } from "./streams.ts";

const directory = resolve(process.argv[2] ?? ".");
const socketPath = resolve(process.argv[3] ?? join(directory, "runner.sock"));
const id = randomBytes(12).toString("hex");

closeInheritedDescriptors([]);
process.umask(0o077);
mkdirSync(join(directory, "records"), { recursive: true });
const server = await listen(socketPath);
if (server === undefined) process.exit(0); // another runner lives
// A fault in handling one job must not end all the others.
process.on("uncaughtException", (error) => console.error(error));
const dismissGuard = startGuard();
serveRunner({
  ...{ server, directory, id },
  idle: () => {
    dismissGuard();
    process.exit(0);
  },
});

async function listen(path: string): Promise<Server | undefined> {
  for (;;) {
    const problem = await tryListen(path);
    if (typeof problem !== "string") return problem;
    if (problem !== "EADDRINUSE") throw new Error(`cannot listen at ${path}: ${problem}`);
    if (await answers(path)) return undefined;
    unlinkSync(path);
  }
}

function tryListen(path: string): Promise<Server | string> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error) => done(errorName(error)));
    server.listen(path, () => done(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

/** A shell that waits for this process's end: its jobs must not outlive it. Answers how to send it away. */
function startGuard(): () => void {
  const program = fileURLToPath(new URL("guard/main.js", import.meta.url));
  const wait = 'read -r word && exit; exec "$@"';
  const words = ["-c", wait, "sh", process.execPath, program, directory, id, String(Date.now())];
  const guard = spawn("/bin/sh", words, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  guard.on("error", (error) => console.error(`the runner goes unguarded: ${error.message}`));
  guard.unref();
  return () => guard.stdin.write("leave\n");
}
