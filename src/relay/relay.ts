// The Node relay: runs one command in the daemon, starting or replacing the daemon when that is needed.

import { setTimeout as sleep } from "node:timers/promises";
import { type CallEnd, type CallOptions, call } from "./call.ts";
import { anyProtocolVersion } from "./protocol.ts";
import { StartError, type StartOptions, startDaemon } from "./start-daemon.ts";

/** A call, and what is started if nobody answers it. */
export interface RelayOptions extends Omit<CallOptions, "socket"> {
  readonly start: StartOptions;
}

/** How long a daemon that said it was ready, or that holds the lock, may take to listen (ms). */
const listeningPatienceMs = 30_000;
const mostReplacements = 3;

/** Runs a command, whatever daemon is or isn't there. Resolves with its end; throws StartError. */
export async function relay(options: RelayOptions): Promise<CallEnd> {
  const socket = options.start.paths.socket;
  let end = await call({ ...options, socket });
  for (let tries = 0; tries < mostReplacements; tries++) {
    if (end.kind !== "absent" && end.kind !== "refused") return end;
    if (end.kind === "refused") await retire(options);
    await startDaemon(options.start);
    end = await callUntilHeard({ ...options, socket });
  }
  if (end.kind === "refused") throw new StartError("headnode's daemon is of another version and cannot be replaced");
  return end;
}

/** Another relay's daemon may hold the lock and not listen yet. */
async function callUntilHeard(options: CallOptions): Promise<CallEnd> {
  const until = Date.now() + listeningPatienceMs;
  for (;;) {
    const end = await call(options);
    if (end.kind !== "absent" || Date.now() > until) return end;
    if (end.error === "ECONNRESET" || end.error === "EPIPE") return end;
    await sleep(20);
  }
}

/** Asks a daemon of another build to end; its own words are the error when it will not. */
async function retire(options: RelayOptions): Promise<void> {
  const greeting = {
    ...options.greeting,
    protocol: anyProtocolVersion,
    dialect: "headnode",
    command: "retire",
    argv: [],
  };
  const { output, errors } = options;
  const end = await call({ socket: options.start.paths.socket, greeting, output, errors });
  const gone = end.kind === "absent" || end.kind === "lost" || (end.kind === "exit" && end.code === 0);
  if (!gone)
    throw new StartError("headnode's daemon is of another version and did not end; try `headnode daemon stop`");
}
