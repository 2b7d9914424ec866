/** Owns how any command is run: its reply sent piece by piece, its errors worded in its own style. */

import { RefusedError, UnreachableError, UsageError } from "../model/errors.ts";
import type { DialectName } from "../model/job.ts";
import type { Context, Reply } from "./context.ts";

/** One command of a family. `run` is a function of its context alone. */
export interface Command {
  readonly dialect: DialectName | "mpi" | "headnode";
  readonly name: string;
  run(context: Context): Promise<Reply>;
  /** Words a failure as the real command does; `message` may have several lines. */
  wordError(message: string): string;
}

/** What a running command sends. */
export type Output =
  | { readonly kind: "out"; readonly text: string }
  | { readonly kind: "err"; readonly text: string }
  | { readonly kind: "exit"; readonly code: number };

/** Runs a command to its end. Yields output in order; the last item is always the exit. Never throws. */
export async function* runCommand(command: Command, context: Context): AsyncGenerator<Output> {
  let next: (() => Promise<Reply>) | undefined = () => command.run(context);
  let code = 0;
  while (next) {
    const reply: Reply = await settled(command, next);
    if (reply.err) yield { kind: "err", text: reply.err };
    if (typeof reply.out === "string") {
      if (reply.out) yield { kind: "out", text: reply.out };
    } else if (reply.out) for (const text of slices(reply.out)) yield { kind: "out", text };
    code = reply.code ?? 0;
    next = reply.next;
  }
  yield { kind: "exit", code };
}

/** Characters that are handed on together: each piece waits its turn, and thousands of lines would wait thousands of times. */
const sliceLength = 16_384;

function* slices(pieces: Iterable<string>): Generator<string> {
  let slice = "";
  for (const piece of pieces) {
    slice += piece;
    if (slice.length < sliceLength) continue;
    yield slice;
    slice = "";
  }
  if (slice !== "") yield slice;
}

async function settled(command: Command, step: () => Promise<Reply>): Promise<Reply> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof UsageError || error instanceof RefusedError)
      return { err: command.wordError(error.message), code: error.exitCode };
    if (error instanceof UnreachableError) return { err: command.wordError(error.message), code: 1 };
    const what = error instanceof Error ? error.message : String(error);
    return { err: command.wordError(`headnode failed here, please report it: ${what}`), code: 1 };
  }
}
