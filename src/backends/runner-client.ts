// The daemon's end of a connection to a runner, wherever that is: its orders as frames, and what it tells as events.

import type { Duplex } from "node:stream";
import type { Launch } from "../model/launch.ts";
import { decodeStrings, encodeFrame, encodeStrings, frameReader } from "../relay/frames.ts";
import { closeGroups } from "../relay/memory-groups.ts";
import { encodeLaunch, encodeSchedule, largestFrame, readEnding, readLive } from "../runner/protocol.ts";
import type { Backend, BackendEvents } from "./backend.ts";
import { inGroup, type RunnerMemory } from "./runner-memory.ts";
import { createUsageQuestions, type UsageQuestions } from "./usage-questions.ts";

export type Orders = Omit<Backend, "kind" | "running" | "memory" | "memoryGroup" | "lines">;

/** The daemon's end of a connection to a runner. */
export interface Client {
  /** What the runner is, once it has listed its jobs; undefined when the connection ended before that. */
  readonly listed: Promise<RunnerFacts | undefined>;
  /** Keys the runner knows of by now. */
  reported(): ReadonlySet<string>;
  readonly running: ReadonlyMap<string, number>;
  readonly orders: Orders;
  readonly lineOrders: LineOrders;
}

/** What a runner says of itself. */
export interface RunnerFacts {
  readonly kind: "c" | "node";
  /** It begins launches in others' places. */
  readonly lines: boolean;
}

/** For a runner that knows of lines. */
export interface LineOrders {
  follow(launch: Launch): void;
  /** These were withdrawn: their records may go. */
  giveUp(keys: readonly string[]): void;
}

/** Speaks to the runner at the other end of a stream. */
export function openClient(socket: Duplex, events: BackendEvents, memory: RunnerMemory): Client {
  const running = new Map<string, number>();
  const reported = new Set<string>();
  const state = { listed: false, closed: false };
  const { send, flush } = batchedWriter(socket);
  const questions = createUsageQuestions((keys) => send(encodeFrame("U", encodeStrings(keys))));
  const listed = new Promise<RunnerFacts | undefined>((resolve) => {
    const finish = (kind: string, rest: readonly string[]): void => {
      state.listed = true;
      resolve({ kind: kind === "c" ? "c" : "node", lines: rest.includes("lines") });
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
  const lineOrders: LineOrders = {
    follow: (launch) => send(encodeLaunch(inGroup(launch, memory), "N")),
    giveUp: (keys) => void (keys.length > 0 && send(encodeFrame("B", encodeStrings(keys)))),
  };
  return { listed, reported: () => reported, running, orders, lineOrders };
}

interface Listener {
  readonly events: BackendEvents;
  readonly running: Map<string, number>;
  readonly reported: Set<string>;
  readonly questions: UsageQuestions;
  finish(kind: string, rest: readonly string[]): void;
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
    ["N", (key, [after = "", note = ""]) => events.followed(key, after, note)],
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

/** Bytes that go at once: the runner need not wait for the end of a long turn. */
const mostWaiting = 65_536;

/** Frames of one turn of the event loop go out in one write: that wakes the runner, which costs more than the bytes. */
function batchedWriter(socket: Duplex): { send(frame: Buffer): void; flush(): void } {
  let waiting: Buffer[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (socket.writable && waiting.length > 0) socket.write(Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
  };
  return {
    send(frame) {
      waiting.push(frame);
      bytes += frame.length;
      if (bytes >= mostWaiting) flush();
      else if (waiting.length === 1) setImmediate(flush);
    },
    flush,
  };
}
