/** Owns what a command may know of the world it was called in; mains and tests make one, commands only read it. */

import type { Clock } from "../model/clock.ts";
import type { User } from "../model/job.ts";
import type { MachineUse } from "../model/machine-use.ts";
import type { Verbs } from "../model/verbs.ts";
import type { Recollection } from "./told.ts";
import type { WorkAsk, Working } from "./work.ts";

/** What reading a file gave: its bytes, or why not. */
export type FileRead = { readonly bytes: Uint8Array } | { readonly errno: string };

/** The files of the user, read and written on the command's behalf. Errors are values. */
export interface Files {
  /** The caller is on another machine: what is not seen here may be there. */
  readonly isElsewhere?: boolean;
  /** `/dev/stdin` and `/dev/fd/N` are the caller's. */
  read(path: string): Promise<FileRead>;
  /** Writes a file anew, with the caller's umask; null, or why not (like `ENOENT`). */
  write(path: string, bytes: Uint8Array): Promise<string | null>;
  /** Makes a file that only the caller may read, in the directory of temporary files, and gives its path; throws where it can't. */
  temporary(bytes: Uint8Array): Promise<string>;
  /** Removes a file if it is there. */
  remove(path: string): Promise<void>;
  /** Copies a regular file with its mode, and its times if they are kept; null, or why not. */
  copy(from: string, to: string, keepTimes: boolean): Promise<string | null>;
  /** Whether the path is a regular file, a directory, something else, or not there. */
  kind(path: string): "file" | "directory" | "other" | "missing";
  /** Bytes of a file; 0 where there is none. */
  size(path: string): number;
  /** A path free of symbolic links; the path itself if it can't be resolved. */
  resolve(path: string): string;
}

export interface Terminal {
  readonly input: boolean;
  readonly output: boolean;
  readonly errors: boolean;
  /** 0: unknown. */
  readonly columns: number;
}

export interface Context {
  /** Arguments after the command's name. */
  readonly args: readonly string[];
  /** `NAME=value` entries, in order. */
  readonly environment: readonly string[];
  /** A variable's value, the first entry's if there are several. */
  variable(name: string): string | undefined;
  readonly cwd: string;
  readonly umask: number;
  /** The caller's niceness, -20 to 19. */
  readonly niceness: number;
  /** Soft resource limits, `name=value` pairs separated by blanks. */
  readonly limits: string;
  readonly terminal: Terminal;
  /** The caller's session; 0: nobody knows. */
  readonly session: number;
  readonly user: User;
  /** Any user of the machine by name or uid; null if there is none. */
  userNamed(nameOrUid: string): { readonly name: string; readonly uid: number } | null;
  readonly clock: Clock;
  /** How busy the machine is at this moment. */
  machineUse(): MachineUse;
  readonly verbs: Verbs;
  /** What was told before. */
  readonly recollection: Recollection;
  readonly files: Files;
  /** All of standard input; asked for only when a command needs it. */
  readInput(): Promise<Uint8Array>;
  /** The next line of standard input, without its end, as soon as it is there; null at the end. */
  readLine(): Promise<string | null>;
  /** Resolves with the number of the first signal the user sends to the waiting command. */
  readonly interrupted: Promise<number>;
  /** Has the caller's side start processes. The command is run to its end from then on, even if the caller goes away. */
  work<Put = never>(ask: WorkAsk): Working<Put>;
}

/** A piece of a reply. A command gives one or several, in order. */
export interface Reply {
  readonly out?: string | Iterable<string>;
  readonly err?: string;
  /** Exit code; 0 if left out. */
  readonly code?: number;
  /** Sent after this part; its code is the command's. */
  readonly next?: () => Promise<Reply>;
}
