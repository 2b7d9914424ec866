// The Node runner: takes launches from the daemon, tells what became of them, and remembers ends until acknowledged.

import { closeSync, openSync, writeSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import type { Launch } from "../model/launch.ts";
import { decodeStrings, encodeFrame, encodeStrings, frameReader } from "../relay/frames.ts";
import { type Job, startJob } from "./job.ts";
import { createLines, type Lines, type Member } from "./lines.ts";
import { decodeLaunch, decodeSchedule, endingStrings, isKey, largestFrame, liveStrings } from "./protocol.ts";
import { removeRecord } from "./records.ts";
import { errorName, StageError } from "./streams.ts";
import { childUsage } from "./usage.ts";
import { createWatch, type Watch } from "./watch.ts";

/** What the server works with. */
export interface RunnerServer {
  readonly server: Server;
  readonly directory: string;
  /** Unlike any other runner's, ever: it marks this one's processes. */
  readonly id: string;
  /** Called when there was neither a job nor a daemon for a while. */
  idle(): void;
}

/** How long to wait for a daemon, in milliseconds: for the first one, and for another after the last has gone. */
const patienceMs = { first: 10_000, next: 200 };

interface State extends RunnerServer {
  readonly jobs: Map<string, Job>;
  readonly endings: Map<string, Buffer>;
  readonly usage: ReturnType<typeof childUsage>;
  readonly watch: Watch;
  readonly lines: Lines;
  connection: Socket | undefined;
  /** The daemon has asked for the list, so it wants to be told of ends. */
  told: boolean;
}

/** Serves daemons, one at a time, for as long as there is anything to do. */
export function serveRunner(options: RunnerServer): void {
  const state: State = {
    ...{ ...options, jobs: new Map(), endings: new Map(), usage: childUsage(), watch: createWatch() },
    ...{ connection: undefined, told: false, lines: createLines((launch, place) => begin(state, launch, place)) },
  };
  options.server.on("connection", (socket) => {
    state.connection?.destroy();
    state.lines.forget();
    Object.assign(state, { connection: socket, told: false });
    const read = frameReader(largestFrame, (kind, payload) => obey(state, kind, payload));
    socket.on("data", (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        console.error(error);
        socket.destroy();
      }
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (state.connection === socket) {
        state.connection = undefined;
        // It was handed over by a daemon that says to the next one, in the store, that it still waits.
        state.lines.forget();
      }
      leaveIfIdle(state, patienceMs.next);
    });
  });
  leaveIfIdle(state, patienceMs.first);
}

function leaveIfIdle(state: State, waitMs: number): void {
  const isIdle = (): boolean => state.jobs.size === 0 && state.connection === undefined;
  if (!isIdle()) return;
  setTimeout(() => {
    if (isIdle()) state.idle();
  }, waitMs);
}

function obey(state: State, kind: string, payload: Buffer): void {
  if (kind === "Q") list(state);
  if (kind === "A") acknowledge(state, decodeStrings(payload));
  if (kind === "U") tellUsage(state, decodeStrings(payload));
  if (kind === "T") {
    const schedule = decodeSchedule(payload);
    if (schedule) state.jobs.get(schedule.key)?.timeline.schedule(schedule.rows, schedule.how);
  }
  if (kind === "B") takeBack(state, decodeStrings(payload));
  if (kind !== "L" && kind !== "N") return;
  const launch = decodeLaunch(payload);
  const [key = ""] = decodeStrings(payload);
  if (!launch || !isKey(key) || (kind === "N" && !launch.line)) tell(state, "F", [key, "record", "EINVAL", ""]);
  else if (kind === "N") state.lines.wait(launch);
  else if (!begin(state, launch)) tell(state, "D", [key]);
}

function list(state: State): void {
  state.told = true;
  for (const { key, after } of state.lines.followers()) if (after) tell(state, "N", [key, after.key, after.note]);
  for (const [key, job] of state.jobs) tell(state, "R", [key, job.pid, job.startedAt]);
  for (const frame of state.endings.values()) state.connection?.write(frame);
  tell(state, "E", ["node", "lines"]);
}

function tellUsage(state: State, keys: readonly string[]): void {
  for (const key of keys) {
    const job = state.jobs.get(key);
    tell(state, "U", [key, ...(job ? liveStrings(job.watched.now()) : [])]);
  }
}

function acknowledge(state: State, keys: readonly string[]): void {
  for (const key of keys) {
    if (!isKey(key) || state.jobs.has(key)) continue; // it still runs: the record is what keeps it single
    state.endings.delete(key);
    state.lines.acknowledged(key);
    removeRecord(state.directory, key);
  }
}

/** The daemon has made the records of these, so that they could not begin meanwhile. */
function takeBack(state: State, keys: readonly string[]): void {
  for (const key of keys) {
    state.lines.forget(key);
    if (isKey(key) && !state.jobs.has(key) && !state.endings.has(key)) removeRecord(state.directory, key);
  }
}

/** Begins a job, in a member's place or in none; false where there is a record of its key already. */
function begin(state: State, launch: Launch, place?: Member): boolean {
  const { key, affinity, line = "", note = "" } = launch;
  const record = state.endings.has(key) ? "EEXIST" : makeRecord(state, key);
  if (record === "EEXIST") return false;
  const after = place ? { key: place.key, note } : undefined;
  if (line !== "") state.lines.began({ key, line, affinity, ...(after ? { after } : {}) });
  if (typeof record === "string") {
    const strings = [key, "record", record, `records/${key}`];
    if (line === "") tell(state, "F", strings);
    else end(state, key, encodeFrame("F", encodeStrings(strings)));
    return true;
  }
  if (after) write(record, ["after", after.key, after.note]);
  run(state, launch, record);
  return true;
}

function run(state: State, launch: Launch, record: number): void {
  const { key } = launch;
  const finish = (kind: string, word: string, fields: (string | number)[]): void => {
    write(record, [word, ...fields]);
    closeSync(record);
    end(state, key, encodeFrame(kind, encodeStrings([key, ...fields])));
  };
  const failed = (error: StageError): void => finish("F", "failed", [error.stage, error.errno, error.path]);
  try {
    const job = startJob(launch, `${state.id}:${key};`, {
      started: (pid, at) => {
        write(record, ["started", pid, at]);
        if (state.told) tell(state, "S", [key, pid, at]);
      },
      tagged: (tag) => state.told && tell(state, "G", [key, tag]),
      failed,
      ended: (ending) => finish("X", "exited", endingStrings(ending)),
      ...{ usage: state.usage, watch: state.watch },
    });
    state.jobs.set(key, job);
  } catch (error) {
    failed(error instanceof StageError ? error : new StageError("fork", errorName(error), launch.file));
  }
}

/** The job is over: keeps the frame that says so, says so, and begins what waits for its place. */
function end(state: State, key: string, frame: Buffer): void {
  state.jobs.delete(key);
  state.endings.set(key, frame);
  if (state.told) state.connection?.write(frame);
  state.lines.ended(key);
  leaveIfIdle(state, patienceMs.next);
}

/** Makes a job's record, which must not be there yet; its descriptor, or why that is impossible. */
function makeRecord(state: State, key: string): number | string {
  try {
    return openSync(recordPath(state, key), "ax", 0o600);
  } catch (error) {
    return errorName(error);
  }
}

/** Writes a line of a record. When the disk is full the runner still knows, and its jobs must go on. */
function write(record: number, words: readonly (string | number)[]): void {
  try {
    writeSync(record, `${words.join(" ").replaceAll("\n", "?")}\n`);
  } catch (error) {
    console.error(`a record could not be written: ${errorName(error)}`);
  }
}

const recordPath = (state: State, key: string): string => join(state.directory, "records", key);

function tell(state: State, kind: string, strings: readonly (string | number)[]): void {
  state.connection?.write(encodeFrame(kind, encodeStrings(strings)));
}
