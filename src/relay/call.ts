// One command run by the daemon: says the greeting, copies bytes both ways, and tells how it ended.

import { connect, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { decodeStrings, encodeFrame, encodeStrings, frameReader } from "./frames.ts";
import { encodeGreeting, type Greeting, largestGreeting, stdinChunkBytes } from "./protocol.ts";

/** What a call needs; input is only touched when the command asks for it. */
export interface CallOptions {
  /** Path of the daemon's socket. */
  readonly socket: string;
  readonly greeting: Greeting;
  readonly input?: () => Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Is given a function that tells the command of a signal (by number); answers how to stop doing so. */
  readonly onSignal?: (tell: (signal: number) => void) => () => void;
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
    const socket = connect(options.socket);
    const state = { answered: false, connected: false, finishing: false, ended: false };
    const stopSignals = options.onSignal?.((signal) => send(socket, "s", encodeStrings([signal])));
    const end = (result: CallEnd): void => {
      if (state.ended) return;
      state.ended = true;
      stopSignals?.();
      socket.destroy();
      resolve(result);
    };
    const read = frameReader(largestGreeting, (kind, payload) => {
      if (state.ended || state.finishing) return;
      state.finishing = kind === "x" || kind === "k";
      if (!act({ options, socket, end }, kind, payload)) {
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
      end(unread ? { kind: "absent", error: error.code ?? error.message } : { kind: "lost" });
    });
    socket.on("close", () => state.finishing || end({ kind: "lost" }));
    for (const stream of [options.output, options.errors]) {
      stream.on("error", (error: NodeJS.ErrnoException) => end({ kind: "closed", error: error.code ?? error.message }));
    }
  });
}

interface Line {
  readonly options: CallOptions;
  readonly socket: Socket;
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
    case "x":
      whenWritten(line, { kind: "exit", code: number() & 255 });
      return true;
    case "k":
      whenWritten(line, { kind: "signal", signal: number() });
      return true;
    default:
      return false;
  }
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
