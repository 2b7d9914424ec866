// Frames, the envelope of both protocols: one byte of kind, four of length (big-endian), then the payload.

import { decodeText, encodeText } from "./bytes.ts";

/** Bytes before the payload. */
export const frameHeadBytes = 5;

/** One frame as bytes; kind is a single ASCII letter. */
export function encodeFrame(kind: string, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.allocUnsafe(frameHeadBytes + payload.length);
  frame[0] = kind.charCodeAt(0);
  frame.writeUInt32BE(payload.length, 1);
  frame.set(payload, frameHeadBytes);
  return frame;
}

/** Strings one after the other, each ended by NUL; what stands behind a NUL inside a string is cut off. */
export function encodeStrings(strings: readonly (string | number)[]): Buffer {
  return encodeText(strings.map((text) => `${untilNul(String(text))}\0`).join(""));
}

function untilNul(text: string): string {
  const at = text.indexOf("\0");
  return at < 0 ? text : text.slice(0, at);
}

/** The strings of a payload; an unfinished last one counts too. Bytes that are not UTF-8 are kept, see bytes.ts. */
export function decodeStrings(payload: Uint8Array): string[] {
  const strings = decodeText(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)).split("\0");
  if (strings.at(-1) === "") strings.pop();
  return strings;
}

/** A peer sent a frame longer than it may. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/**
 * Takes chunks of a stream and hands out whole frames, in time linear in the bytes however they are cut.
 * A payload is only valid during the call. Throws FrameError, before buffering it, for a payload over `limit` bytes.
 */
export function frameReader(
  limit: number,
  onFrame: (kind: string, payload: Buffer) => void,
): (chunk: Uint8Array) => void {
  const head = Buffer.alloc(frameHeadBytes);
  let headBytes = 0;
  let payload: Buffer = Buffer.alloc(0);
  let payloadBytes = 0;
  let wanted = 0;
  const deliver = (bytes: Buffer): void => {
    headBytes = 0;
    payload = Buffer.alloc(0);
    onFrame(String.fromCharCode(head[0] ?? 0), bytes);
  };
  return (chunk) => {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length) {
      if (headBytes < frameHeadBytes) {
        const taken = bytes.copy(head, headBytes, at, at + frameHeadBytes - headBytes);
        headBytes += taken;
        at += taken;
        if (headBytes < frameHeadBytes) return;
        wanted = head.readUInt32BE(1);
        payloadBytes = 0;
        if (wanted > limit) throw new FrameError(`a frame of ${wanted} bytes, where ${limit} are allowed`);
      }
      const here = Math.min(wanted - payloadBytes, bytes.length - at);
      if (payloadBytes === 0 && here === wanted) {
        at += here;
        deliver(bytes.subarray(at - here, at));
        continue;
      }
      payload = withRoom(payload, { used: payloadBytes, needed: payloadBytes + here, most: wanted });
      bytes.copy(payload, payloadBytes, at, at + here);
      payloadBytes += here;
      at += here;
      if (payloadBytes === wanted) deliver(payload.subarray(0, wanted));
    }
  };
}

/** Grows by doubling: a length that was announced but never sent costs nothing. */
function withRoom(buffer: Buffer, size: { used: number; needed: number; most: number }): Buffer {
  if (buffer.length >= size.needed) return buffer;
  const grown = Buffer.allocUnsafe(Math.min(size.most, Math.max(4096, size.needed, buffer.length * 2)));
  buffer.copy(grown, 0, 0, size.used);
  return grown;
}
