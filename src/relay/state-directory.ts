// Where one cluster's state lives, and the checks that it is the user's alone.

import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/** The variables of an environment, as in process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * An environment without what the Node runner knows its jobs by: what a command inside a job starts or hands on
 * is not part of that job.
 */
export function withoutJobMark(env: Environment): Environment {
  const { HEADNODE_JOB_MARK: _mark, ...rest } = env;
  return rest;
}

/** Unix socket paths longer than this are refused by some systems (bytes). */
const longestSocketPath = 100;

/** The state directory cannot be used; the message says why and what to do. */
export class StateDirectoryError extends Error {
  override readonly name = "StateDirectoryError";
}

/** Paths inside a state directory. */
export interface StatePaths {
  readonly directory: string;
  /** The daemon's socket. */
  readonly socket: string;
  /** The runner's socket. */
  readonly runnerSocket: string;
  readonly daemonLog: string;
  readonly runnerLog: string;
  readonly store: string;
  readonly records: string;
  readonly jobs: string;
}

/** Finds the state directory and makes sure it exists and nobody else can touch it; throws StateDirectoryError. */
export function prepareStateDirectory(env: Environment): StatePaths {
  const directory = stateDirectory(env);
  prepareDirectory(directory);
  return statePaths(directory, env);
}

/** The state directory that an environment asks for, absolute; nothing is looked at. */
export function stateDirectory(env: Environment): string {
  if (env.HEADNODE_HOME) return resolve(env.HEADNODE_HOME);
  if (env.XDG_STATE_HOME) return resolve(env.XDG_STATE_HOME, "headnode");
  return join(resolve(env.HOME || homeOfUser()), ".local", "state", "headnode");
}

/** The paths in a state directory. A socket path too long for the system lies elsewhere, in a directory made here. */
export function statePaths(directory: string, env: Environment): StatePaths {
  const sockets = socketDirectory(directory, env);
  return {
    directory,
    socket: join(sockets, "socket"),
    runnerSocket: join(sockets, "runner.sock"),
    daemonLog: join(directory, "daemon.log"),
    runnerLog: join(directory, "runner.log"),
    store: join(directory, "store.db"),
    records: join(directory, "records"),
    jobs: join(directory, "jobs"),
  };
}

function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch (cause) {
    throw new StateDirectoryError("HOME is not set and this user has no entry in passwd; set HEADNODE_HOME", { cause });
  }
}

/**
 * Where the sockets are. A short place is chosen once and kept as a symbolic link in the state directory, because
 * XDG_RUNTIME_DIR and TMPDIR differ between a login, cron and a job.
 */
function socketDirectory(directory: string, env: Environment): string {
  if (Buffer.byteLength(join(directory, "runner.sock")) <= longestSocketPath) return directory;
  const link = join(directory, "sockets");
  const hash = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  const short = join(env.XDG_RUNTIME_DIR || tmpdir(), `headnode-${process.geteuid?.() ?? 0}-${hash}`);
  const chosen = readLink(link) ?? makeLink(link, short);
  prepareDirectory(chosen);
  return chosen;
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Two commands may choose at the same moment: the link made first counts. A directory not made yet is only asked about. */
function makeLink(link: string, target: string): string {
  try {
    symlinkSync(target, link);
    return target;
  } catch (error) {
    return isMissing(error) ? target : (readLink(link) ?? target);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StateDirectoryError(`cannot make the state directory ${directory}: ${reason}`, { cause });
  }
  const facts = lstatSync(directory);
  const problem = facts.isSymbolicLink()
    ? "is a symbolic link"
    : !facts.isDirectory()
      ? "is not a directory"
      : facts.uid !== process.geteuid?.()
        ? "belongs to another user"
        : (facts.mode & 0o022) !== 0
          ? "can be written by others (mend it with chmod 700)"
          : undefined;
  if (problem !== undefined) {
    throw new StateDirectoryError(`the state directory ${directory} ${problem}; set HEADNODE_HOME to another one`);
  }
}
