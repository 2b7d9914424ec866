// Starts the daemon of a state directory when there is none, and waits until it says that it is ready.

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Environment, type StatePaths, withoutJobMark } from "./state-directory.ts";

/** The daemon could not be started; the message is one line that says why. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What is started, where and with which environment. */
export interface StartOptions {
  readonly paths: StatePaths;
  readonly env: Environment;
  /** The daemon's program; another one in tests. */
  readonly program?: string;
  /** How long to wait for it, in milliseconds. */
  readonly patienceMs?: number;
}

/** The daemon's program. */
export const daemonProgram = fileURLToPath(new URL("../../shims/daemon/daemon.cjs", import.meta.url));

const defaultPatienceMs = 30_000;

/**
 * Starts the daemon and resolves when it is ready, or another living one was found. Any number of commands may do so
 * at once. Throws StartError.
 */
export async function startDaemon(options: StartOptions): Promise<void> {
  const log = openSync(options.paths.daemonLog, "a", 0o600);
  try {
    await readiness(options, log);
  } finally {
    closeSync(log);
  }
}

function readiness(options: StartOptions, log: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const daemon = spawn(process.execPath, [options.program ?? daemonProgram, options.paths.directory], {
      cwd: options.paths.directory,
      // A daemon started by a command inside a job must not end with that job: the runner spares what is so marked.
      env: { ...withoutJobMark(options.env), HEADNODE_DETACHED: "1" },
      detached: true,
      stdio: ["ignore", log, log, "pipe"],
    });
    const pipe = daemon.stdio[3] as Readable;
    let text = "";
    const settle = (problem?: string): void => {
      clearTimeout(timer);
      pipe.removeAllListeners();
      pipe.on("error", () => undefined);
      pipe.destroy();
      daemon.unref();
      if (problem === undefined) resolve();
      else reject(new StartError(problem));
    };
    const patienceMs = options.patienceMs ?? defaultPatienceMs;
    const seeLog = `see ${options.paths.daemonLog}`;
    const timer = setTimeout(
      () => settle(`headnode's daemon was not ready within ${patienceMs / 1000} s; ${seeLog}`),
      patienceMs,
    );
    const judge = (ended: boolean): void => {
      const line = text.split("\n", 1)[0] ?? "";
      if (!ended && !text.includes("\n")) return;
      if (line === "ready") settle();
      else settle(line === "" ? `headnode's daemon ended while it was starting; ${seeLog}` : line);
    };
    pipe.setEncoding("utf8");
    pipe.on("data", (chunk: string) => {
      text += chunk;
      judge(false);
    });
    pipe.on("end", () => judge(true));
    pipe.on("error", () => judge(true));
    daemon.on("error", (error) => settle(`cannot start headnode's daemon: ${error.message}`));
  });
}
