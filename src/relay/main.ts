// What every command's shim calls: the Node relay with this process's streams, signals and exit code.

import { constants, hostname } from "node:os";
import type { CallEnd } from "./call.ts";
import { greetingOfProcess } from "./facts.ts";
import { relay } from "./relay.ts";
import { silentSge } from "./silence-sge.ts";
import { silentSlurm } from "./silence-slurm.ts";
import { prepareStateDirectory } from "./state-directory.ts";
import type { Silence, Unanswered } from "./unanswered.ts";

/** Runs one command and ends the process as it ended. */
export async function relayMain(dialect: string, command: string): Promise<void> {
  const { HEADNODE_CONNECTION: connection, HEADNODE_JOB_MARK: jobMark } = process.env;
  // Another relay has lost its daemon at work, and knows no words for it.
  if (connection === "lost") return finish({ dialect, command }, { kind: "lost" });
  try {
    const paths = prepareStateDirectory(process.env);
    const end = await relay({
      ...(connection === undefined ? {} : { connection: Number(connection) }),
      jobMark,
      greeting: greetingOfProcess({ dialect, command, argv: process.argv.slice(2), env: process.env }),
      input: () => process.stdin,
      output: process.stdout,
      errors: process.stderr,
      onSignal: hearSignals,
      start: { paths, env: process.env },
    });
    finish({ dialect, command }, end);
  } catch (error) {
    unanswered({ dialect, command, heard: false }, error instanceof Error ? error.message : String(error));
  }
}

const heardSignals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

const workSignals = [...heardSignals, "SIGUSR1", "SIGUSR2"] as const;

/** A signal that comes this soon after one of its kind is the same once more: timeout(1) tells the process and its group (ms). */
const sameSignalMs = 250;

/** The first signal of a kind is told to the command, and every one while it has work; a second one that is not of work ends the relay. */
function hearSignals(tell: (signal: number) => void, which: "first" | "every"): () => void {
  const stops = (which === "first" ? heardSignals : workSignals).map((name) => {
    let firstAt: number | null = null;
    const heard = (): void => {
      const now = performance.now();
      if (which === "first" && firstAt !== null && now - firstAt > sameSignalMs) {
        process.off(name, heard);
        dieOf(constants.signals[name]);
        return;
      }
      if (which === "every" || firstAt === null) tell(constants.signals[name]);
      firstAt ??= now;
    };
    process.on(name, heard);
    return () => process.off(name, heard);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** A command of a family. */
type Named = Pick<Unanswered, "dialect" | "command">;

function finish(named: Named, end: CallEnd): void {
  if (end.kind === "exit") process.exit(end.code);
  else if (end.kind === "signal") dieOf(end.signal);
  else if (end.kind === "closed" && end.error === "EPIPE") dieOf(constants.signals.SIGPIPE);
  else if (end.kind === "closed") say({ out: "", err: `${named.command}: error: cannot write: ${end.error}`, code: 1 });
  else unanswered({ ...named, heard: end.kind === "lost" || end.kind === "broken" }, explain(end));
}

function explain(end: Exclude<CallEnd, { kind: "exit" | "signal" | "closed" }>): string {
  switch (end.kind) {
    case "absent":
      return `cannot reach headnode's daemon (${end.error})`;
    case "refused":
      return "headnode's daemon is of another version";
    case "lost":
      return "headnode's daemon went away before it answered; see `headnode daemon logs`";
    case "broken":
      return `headnode's daemon gave an answer that this build does not know: ${end.reason}`;
  }
}

/** Node keeps SIGPIPE and a few others ignored: the shell's code for them is as near as it gets. */
function dieOf(signal: number): void {
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + signal), signal === constants.signals.SIGPIPE ? 0 : 100);
}

const families: Readonly<Record<string, (call: Unanswered) => Silence>> = { slurm: silentSlurm, sge: silentSge };

/** What reads the real command's words finds them first; why nobody answers follows in headnode's own name. */
function unanswered(call: Named & Pick<Unanswered, "heard">, why: string): void {
  const { SLURM_JOB_ID: job } = process.env;
  const words = families[call.dialect]?.({ ...call, argv: process.argv.slice(2), job, host: hostname() });
  const [reason = ""] = why.split("\n", 1);
  if (!words) say({ out: "", err: `${call.command}: error: ${reason}`, code: 1 });
  else say({ ...words, err: `${words.err === "" ? "" : `${words.err}\n`}headnode: ${reason}` });
}

function say({ out, err, code }: Silence): void {
  const tell = (): boolean => process.stderr.write(`${err}\n`, () => process.exit(code));
  if (out === "") tell();
  else process.stdout.write(`${out}\n`, tell);
}
