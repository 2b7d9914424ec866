// The back end of local processes: the daemon's client of the runner. Its kind is `c` or `node`, after the runner's.

import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Ending } from "../model/launch.ts";
import { noUsage } from "../model/usage.ts";
import { decodeStrings, encodeFrame, encodeStrings, frameReader } from "../relay/frames.ts";
import type { MemoryControl } from "../relay/memory-control.ts";
import { closeGroups } from "../relay/memory-groups.ts";
import { encodeLaunch, encodeSchedule, largestFrame, readEnding, readLive } from "../runner/protocol.ts";
import { type JobRecord, readRecords } from "../runner/records.ts";
import { type Backend, type BackendEvents, nodeFailureTag } from "./backend.ts";
import { inGroup, prepareMemory, type RunnerMemory } from "./runner-memory.ts";
import { reachRunner } from "./runner-process.ts";
import { createUsageQuestions, type UsageQuestions } from "./usage-questions.ts";

/** Where the runner works and how it is reached. */
export interface ProcessesOptions {
  /** The state directory. */
  readonly directory: string;
  /** Path of the runner's socket; without it `runner.sock` in the directory. */
  readonly socket?: string;
  /** Whether the compiled runner may be used. */
  readonly native: boolean;
  /** How memory can be held to limits here; left out: by watching. */
  readonly control?: MemoryControl;
  readonly events: BackendEvents;
}

/**
 * Reaches the runner, starting it if there is none. Before it resolves, `events` has been told every end that was not
 * acknowledged yet, of an earlier runner's jobs too. A failure `EEXIST` at stage `record`: the key was used before and
 * nothing runs under it.
 */
export async function connectProcesses(options: ProcessesOptions): Promise<Backend> {
  const { control = usualControl } = options;
  for (let tries = 1; ; tries++) {
    const { socket, startedPid } = await reachRunner({
      ...options,
      words: control.kind === "systemd" ? control.words : [],
    });
    const memory = prepareMemory({ control, directory: options.directory, startedPid });
    const client = openClient(socket, options.events, memory);
    // A runner that was just ending itself for want of work accepts a connection and is gone.
    const kind = await client.listed;
    if (kind === undefined) {
      if (tries === 5) throw new Error(`the runner in ${options.directory} ends as soon as it is asked`);
      continue;
    }
    const known = client.reported();
    tellRecords(
      readRecords(options.directory).filter((record) => !known.has(record.key)),
      options.events,
    );
    return { ...client.orders, kind, running: client.running, memory: memory.said, memoryGroup: groupMaker(memory) };
  }
}

const usualControl = { kind: "watching", why: "nothing else was asked for" } as const;

function groupMaker({ groups }: RunnerMemory): (name: string) => string {
  return (name) => (groups === "" ? "" : join(groups, name));
}

/** Tells what records say that nobody else can tell any more. */
export function tellRecords(records: readonly JobRecord[], events: BackendEvents): void {
  for (const { key, started, exited, failed, touchedAt } of records) {
    if (exited) events.ended(exited);
    else if (failed) events.failed(failed);
    else events.ended(abandoned(key, started?.at ?? touchedAt));
  }
}

/** When it really ended nobody knows: like a cluster's, a lost node's jobs end when the loss is seen. */
function abandoned(key: string, startedAt: number): Ending {
  return { key, code: null, signal: 9, startedAt, endedAt: Date.now(), ...noUsage, tag: nodeFailureTag };
}

export type Orders = Omit<Backend, "kind" | "running" | "memory" | "memoryGroup">;

/** The daemon's end of a connection to a runner. */
export interface Client {
  /** What the runner is, once it has listed its jobs; undefined when the connection ended before that. */
  readonly listed: Promise<"c" | "node" | undefined>;
  /** Keys the runner knows of by now. */
  reported(): ReadonlySet<string>;
  readonly running: ReadonlyMap<string, number>;
  readonly orders: Orders;
}

/** Speaks to the runner at the other end of a stream. */
export function openClient(socket: Duplex, events: BackendEvents, memory: RunnerMemory): Client {
  const running = new Map<string, number>();
  const reported = new Set<string>();
  const state = { listed: false, closed: false };
  const { send, flush } = batchedWriter(socket);
  const questions = createUsageQuestions((keys) => send(encodeFrame("U", encodeStrings(keys))));
  const listed = new Promise<"c" | "node" | undefined>((resolve) => {
    const finish = (kind: string): void => {
      state.listed = true;
      resolve(kind === "c" ? "c" : "node");
    };
    const hear = listener({ events, running, reported, finish, questions });
    const read = frameReader(largestFrame, (kind, payload) => hear(kind, decodeStrings(payload)));
    socket.on("data", (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        // Nothing in this stream can be believed any more.
        socket.destroy(error instanceof Error ? error : undefined);
      }
    });
    socket.on("close", () => {
      questions.end();
      if (state.listed && !state.closed) events.lost();
      resolve(undefined);
    });
  });
  send(encodeFrame("Q"));
  const orders: Orders = {
    launch: (launch) => send(encodeLaunch(inGroup(launch, memory))),
    schedule: (key, rows, how) => send(encodeSchedule(key, how, rows)),
    usage: (keys) => (socket.writable ? questions.ask(keys) : Promise.resolve(new Map())),
    acknowledge: (keys) => {
      for (const key of keys) reported.delete(key);
      if (keys.length > 0) send(encodeFrame("A", encodeStrings(keys)));
    },
    close: () => {
      state.closed = true;
      closeGroups(memory.groups);
      flush();
      socket.end();
    },
  };
  return { listed, reported: () => reported, running, orders };
}

interface Listener {
  readonly events: BackendEvents;
  readonly running: Map<string, number>;
  readonly reported: Set<string>;
  readonly questions: UsageQuestions;
  finish(kind: string): void;
}

/** Acts on the runner's frames. */
function listener({
  events,
  running,
  reported,
  questions,
  finish,
}: Listener): (kind: string, strings: string[]) => void {
  const over = (key: string): void => {
    running.delete(key);
    reported.add(key);
    questions.answer(key, null);
  };
  const actions = new Map<string, (key: string, rest: string[]) => void>([
    [
      "S",
      (key, [pid, at]) => {
        running.set(key, Number(pid));
        events.started(key, Number(pid), Number(at));
      },
    ],
    [
      "R",
      (key, [pid]) => {
        running.set(key, Number(pid));
        reported.add(key);
      },
    ],
    ["G", (key, [tag = ""]) => events.tagged(key, tag)],
    [
      "X",
      (key, rest) => {
        over(key);
        events.ended(readEnding(key, rest));
      },
    ],
    [
      "F",
      (key, [stage = "", errno = "", path = ""]) => {
        over(key);
        events.failed({ key, stage, errno, path });
      },
    ],
    ["U", (key, rest) => questions.answer(key, readLive(rest))],
    // A launch that is repeated while its job runs is answered by that job.
    [
      "D",
      (key) => {
        if (!running.has(key)) events.failed({ key, stage: "record", errno: "EEXIST", path: key });
      },
    ],
    ["E", finish],
  ]);
  return (kind, [key = "", ...rest]) => actions.get(kind)?.(key, rest);
}

/** Frames of one turn of the event loop go out in one write: that wakes the runner, which costs more than the bytes. */
function batchedWriter(socket: Duplex): { send(frame: Buffer): void; flush(): void } {
  let waiting: Buffer[] = [];
  const flush = (): void => {
    if (socket.writable && waiting.length > 0) socket.write(Buffer.concat(waiting));
    waiting = [];
  };
  return {
    send(frame) {
      waiting.push(frame);
      if (waiting.length === 1) setImmediate(flush);
    },
    flush,
  };
}
