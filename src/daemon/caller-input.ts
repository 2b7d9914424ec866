/** Owns what comes from a caller after its greeting: standard input, if it is asked for, and signals. */

import { UnreachableError } from "../model/errors.ts";
import type { Outlet } from "./outlet.ts";

export interface Input {
  add(chunk: Uint8Array): void;
  end(): void;
  /** The caller has gone; half an input is none. */
  broken(): void;
  readonly read: () => Promise<Uint8Array>;
  /** The next line, without its end; null at the end of the input. */
  readonly line: () => Promise<string | null>;
}

/** Nothing is read before somebody asks. */
export function createInput(outlet: Pick<Outlet, "askInput">): Input {
  const chunks: Uint8Array[] = [];
  const whole = deferred<Uint8Array>();
  // Nobody may have asked for it.
  whole.promise.catch(() => undefined);
  let asked = false;
  let taken = 0;
  let arrived = deferred<void>();
  let ended = false;
  const ask = (): void => {
    if (!asked) outlet.askInput();
    asked = true;
  };
  const stir = (): void => {
    arrived.resolve();
    arrived = deferred();
  };
  const line = async (): Promise<string | null> => {
    ask();
    for (;;) {
      const bytes = Buffer.concat(chunks.splice(0));
      chunks.push(bytes);
      const end = bytes.indexOf("\n", taken);
      const text = bytes.toString("utf8", taken, end < 0 ? bytes.length : end);
      if (end >= 0 || (ended && text !== "")) {
        taken = end < 0 ? bytes.length : end + 1;
        return text;
      }
      if (ended) return null;
      await arrived.promise;
    }
  };
  return {
    line,
    add(chunk) {
      chunks.push(chunk);
      stir();
    },
    end() {
      ended = true;
      whole.resolve(Buffer.concat(chunks));
      stir();
    },
    broken() {
      ended = true;
      whole.reject(new UnreachableError("the caller went away while its standard input was read"));
      stir();
    },
    read: () => {
      ask();
      return whole.promise;
    },
  };
}

export interface Signals {
  /** Resolves with the first one. Asking is listening. */
  first(): Promise<number>;
  /** Whether somebody listens and this is the first. */
  raise(signal: number): boolean;
}

export function createSignals(): Signals {
  let listening = false;
  let raised = false;
  let resolveFirst = (_signal: number): void => undefined;
  const first = new Promise<number>((resolve) => {
    resolveFirst = resolve;
  });
  return {
    first() {
      listening = true;
      return first;
    },
    raise(signal) {
      const heard = listening && !raised;
      raised = true;
      resolveFirst(signal);
      return heard;
    },
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve = (_value: T): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
