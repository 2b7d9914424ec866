/** Owns the commands about the daemon itself and its store: status, retire, stop, purge, backup, restore. */

import type { Command } from "../language/command.ts";
import { RefusedError } from "../model/errors.ts";
import type { Restored } from "../store/backup.ts";
import type { Counts } from "./cluster.ts";

/** What the daemon knows of itself. */
export interface DaemonFacts {
  readonly pid: number;
  readonly version: string;
  readonly stateDirectory: string;
  /** Epoch ms. */
  readonly startedAt: number;
  counts(): Counts;
  /** Bytes of the store on disk. */
  storeSize(): number;
  backUp(path: string): Promise<void>;
  /** Reads the config again; gives what is wrong with it, in lines. */
  reload(): readonly string[];
  /** Resolves when the lock is released; the process ends soon after. */
  retire(): Promise<void>;
  /** Like `retire`, with the store replaced by that copy. Throws RefusedError, and goes on, where it is none. */
  restore(path: string): Promise<Restored>;
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
    own("reload", async () => {
      const complaints = facts.reload();
      if (complaints.length === 0) return { out: "the config was read\n" };
      return { err: complaints.map((line) => `${line}\n`).join(""), code: 1 };
    }),
    own("retire", retire),
    own("stop", retire),
    own("purge", async ({ args, verbs }) => {
      const [before, dryRun] = args;
      const { jobs, elements } = await verbs.purge({ before: Number(before), dryRun: dryRun === "dry-run" });
      const deed = dryRun === "dry-run" ? "would be forgotten" : "forgotten";
      return { out: `${jobs} jobs with ${elements} runs ${deed}; the store takes ${megabytes(facts.storeSize())}\n` };
    }),
    own("backup", async ({ args: [path = ""] }) => {
      await facts.backUp(path);
      return { out: `written: ${path}\n` };
    }),
    own("restore", async ({ args: [path = ""] }) => {
      const { running } = facts.counts();
      if (running > 0) throw new RefusedError(`${running} jobs run here; cancel them or wait for them first`);
      return { out: restoredText(await facts.restore(path)) };
    }),
  ];
}

function restoredText({ jobs, held, kept }: Restored): string {
  const waiting =
    held === 0 ? "" : `${held} of them waited and are held: some may have run since; release what is to run\n`;
  return `restored: ${jobs} jobs\n${waiting}the store as it was before is kept: ${kept}\n`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

/** What is known of the daemon, in the order in which it is shown. Times in seconds, sizes in bytes. */
function status(facts: DaemonFacts, now: number): Readonly<Record<string, string | number>> {
  const { waiting, running, backend, memory } = facts.counts();
  return {
    pid: facts.pid,
    version: facts.version,
    stateDirectory: facts.stateDirectory,
    uptime: Math.round((now - facts.startedAt) / 1000),
    waiting,
    running,
    runner: backend,
    memory,
    store: facts.storeSize(),
  };
}

function table(seen: Readonly<Record<string, string | number>>): string {
  const headings: Readonly<Record<string, string>> = {
    stateDirectory: "state directory",
    uptime: "uptime (s)",
    store: "store (bytes)",
    memory: "memory limits",
  };
  return Object.entries(seen)
    .map(([name, value]) => `${(headings[name] ?? name).padEnd(16)}${value}\n`)
    .join("");
}
