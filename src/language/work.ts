/** Owns what a command may have the caller's side do: processes on the user's own terminal, and what is heard of them. */

import type { Usage } from "../model/usage.ts";

/** One process. An empty stream is the caller's own; a stdin of `*` is a copy of it for each that asks. */
export interface RankWork {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly argv: readonly string[];
  /** Added to the common environment, which has none of these names. */
  readonly environment: readonly string[];
}

/** Processes that are started together. Paths are absolute; the same path is opened once. */
export interface WorkAsk {
  /** Lines are prefixed with the rank. */
  readonly label: boolean;
  /** Files that exist are appended to. */
  readonly append: boolean;
  /** Tasks of a step: in groups of their own, ended with all they leave behind, and given all of the input. */
  readonly apart: boolean;
  /** KiB that all of them together may have in memory; 0 is any. */
  readonly memoryKiB: number;
  /** Empty: the caller's own. */
  readonly cwd: string;
  readonly environment: readonly string[];
  readonly ranks: readonly RankWork[];
}

/** How one process ended. */
export interface RankEnd {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: number | null;
  /** What failed before it ran; a stream that cannot be opened fails all of them, and only it is told. */
  readonly failure: {
    readonly stage: "exec" | "stdin" | "stdout" | "stderr";
    /** Like `ENOENT`, and its number. */
    readonly errno: string;
    readonly number: number;
  } | null;
  /** What it used; of one that never ran, nothing. */
  readonly usage: Usage;
}

/** What is heard: an end, a signal of the user's, that the caller has gone, something put in, or that time has passed. */
export type WorkNews<Put> =
  | { readonly kind: "ended"; readonly end: RankEnd }
  | { readonly kind: "signal"; readonly signal: number }
  | { readonly kind: "gone" }
  | { readonly kind: "put"; readonly put: Put }
  | { readonly kind: "time" };

/** Work that was asked for. */
export interface Working<Put = never> {
  /** The next news; `time` if there is none for so many milliseconds. */
  next(patienceMs?: number): Promise<WorkNews<Put>>;
  /** Puts something between the news. */
  put(put: Put): void;
  /** Sends a signal to all that runs. */
  signal(number: number): void;
}
