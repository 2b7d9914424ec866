/** Owns a command on a terminal of its own, at which somebody types when a prompt shows. */

import { execa } from "execa";
import type { Ran } from "./oracle-like.ts";

export interface Sitting {
  readonly line: string;
  /** What is typed, one text after the other. */
  readonly typed: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
}

/** The end of what invites to type: a shell's prompt, the wait for a job, or what the recorded commands said. */
const invites = /[$#] $|scheduled \.\.\.$|^ready\r?\n$/m;
const thinkMs = 300;

/** Runs the command on a terminal without capabilities; what it shows is its output. */
export async function atTerminal({ line, typed, env, cwd }: Sitting): Promise<Ran> {
  const running = execa("script", ["-E", "always", "-qec", line, "/dev/null"], {
    ...{ cwd, env: { ...env, TERM: "dumb" }, extendEnv: false, reject: false, stripFinalNewline: false },
    ...{ timeout: 25_000, forceKillAfterDelay: 500, stdin: "pipe", stderr: "ignore" },
  });
  const left = [...typed];
  let shown = "";
  running.stdout?.on("data", (chunk) => {
    shown += String(chunk);
    const text = left[0];
    if (text === undefined || !invites.test(shown)) return;
    left.shift();
    shown = "";
    setTimeout(() => running.stdin?.write(text), thinkMs);
  });
  const { stdout, exitCode, timedOut } = await running;
  return { out: String(stdout ?? "").replaceAll("\r\n", "\n"), err: "", exit: timedOut ? "timeout" : String(exitCode) };
}
