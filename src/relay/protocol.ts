// The relay's protocol: what a command tells the daemon, and what the daemon answers. shims/relay.c speaks it too.
//
// One connection is one command. Frames are as in frames.ts. The relay opens with a greeting:
//
//   g  strings: protocol version, build, dialect, command, directory ("" = it was removed), umask (octal), pid and
//      session ("123 45"; daemons before version 2 heard the pid alone, and can read this as far as they must), uid, terminal flags ("101": stdin and stderr are terminals), columns ("0" = unknown), niceness, soft resource limits
//      ("cpu=unlimited nofile=1024 …"), count of arguments, the arguments, then the environment (K=V) to the end
//
// and sends later
//
//   d  bytes of stdin (at most 64 KiB)     D  end of stdin     s  string: number of a signal the user sent
//   r  strings: one process of the work has ended (see work-plan.ts): rank, exit code, signal, what failed, its error
//   n  another relay goes on with this connection: send the work again
//
// The daemon answers
//
//   o  bytes for stdout     e  bytes for stderr
//   i  send me stdin        (it is not read before, so `while read x; do sbatch job.sh; done` keeps its list)
//   w  strings: start these processes (see work-plan.ts) and tell how each ends; every signal is told from now on
//   q  string: number of a signal for all of the work that still runs; KILL and CONT reach its children too
//   x  string: exit code    k  string: number of the signal to die of
//   v  I am of another protocol version or build: ask me to retire and start your own
//
// Version "0" with dialect "headnode" and command "retire" is understood by the daemon of every version: it answers
// `x 0` once it has released its lock and will end, or words on stderr and another code.
//
// A relay whose connection is reset before the first answer may start over, because the kernel resets a connection
// only when the greeting was not read. An end without `x` or `k` otherwise means the daemon died at work. A relay that
// has work then waits for it, hands it every signal, and ends with its highest exit code.
//
// The C relay starts work whose streams are files or its own. For labels and copies of stdin it becomes the Node relay
// by exec, which finds the number of the open connection in HEADNODE_CONNECTION and says `n`.

import { decodeStrings, encodeFrame, encodeStrings } from "./frames.ts";

/** Version of this protocol; a daemon refuses another with `v`. */
export const relayProtocolVersion = "2";
/** Version every daemon accepts, for the command `retire` only. */
export const anyProtocolVersion = "0";
/** Largest payload a daemon takes, in bytes. */
export const largestGreeting = 16 * 1024 * 1024;
/** Largest piece of stdin in one frame, in bytes. */
export const stdinChunkBytes = 64 * 1024;

/** What the daemon learns about a command. */
export interface Greeting {
  readonly protocol: string;
  readonly build: string;
  readonly dialect: string;
  readonly command: string;
  readonly cwd: string;
  readonly umask: number;
  readonly pid: number;
  /** 0 when unknown. */
  readonly session: number;
  readonly uid: number;
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Width of the terminal in characters, 0 when there is none. */
  readonly columns: number;
  /** -20 to 19, as getpriority tells. */
  readonly niceness: number;
  /** Soft resource limits as `name=value` words, "" when unknown. */
  readonly limits: string;
  readonly argv: readonly string[];
  /** Every entry of the environment as `K=V`, in its order. */
  readonly environment: readonly string[];
}

/** The greeting's frame. */
export function encodeGreeting(greeting: Greeting): Buffer {
  const { stdin, stdout, stderr } = greeting.terminal;
  const flags = [stdin, stdout, stderr].map((flag) => (flag ? "1" : "0")).join("");
  const strings = [
    ...[greeting.protocol, greeting.build, greeting.dialect, greeting.command, greeting.cwd],
    ...[greeting.umask.toString(8).padStart(4, "0"), `${greeting.pid} ${greeting.session}`, greeting.uid],
    ...[flags, greeting.columns],
    ...[greeting.niceness, greeting.limits, greeting.argv.length],
  ];
  return encodeFrame("g", encodeStrings([...strings, ...greeting.argv, ...greeting.environment]));
}

/** Reads a greeting's payload; undefined when it is not one. */
export function decodeGreeting(payload: Uint8Array): Greeting | undefined {
  const strings = decodeStrings(payload);
  const [protocol = "", build = "", dialect = "", command = "", cwd = "", umask = "", ...others] = strings;
  const [ids = "", uid = "", flags = "", columns = "", niceness = "", limits = "", count = "", ...rest] = others;
  const [pid = "", session = ""] = ids.split(" ");
  const argumentCount = Number(count);
  if (strings.length < 13 || !Number.isInteger(argumentCount) || argumentCount < 0 || argumentCount > rest.length) {
    return undefined;
  }
  return {
    ...{ protocol, build, dialect, command, cwd, limits },
    umask: Number.parseInt(umask, 8) || 0,
    pid: Number(pid),
    session: Number(session),
    uid: Number(uid),
    terminal: { stdin: flags[0] === "1", stdout: flags[1] === "1", stderr: flags[2] === "1" },
    columns: Number(columns) || 0,
    niceness: Number(niceness) || 0,
    argv: rest.slice(0, argumentCount),
    environment: rest.slice(argumentCount),
  };
}
