/** Owns how a command's output gets to its caller: in slices, no faster than it is read, with others served in between. */

import type { Socket } from "node:net";
import { encodeText } from "../relay/bytes.ts";
import { encodeFrame, encodeStrings } from "../relay/frames.ts";

export interface Outlet {
  /** Resolves when there is room for more. Pieces of the same stream are sent together. */
  write(kind: "o" | "e", text: string): Promise<void>;
  /** The last frame: `x` with an exit code, `k` with a signal, `v` with nothing. */
  end(kind: "x" | "k" | "v", value?: number): void;
  /** A frame that is neither output nor the last, after what was written. */
  send(kind: "w" | "q", payload: Uint8Array): void;
  /** Asks for standard input. */
  askInput(): void;
}

const nothing = new Uint8Array();

/** Characters gathered before they are sent. */
const sliceLength = 65_536;

export function createOutlet(socket: Socket): Outlet {
  let kind: "o" | "e" = "o";
  let gathered = "";
  let flushAsked = false;
  /** A frame of what was gathered, or nothing. */
  const taken = (): Uint8Array => {
    const text = gathered;
    gathered = "";
    return text === "" ? nothing : encodeFrame(kind, encodeText(text));
  };
  const flush = (): boolean => {
    flushAsked = false;
    return gathered === "" || !socket.writable || socket.write(taken());
  };
  /** What is said before a long wait is sent at once, not when the wait is over. */
  const flushSoon = (): void => {
    if (flushAsked) return;
    flushAsked = true;
    setImmediate(flush);
  };
  const gather = async (of: "o" | "e", text: string): Promise<void> => {
    if (of !== kind) flush();
    kind = of;
    gathered += text;
    if (gathered.length < sliceLength) flushSoon();
    else if (flush()) await nextTurn();
    else await drained(socket);
  };
  return {
    async write(of, text) {
      // A surrogate pair must not be cut: a piece is sent as whole characters.
      for (const piece of pieces(text)) await gather(of, piece);
    },
    end(last, value) {
      const frame = encodeFrame(last, value === undefined ? undefined : encodeStrings([value]));
      // In one piece: each wakes the relay, which is most of what a short answer costs.
      if (socket.writable) socket.end(Buffer.concat([taken(), frame]));
    },
    send(frame, payload) {
      flush();
      if (socket.writable) socket.write(encodeFrame(frame, payload));
    },
    askInput: () => void (socket.writable && socket.write(encodeFrame("i"))),
  };
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const cut = at + sliceLength;
    const end = isHighSurrogate(text.charCodeAt(cut - 1)) ? cut + 1 : cut;
    yield text.slice(at, end);
    at = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}
