// Finds the living runner of a state directory, or starts one.

import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, openSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Where the runner works. */
export interface RunnerPlace {
  readonly directory: string;
  readonly socket?: string;
  readonly native: boolean;
  /** What the runner is started with, if that works. */
  readonly words?: readonly string[];
}

const nativeRunner = fileURLToPath(new URL("../../shims/native/runner", import.meta.url));
const nodeRunner = fileURLToPath(new URL("../../dist/runner/main.js", import.meta.url));
const patienceMs = 15_000;

/** A runner that answers; `startedPid` where it was started for that. */
export interface Reached {
  readonly socket: Socket;
  readonly startedPid: number | null;
}

/** A connection to the runner, which is started if nobody answers. Throws when it cannot be reached. */
export async function reachRunner(place: RunnerPlace): Promise<Reached> {
  const path = place.socket ?? join(place.directory, "runner.sock");
  const kind = place.native && isProgram(nativeRunner) ? "c" : "node";
  const living = await tryConnect(path);
  if (living) return { socket: living, startedPid: null };
  let runner = start({ ...place, path, kind });
  const until = Date.now() + patienceMs;
  for (let waitMs = 1; Date.now() < until; waitMs = Math.min(50, waitMs * 2)) {
    const socket = await tryConnect(path);
    if (socket) return { socket, startedPid: runner.pid() };
    const end = runner.end();
    const isLost = end !== null && end !== "another lives";
    if (isLost && !runner.wrapped) throw new Error(`the runner could not be started: ${end}`);
    await sleep(waitMs);
    // The other one may just have been leaving; and what did not work with words before it may without.
    if (end !== null) runner = start({ ...place, path, kind, words: isLost ? [] : (place.words ?? []) });
  }
  throw new Error(`the runner in ${place.directory} does not answer; see runner.log there`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Started {
  /** Null while it runs; else why it has ended. */
  end(): string | null;
  pid(): number | null;
  /** There were words before its own. */
  readonly wrapped: boolean;
}

/** Starts a runner that outlives this process. */
function start(place: RunnerPlace & { path: string; kind: "c" | "node" }): Started {
  const wrapping = place.words ?? [];
  const own = place.kind === "c" ? [nativeRunner] : [process.execPath, nodeRunner];
  const [program = "", ...before] = [...wrapping, ...own];
  const log = openSync(join(place.directory, "runner.log"), "a", 0o600);
  let end: string | null = null;
  let pid: number | null = null;
  try {
    const runner = spawn(program, [...before, place.directory, place.path], {
      cwd: place.directory,
      detached: true,
      stdio: ["ignore", log, log],
    });
    runner.on("error", (error) => (end = error.message));
    runner.on("exit", (code, signal) => {
      const how = `it ended with ${signal ?? `code ${code}`}; see ${join(place.directory, "runner.log")}`;
      end = code === 0 ? "another lives" : how;
    });
    pid = runner.pid ?? null;
    runner.unref();
  } finally {
    closeSync(log);
  }
  return { end: () => end, pid: () => pid, wrapped: wrapping.length > 0 };
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => undefined); // "close" follows, and says all there is to say
      resolve(socket);
    });
    socket.once("error", () => resolve(undefined));
  });
}
