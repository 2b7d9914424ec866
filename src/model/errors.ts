/** Owns the three ways in which a command cannot go on, and what passes by itself. Everything expected is a value instead. */

/** What was said makes no sense: wrong option, wrong value. `exitCode` is the real command's. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode: number;
  /** The place as people read it, `job.sh:7:12`; empty where there is none. */
  readonly where: string;
  constructor(message: string, exitCode: number, where = "") {
    super(message);
    this.exitCode = exitCode;
    this.where = where;
  }
}

/** It was understood and is not done: a limit, a right, a state. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly exitCode: number;
  readonly where: string;
  constructor(message: string, exitCode = 1, where = "") {
    super(message);
    this.exitCode = exitCode;
    this.where = where;
  }
}

/** Nobody could be asked: no daemon, no store, no cluster. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** What a machine says that has no room for another process or file at the moment. */
const passing: readonly string[] = ["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"];

/** Whether what failed with that (`EMFILE`) may work again later as it is. */
export function isPassing(errno: string): boolean {
  return passing.includes(errno);
}

/** The `errno` an exception carries; empty for one that comes from no system call. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
