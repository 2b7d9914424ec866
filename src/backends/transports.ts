/** Owns how another place is reached: a shell script is run there, a directory goes there or comes back. */

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { Duplex } from "node:stream";
import { parseOver } from "../model/forwarding.ts";

/** The script ended, or nobody knows whether it did. */
export type Ran =
  | { readonly kind: "ran"; readonly code: number; readonly out: Buffer; readonly err: string }
  /** `began`: something of it may have been done. */
  | { readonly kind: "unreachable"; readonly why: string; readonly began: boolean };

/** A way to reach one place. */
export interface Transport {
  /** Runs a script for `sh` there; it is cut off after so many milliseconds. Never throws. */
  run(script: Uint8Array, timeoutMs: number): Promise<Ran>;
  /** Copies what is in a directory; nothing is deleted where it goes, and what is newer there is left. Null, or why not. */
  copy(way: "there" | "back", asked: Copy): Promise<string | null>;
  /** Runs a script for `sh` there, which may become another program; its standard streams stay connected. */
  open(script: Uint8Array, lead?: Lead): Opened;
  /** Ends what is kept open. */
  close(): Promise<void>;
}

/** A socket there that leads to one here, as long as the connection lasts. */
export interface Lead {
  readonly there: string;
  readonly here: string;
}

/** A program there that is talked to. */
export interface Opened {
  readonly stream: Duplex;
  /** What was said on its standard error, the last line. */
  readonly complaint: () => string;
}

export interface Copy {
  readonly here: string;
  readonly there: string;
  /** Paths below; empty: all of it. */
  readonly only: readonly string[];
  /** What is certainly where it goes is taken away where it was. */
  readonly moves?: boolean;
}

export interface Place {
  readonly over: string;
  readonly sshOptions: readonly string[];
  /** A directory for the sockets of kept connections. */
  readonly directory: string;
  /** What the commands here are given; there the login has its own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The transport that `over` names: `here` or `ssh:user@host:port`. */
export function transportOf(place: Place): Transport {
  return place.over === "here" ? here(place) : ssh(place);
}

function here({ environment }: Place): Transport {
  return {
    run: (script, timeoutMs) => program(["sh", "-s"], { script, timeoutMs, environment }),
    copy: (way, asked) => synchronized(["rsync"], way, { ...asked, prefix: "" }),
    open: (script) => opened(["sh", "-s"], script, environment),
    close: () => Promise.resolve(),
  };
}

/** Seconds for which a connection that nobody uses is kept. */
const keptSeconds = 300;

function ssh({ over, sshOptions, directory, environment }: Place): Transport {
  const { host, port } = parseOver(over);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // `%C` is short and different for each destination; a socket's path must be short.
  const options = [
    ...["-oBatchMode=yes", "-oConnectTimeout=15", "-oServerAliveInterval=5", "-oServerAliveCountMax=3"],
    ...["-oControlMaster=auto", `-oControlPath=${directory}/%C`, `-oControlPersist=${keptSeconds}`],
    ...(port === null ? [] : [`-p${port}`]),
    ...sshOptions,
  ];
  return {
    async run(script, timeoutMs) {
      const ran = await program(["ssh", ...options, "-T", host, "sh -s"], { script, timeoutMs, environment });
      // 255 is what ssh itself ends with when something is wrong with the connection.
      if (ran.kind === "unreachable" || ran.code !== 255) return ran;
      return { kind: "unreachable", why: lastLine(ran.err), began: ran.out.length > 0 || !notThere.test(ran.err) };
    },
    copy: (way, asked) =>
      synchronized(["rsync", "-e", ["ssh", ...options].map(quoted).join(" ")], way, { ...asked, prefix: `${host}:` }),
    open: (script, lead) =>
      opened(
        ["ssh", ...options, ...(lead ? ["-R", `${lead.there}:${lead.here}`] : []), "-T", host, "sh -s"],
        script,
        environment,
      ),
    async close() {
      const execa = await runPrograms();
      await execa("ssh", [...options, "-O", "exit", host], { reject: false, stdin: "ignore", timeout: 5_000 });
    },
  };
}

/** ssh's own words when it never got in. */
const notThere =
  /^ssh: (connect to host|Could not resolve)|Permission denied|Host key verification failed|kex_exchange/m;

interface Asked {
  readonly script: Uint8Array;
  readonly timeoutMs: number;
  readonly environment: Place["environment"];
}

async function program(
  [file = "", ...args]: readonly string[],
  { script, timeoutMs, environment }: Asked,
): Promise<Ran> {
  const execa = await runPrograms();
  const ended = await execa(file, args, {
    ...{ input: script, encoding: "buffer", reject: false, timeout: timeoutMs, forceKillAfterDelay: 2_000 },
    ...{ env: environment, extendEnv: false, cwd: "/", stripFinalNewline: false, maxBuffer: 2 ** 29, cleanup: false },
  });
  const err = Buffer.from(ended.stderr ?? "").toString();
  if (ended.timedOut) return { kind: "unreachable", why: `no answer within ${timeoutMs / 1000} s`, began: true };
  if (ended.exitCode === undefined) {
    const why = lastLine(err) || `${file}: ${ended.shortMessage ?? "it could not be started"}`;
    return { kind: "unreachable", why, began: ended.signal !== undefined };
  }
  return { kind: "ran", code: ended.exitCode, out: Buffer.from(ended.stdout ?? ""), err };
}

/** The script is read whole before anything else is sent, so what becomes of `sh` finds its input untouched. */
function opened([file = "", ...args]: readonly string[], script: Uint8Array, env: Place["environment"]): Opened {
  const child = spawn(file, args, { env: { ...env }, cwd: "/", stdio: "pipe" });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${String(chunk)}`.slice(-4096);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // "close" follows, and says all there is to say.
  for (const each of [child, child.stdin, child.stdout, stream]) each.on("error", () => stream.destroy());
  child.on("close", () => stream.destroy());
  stream.on("close", () => child.kill());
  stream.write(script);
  return { stream, complaint: () => lastLine(said) };
}

interface Endpoints extends Copy {
  readonly prefix: string;
}

/** So long may files be on their way before something is wrong. */
const copyMs = 3_600_000;

async function synchronized(
  [file = "", ...args]: readonly string[],
  way: "there" | "back",
  { here, there, only, prefix, moves = false }: Endpoints,
): Promise<string | null> {
  const roots = only.length === 0 ? ["."] : only;
  const sources =
    way === "there" ? roots.map((path) => `${here}/./${path}`) : roots.map((path) => `${prefix}${there}/./${path}`);
  const to = way === "there" ? `${prefix}${there}/` : `${here}/`;
  const words = [
    "-aR",
    "--update",
    "--partial",
    "--timeout=60",
    "--ignore-missing-args",
    ...(moves ? ["--remove-source-files"] : []),
    ...sources,
    to,
  ];
  const execa = await runPrograms();
  const ended = await execa(file, [...args, ...words], {
    reject: false,
    stdin: "ignore",
    timeout: copyMs,
    cleanup: false,
  });
  return ended.exitCode === 0 ? null : lastLine(ended.stderr) || `rsync ended with ${ended.exitCode ?? ended.signal}`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Loaded when it is needed: most daemons reach no other place, and every start would pay for it. */
async function runPrograms(): Promise<typeof import("execa").execa> {
  return (await import("execa")).execa;
}
