// The Node runner's process: main.js DIRECTORY [SOCKET]. Does what shims/runner.c does where there is no compiler.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { closeInheritedDescriptors } from "../relay/descriptors.ts";
import { beTheOnlyOne } from "./only-one.ts";
import { serveRunner } from "./server.ts";
import { errorName } from "./streams.ts";

const directory = resolve(process.argv[2] ?? ".");
const socketPath = resolve(process.argv[3] ?? join(directory, "runner.sock"));
const id = randomBytes(12).toString("hex");

closeInheritedDescriptors([]);
process.umask(0o077);
mkdirSync(join(directory, "records"), { recursive: true });
const lock = await beTheOnlyOne(directory);
if (lock === null) process.exit(0); // another runner lives
const server = await listen(socketPath);
// A fault in handling one job must not end all the others.
process.on("uncaughtException", (error) => console.error(error));
const dismissGuard = startGuard();
serveRunner({
  ...{ server, directory, id },
  idle: () => {
    dismissGuard();
    lock.release();
    process.exit(0);
  },
});

/** Listens at that path; what lies there is of a runner that is gone. */
function listen(path: string): Promise<Server> {
  rmSync(path, { force: true });
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", (error) => fail(new Error(`cannot listen at ${path}: ${errorName(error)}`)));
    server.listen(path, () => done(server));
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
