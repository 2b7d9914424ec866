/** Owns the three ways in which a command cannot go on. Everything expected is a value instead. */

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
