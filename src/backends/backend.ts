/** Owns what the daemon asks of anything that runs jobs, and what it is told in return. */

import type { Ending, Launch, StartFailure, TimelineRow } from "../model/launch.ts";
import type { LiveUsage } from "../model/usage.ts";

/** What a backend tells; times are epoch milliseconds. An end is told again after a reconnection until acknowledged. */
export interface BackendEvents {
  started(key: string, pid: number, at: number): void;
  /** The first row with a tag was due; it is told once, to whom listens then. */
  tagged(key: string, tag: string): void;
  /** It was begun in the place of another one by a backend that nobody listened to; told before anything else of it. */
  followed(key: string, after: string, note: string): void;
  /** It never ran. */
  failed(failure: StartFailure): void;
  ended(ending: Ending): void;
  /** The connection broke; this backend is of no more use. */
  lost(): void;
}

/** Nothing here waits but for what is asked: results come as events. */
export interface Backend {
  launch(launch: Launch): void;
  /** Rows count from now; `replace` drops those that are not yet due. */
  schedule(key: string, rows: readonly TimelineRow[], how: "replace" | "add"): void;
  /** What the jobs of these keys use now; those that do not run are left out. */
  usage(keys: readonly string[]): Promise<ReadonlyMap<string, LiveUsage>>;
  /** The ends of these were kept: what the backend remembers of them may go. */
  acknowledge(keys: readonly string[]): void;
  /** Ends the connection, not the jobs. */
  close(): void;
  /** Key and process id of every job that runs. */
  readonly running: ReadonlyMap<string, number>;
  /** What runs the jobs, as `headnode status` shows it. */
  readonly kind: string;
  /** Who holds the memory of jobs to its limits, for a person. */
  readonly memory?: string;
  /** The path of a control group for something of that name; empty where memory is only watched. */
  readonly memoryGroup?: (name: string) => string;
  /** Launches that wait for each other's places; left out: this backend can't. */
  readonly lines?: Lines;
}

/** Launches that are begun in the place of a member of their line that ended, without asking. */
export interface Lines {
  /** Hands over a launch (its `line` is set) behind all others of its line. */
  follow(launch: Launch): void;
  /** In whose place a launch has begun ("" where that is not known yet); undefined: it has not. */
  begun(key: string): string | undefined;
  /** Takes back launches that wait; gives the keys of those that have begun. When it returns, no other one ever begins. */
  withdraw(keys: readonly string[]): ReadonlySet<string>;
}

/** Reaches a backend. Before it resolves, `events` was told every end that was not acknowledged yet. */
export type ConnectBackend = (events: BackendEvents) => Promise<Backend>;

/** The tag of an ending that nobody saw: whatever ran the job was lost. */
export const nodeFailureTag = "node-failure";
