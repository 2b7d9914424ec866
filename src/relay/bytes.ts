// Text as the system has it: bytes that need not be UTF-8. A byte that is none stands as the lone surrogate U+DC80…DCFF,
// so that what a user's arguments and variables hold comes out again byte for byte, also through JSON.

import { isUtf8 } from "node:buffer";

const firstEscape = 0xdc00;

/** Bytes as a string that `encodeText` turns into the same bytes again. */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = wholeCharacter(bytes, at);
    text += length > 0 ? bytes.toString("utf8", at, at + length) : String.fromCharCode(firstEscape + (bytes[at] ?? 0));
    at += Math.max(1, length);
  }
  return text;
}

/** The bytes of a string; escapes become the bytes they stand for. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, "utf8");
  return Buffer.concat(Array.from(text, (character) => escaped(character) ?? Buffer.from(character, "utf8")));
}

function escaped(character: string): Buffer | null {
  const byte = character.charCodeAt(0) - firstEscape;
  return character.length === 1 && byte >= 0x80 && byte <= 0xff ? Buffer.from([byte]) : null;
}

/** Bytes of the character that starts at `at`; 0 where none does. */
function wholeCharacter(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}
