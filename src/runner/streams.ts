// Opens a job's standard streams for the Node runner.

import { closeSync, constants, openSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { errnoOf } from "../model/errors.ts";
import type { Launch } from "../model/launch.ts";
import type { WaitingStreams } from "./launcher.ts";

/** Descriptors to spawn with; `waiting` names what the launcher has to open. */
export interface Streams {
  readonly stdin: number | "ignore";
  readonly stdout: number | "ignore";
  readonly stderr: number | "ignore";
  readonly waiting: WaitingStreams;
}

/** A stage of starting a job that failed. */
export class StageError extends Error {
  override readonly name = "StageError";
  readonly stage: string;
  readonly errno: string;
  readonly path: string;
  constructor(stage: string, errno: string, path: string) {
    super(`${stage}: ${errno}: ${path}`);
    this.stage = stage;
    this.errno = errno;
    this.path = path;
  }
}

/** The directory a job starts in. Throws StageError. */
export function enterDirectory(launch: Launch): string {
  const errno = directoryProblem(launch.cwd);
  if (errno === undefined) return launch.cwd;
  if (launch.fallbackCwd !== "" && directoryProblem(launch.fallbackCwd) === undefined) return launch.fallbackCwd;
  throw new StageError("cwd", errno, launch.cwd);
}

function directoryProblem(path: string): string | undefined {
  try {
    return statSync(`${path}/.`).isDirectory() ? undefined : "ENOTDIR";
  } catch (error) {
    return errorName(error);
  }
}

/** Opens the streams with the process's present umask. Throws StageError with nothing left open. */
export function openStreams(launch: Launch, cwd: string): Streams {
  const how = constants.O_WRONLY | constants.O_CREAT | (launch.append ? constants.O_APPEND : constants.O_TRUNC);
  const shared = launch.stderr === "" || launch.stderr === launch.stdout;
  const wanted = [
    { stage: "stdin", path: launch.stdin, flags: constants.O_RDONLY },
    { stage: "stdout", path: launch.stdout, flags: how },
    { stage: "stderr", path: launch.stderr, flags: how },
  ].slice(0, shared ? 2 : 3);
  const opened: (number | "ignore")[] = [];
  const waiting: string[] = [];
  for (const { stage, path, flags } of wanted) {
    const full = resolve(cwd, path);
    try {
      const waits = isFifo(full);
      waiting.push(waits ? full : "");
      opened.push(waits ? "ignore" : openSync(full, flags | constants.O_NOCTTY, 0o666));
    } catch (error) {
      for (const descriptor of opened) if (descriptor !== "ignore") closeSync(descriptor);
      throw new StageError(stage, errorName(error), path);
    }
  }
  const [stdin = "ignore", stdout = "ignore", stderr = stdout] = opened;
  const [waitingIn = "", waitingOut = "", waitingErrors = waitingOut] = waiting;
  return { stdin, stdout, stderr, waiting: { stdin: waitingIn, stdout: waitingOut, stderr: waitingErrors } };
}

function isFifo(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

/** The name of a system error (ENOENT); other errors are thrown on. */
export function errorName(error: unknown): string {
  const name = errnoOf(error);
  if (name === "") throw error;
  return name;
}
