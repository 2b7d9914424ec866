/** Owns the commands about the daemon itself: status, retire, stop. */

import type { Command } from "../language/command.ts";
import type { Counts } from "./cluster.ts";

/** What the daemon knows of itself. */
export interface DaemonFacts {
  readonly pid: number;
  readonly version: string;
  readonly stateDirectory: string;
  /** Epoch ms. */
  readonly startedAt: number;
  counts(): Counts;
  /** Resolves when the lock is released; the process ends soon after. */
  retire(): Promise<void>;
}

export function ownCommands(facts: DaemonFacts): readonly Command[] {
  const own = (name: string, run: Command["run"]): Command => ({
    ...{ dialect: "headnode", name, run },
    wordError: (message) => `headnode: ${message}\n`,
  });
  const retire: Command["run"] = async () => {
    await facts.retire();
    return { code: 0 };
  };
  return [
    own("status", async ({ args, clock }) => {
      const seen = status(facts, clock.now());
      return { out: args.includes("--json") ? `${JSON.stringify(seen, null, 2)}\n` : table(seen) };
    }),
    own("retire", retire),
    own("stop", retire),
  ];
}

/** What is known of the daemon, in the order in which it is shown. Times in seconds. */
function status(facts: DaemonFacts, now: number): Readonly<Record<string, string | number>> {
  const { waiting, running, backend } = facts.counts();
  return {
    pid: facts.pid,
    version: facts.version,
    stateDirectory: facts.stateDirectory,
    uptime: Math.round((now - facts.startedAt) / 1000),
    waiting,
    running,
    runner: backend,
  };
}

function table(seen: Readonly<Record<string, string | number>>): string {
  const headings: Readonly<Record<string, string>> = { stateDirectory: "state directory", uptime: "uptime (s)" };
  return Object.entries(seen)
    .map(([name, value]) => `${(headings[name] ?? name).padEnd(16)}${value}\n`)
    .join("");
}
