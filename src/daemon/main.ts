/** Owns the daemon's process: `node dist/daemon/main.js STATEDIR`. Says `ready` on descriptor 3, or in one line why not. */

import { closeSync, fstatSync, writeSync } from "node:fs";
import { arch, availableParallelism, hostname, totalmem } from "node:os";
import { connectProcesses } from "../backends/processes.ts";
import { commands, dialects } from "../commands/index.ts";
import { memoryControl } from "../relay/memory-control.ts";
import { runDaemon } from "./daemon.ts";
import { foundGpus } from "./found-gpus.ts";

process.umask(0o077);
const directory = process.argv[2];
const say = (line: string): void => {
  try {
    const kind = fstatSync(3);
    // Where nobody gave one, the number may be that of a file of the daemon's own by now.
    if (!kind.isFIFO() && !kind.isSocket()) return;
    writeSync(3, `${line}\n`);
    closeSync(3);
  } catch {
    // Started by hand there is nobody to tell.
  }
};
const log = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

if (directory === undefined) {
  say("the daemon needs a state directory");
  process.exit(2);
}
start(directory).catch((error: unknown) => {
  log(`the daemon can't start: ${error instanceof Error ? error.stack : String(error)}`);
  say(error instanceof Error ? error.message.replaceAll("\n", " ") : String(error));
  process.exit(1);
});

async function start(directory: string): Promise<void> {
  await runDaemon({
    ...{ directory, log, commands, dialects },
    env: process.env,
    connect:
      ({ runnerSocket }, { jobs }) =>
      (events) =>
        connectProcesses({
          ...{ directory, socket: runnerSocket, native: process.env.HEADNODE_NATIVE !== "0", events },
          control: memoryControl({ env: process.env, wanted: jobs.control_groups ?? true }),
        }),
    ready: () => say("ready"),
    exit: (code) => process.exit(code),
    onTerminate: (retire) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, retire);
    },
    onReload: (reload) => process.on("SIGHUP", reload),
    machine: {
      arch: arch() === "x64" ? "x86_64" : arch() === "arm64" ? "aarch64" : arch(),
      hostName: hostname(),
      cpus: Number(process.env.HEADNODE_CPUS) || availableParallelism(),
      memory: totalmem(),
      gpus: foundGpus(process.env.PATH ?? ""),
    },
    pid: process.pid,
  });
}
