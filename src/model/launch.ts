/** Owns what a backend is told to start and what it tells of the end, whatever the dialect. */

import type { Usage } from "./usage.ts";

/**
 * Which processes of a job a signal reaches: its first one, all of them, or those that lead a process group and have the
 * variable `NAME=` in their environment (the ranks of steps), but not what these have started; with `*` before it all of
 * them but that, and but who started the ranks.
 */
export type SignalScope = "leader" | "all" | `${string}=`;

/** Something to happen to a running job at a time of its own. */
export interface TimelineRow {
  /** Milliseconds after the start (in a launch) or after now. */
  readonly afterMs: number;
  /** Signal number; 0 sends none. */
  readonly signal: number;
  readonly scope: SignalScope;
  /** A word remembered in the ending, the first one wins: `limit`, `cancel`, `requeue`, `deadline`; empty for none. */
  readonly tag: string;
  /** A line for the job's stderr file; `%T` becomes the local time. Empty for none. */
  readonly notice: string;
}

/** What happens when the processes of a job together have more memory than that. */
export interface MemoryRow {
  /** What is in memory (shared pages once), or the address space. */
  readonly measure: "resident" | "virtual";
  readonly limitKiB: number;
  /** Signal number. */
  readonly signal: number;
  /**
   * The process that has most of it, as often as it takes, or all of them, once. A variable (`NAME=`): the largest, but
   * what has the variable in its environment is left for a while to the command that started it, which watches it too.
   */
  readonly scope: "largest" | "all" | `${string}=`;
  /** As in a timeline; empty for none. */
  readonly tag: string;
}

/** A variable of this value has the process's own number, which is known when it starts. */
export const ownNumber = "\u0001pid";

/** One process to start as a job. */
export interface Launch {
  readonly key: string;
  readonly cwd: string;
  /** Used when `cwd` can't be entered; empty makes that a failure. */
  readonly fallbackCwd: string;
  readonly umask: number;
  readonly stdin: string;
  readonly stdout: string;
  /** Empty: the same as stdout. */
  readonly stderr: string;
  readonly append: boolean;
  /** Processors to be bound to, `0,2-3`; empty for any. */
  readonly affinity: string;
  /** `name=soft:hard` for setrlimit. */
  readonly limits: readonly string[];
  /** The program (empty: nothing is started, the resources are a waiting command's), and its argv, whose first word may differ (`-sh` for a login shell). */
  readonly file: string;
  readonly argv: readonly string[];
  readonly environment: readonly string[];
  readonly timeline: readonly TimelineRow[];
  /** Limits of memory; none in most launches. */
  readonly memory: readonly MemoryRow[];
  /** A control group to be made for it, in which the kernel keeps the first limit of what is in memory. The backend says where. */
  readonly memoryGroup?: string;
  /** Launches of one line may take one another's places: same job array, same node, same need. Left out: it is alone. */
  readonly line?: string;
  /** For the record of one that is begun in another's place, given back with it; the backend does not read it. */
  readonly note?: string;
}

/** How a started job ended, and what it used. */
export interface Ending extends Usage {
  readonly key: string;
  readonly code: number | null;
  readonly signal: number | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The tag of the timeline row that brought the end about, `node-failure`, or empty. */
  readonly tag: string;
}

/** A start that came to nothing. */
export interface StartFailure {
  readonly key: string;
  readonly stage: string;
  /** Like `ENOENT`. */
  readonly errno: string;
  readonly path: string;
}
