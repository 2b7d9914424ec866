// Lines with the number of the rank that wrote them.

import type { Readable, Writable } from "node:stream";

const newline = 10;

/** Takes what a rank writes and passes whole lines on, each with the label; a last line without an end gets one. */
export function labelled(label: string, source: Readable, target: Writable): (chunk: Buffer) => void {
  const head = Buffer.from(label);
  let rest: Buffer = Buffer.alloc(0);
  source.on("end", () => {
    if (rest.length > 0) target.write(Buffer.concat([head, rest, Buffer.from("\n")]));
  });
  return (chunk) => {
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      lines.push(head, rest, chunk.subarray(from, at + 1));
      rest = Buffer.alloc(0);
      from = at + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(from)]);
    if (lines.length === 0) return;
    if (target.write(Buffer.concat(lines))) return;
    source.pause();
    target.once("drain", () => source.resume());
  };
}
