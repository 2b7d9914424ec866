// The caller's standard input at work: a copy for each process that asks for it, and what srun takes of it unasked.

import type { Readable, Writable } from "node:stream";

/** A source of input that is opened when somebody wants it. */
type Source = (() => Readable) | undefined;

/** Gives each taker all of the input, no faster than the slowest reads. */
export function copyInput(takers: readonly Writable[], input: Source): void {
  if (takers.length === 0) return;
  const source = input?.();
  source?.on("data", (chunk: Buffer) => {
    const slow = takers.filter((taker) => taker.writable && !taker.write(chunk));
    if (slow.length === 0) return;
    source.pause();
    void Promise.all(slow.map(roomAgain)).then(() => source.resume());
  });
  const end = (): void => {
    for (const taker of takers) taker.end();
  };
  if (source) source.on("end", end).on("error", end);
  else end();
}

function roomAgain(taker: Writable): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["drain", "close", "error"]) taker.once(event, () => resolve());
  });
}

/** Bytes and milliseconds after which what lies there was taken. */
const mostTaken = 1024 * 1024;
const takingMs = 15;

/** The real srun reads stdin all the time, whether a rank wants it or not. */
export function takeInput(input: Source): Promise<void> {
  const source = input?.();
  if (!source) return Promise.resolve();
  return new Promise((resolve) => {
    let taken = 0;
    const done = (): void => {
      source.destroy();
      resolve();
    };
    source.on("data", (chunk: Buffer) => {
      taken += chunk.length;
      if (taken >= mostTaken) done();
    });
    source.on("end", resolve).on("error", () => resolve());
    setTimeout(done, takingMs);
  });
}
