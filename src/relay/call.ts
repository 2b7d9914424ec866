// One command run by the daemon: says the greeting, copies bytes both ways, and tells how it ended.

import { connect, Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { decodeStrings, encodeFrame, encodeStrings, frameReader } from "./frames.ts";
import { encodeGreeting, type Greeting, largestGreeting, stdinChunkBytes } from "./protocol.ts";
import { startWork, type Work } from "./work.ts";
import { decodeWork, encodeRankEnd } from "./work-plan.ts";

/** What a call needs; input is only touched when the command asks for it. */
export interface CallOptions {
  /** Path of the daemon's socket. */
  readonly socket: string;
  readonly greeting: Greeting;
  /** Descriptor of a connection on which another relay has begun; the greeting was said there. */
  readonly connection?: number;
  readonly input?: () => Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /**
   * Is given a function that tells the command of a signal (by number); answers how to stop doing so. `first`: a second
   * one of its kind acts as if nobody had listened; `every`: none does, while there is work.
   */
  readonly onSignal?: (tell: (signal: number) => void, which: "first" | "every") => () => void;
  /** A variable for all work that the daemon does not know of. */
  readonly jobMark?: string | undefined;
}

/**
 * How a call ended. `absent`: nobody listens, nothing was done. `refused`: the daemon is of another version or build,
 * nothing was done. `lost`: the daemon went away at work. `broken`: an answer that makes no sense. `closed`: whoever
 * read the output (`head`, a pager) has gone.
 */
export type CallEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "absent"; readonly error: string }
  | { readonly kind: "refused" }
  | { readonly kind: "lost" }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "closed"; readonly error: string };

/** Runs a command in the daemon. Resolves when everything is written out; never rejects. */
export function call(options: CallOptions): Promise<CallEnd> {
  return new Promise((resolve) => {
    const begun = options.connection !== undefined;
    const socket = begun ? new Socket({ fd: options.connection }) : connect(options.socket);
    const state = { answered: begun, connected: begun, finishing: false, ended: false };
    const stops = [options.onSignal?.((signal) => send(socket, "s", encodeStrings([signal])), "first")];
    const end = (result: CallEnd): void => {
      if (state.ended) return;
      state.ended = true;
      for (const stop of stops) stop?.();
      socket.destroy();
      resolve(result);
    };
    const line: Line = { options, socket, stops, work: null, end };
    const lost = (): void => {
      if (state.finishing) return;
      if (line.work) finishAlone(line, line.work);
      else end({ kind: "lost" });
    };
    const read = frameReader(largestGreeting, (kind, payload) => {
      if (state.ended || state.finishing) return;
      state.finishing = kind === "x" || kind === "k";
      if (!act(line, kind, payload)) {
        end(state.answered ? { kind: "broken", reason: `a frame of kind ${kind}` } : { kind: "refused" });
      }
      state.answered = true;
    });
    socket.on("connect", () => {
      state.connected = true;
      socket.write(encodeGreeting(options.greeting));
    });
    socket.on("data", (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        end({ kind: "broken", reason: String(error) });
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (state.finishing) return;
      const unread = !state.connected || (!state.answered && (error.code === "ECONNRESET" || error.code === "EPIPE"));
      if (unread) end({ kind: "absent", error: error.code ?? error.message });
      else lost();
    });
    socket.on("close", lost);
    if (begun) send(socket, "n");
    for (const stream of [options.output, options.errors]) {
      stream.on("error", (error: NodeJS.ErrnoException) => end({ kind: "closed", error: error.code ?? error.message }));
    }
  });
}

interface Line {
  readonly options: CallOptions;
  readonly socket: Socket;
  readonly stops: ((() => void) | undefined)[];
  work: Work | null;
  readonly end: (result: CallEnd) => void;
}

/** Acts on one frame; answers whether it is known. */
function act(line: Line, kind: string, payload: Buffer): boolean {
  const number = (): number => Number(decodeStrings(payload)[0] ?? 0);
  switch (kind) {
    case "o":
      write(line, line.options.output, payload);
      return true;
    case "e":
      write(line, line.options.errors, payload);
      return true;
    case "i":
      if (line.options.input) sendInput(line.socket, line.options.input());
      else send(line.socket, "D");
      return true;
    case "w":
      beginWork(line, payload);
      return true;
    case "q":
      line.work?.signal(number());
      return true;
    case "x":
      conclude(line, { kind: "exit", code: number() & 255 });
      return true;
    case "k":
      conclude(line, { kind: "signal", signal: number() });
      return true;
    default:
      return false;
  }
}

function beginWork(line: Line, payload: Buffer): void {
  const { options, socket, stops } = line;
  const { input, output, errors, jobMark } = options;
  stops.pop()?.();
  stops.push(options.onSignal?.((signal) => send(socket, "s", encodeStrings([signal])), "every"));
  const tell = (end: Parameters<typeof encodeRankEnd>[0]): void => void send(socket, "r", encodeRankEnd(end));
  line.work = startWork(decodeWork(payload), { input, output, errors, jobMark, tell });
}

/** The daemon went away at work: the work goes on without it. */
function finishAlone(line: Line, work: Work): void {
  line.stops.pop()?.();
  line.stops.push(line.options.onSignal?.(work.signal, "every"));
  void work.over.then(async () => {
    await work.finish();
    line.end({ kind: "exit", code: work.worst() });
  });
}

function conclude(line: Line, result: CallEnd): void {
  if (line.work) void line.work.finish().then(() => whenWritten(line, result));
  else whenWritten(line, result);
}

/** Writes a copy, and holds the daemon back while the reader is slow. */
function write(line: Line, stream: Writable, payload: Buffer): void {
  if (stream.write(Buffer.from(payload))) return;
  line.socket.pause();
  stream.once("drain", () => line.socket.resume());
}

function whenWritten(line: Line, result: CallEnd): void {
  const streams = [line.options.output, line.options.errors];
  let left = streams.length;
  for (const stream of streams) {
    stream.write("", () => {
      left -= 1;
      if (left === 0) line.end(result);
    });
  }
}

function sendInput(socket: Socket, input: Readable): void {
  input.on("data", (chunk: Buffer) => {
    let room = true;
    for (let at = 0; at < chunk.length; at += stdinChunkBytes) {
      room = send(socket, "d", chunk.subarray(at, at + stdinChunkBytes));
    }
    if (room) return;
    input.pause();
    socket.once("drain", () => input.resume());
  });
  input.on("end", () => send(socket, "D"));
  input.on("error", () => send(socket, "D"));
  socket.on("close", () => input.destroy());
}

function send(socket: Socket, kind: string, payload?: Uint8Array): boolean {
  return socket.writable && socket.write(encodeFrame(kind, payload));
}
