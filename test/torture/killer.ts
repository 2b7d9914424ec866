/** Owns the hand that kills: the daemon, the runner, both, or a relay, at moments that chance picks. */

import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "./random.ts";

/** When what was killed, as epoch ns. */
export interface Kills {
  readonly daemon: bigint[];
  readonly runner: bigint[];
  readonly relay: bigint[];
}

export interface KillerOptions {
  readonly state: string;
  readonly chance: Chance;
  readonly relays: ReadonlySet<ChildProcess>;
}

/** Kills until told to stop; says what it killed. */
export async function kill({ state, chance, relays }: KillerOptions, goesOn: () => boolean): Promise<Kills> {
  const kills: Kills = { daemon: [], runner: [], relay: [] };
  const victims: Readonly<Record<keyof Kills, () => number | undefined>> = {
    daemon: () => processes(state).daemon,
    runner: () => processes(state).runner,
    relay: () => (relays.size > 0 ? chance.pick([...relays]).pid : undefined),
  };
  while (goesOn()) {
    await pause(50 + chance.under(500));
    for (const victim of chance.pick(choices)) {
      const pid = victims[victim]();
      if (pid !== undefined && shot(pid)) kills[victim].push(BigInt(Date.now()) * 1_000_000n);
    }
  }
  return kills;
}

const choices: readonly (readonly (keyof Kills)[])[] = [
  ...[["daemon"], ["daemon"], ["daemon"], ["daemon"], ["daemon"]],
  ...[["relay"], ["relay"], ["relay"]],
  ...[["runner"], ["daemon", "runner"]],
] as const;

function shot(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // It was faster.
  }
}

interface Found {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

/** The processes of that state directory. The runner's supervisors have its words too; they are its children. */
export function processes(state: string): { readonly daemon: number | undefined; readonly runner: number | undefined } {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => found(Number(name)));
  const daemon = all.find(
    ({ words }) => words.at(-1) === state && words.some((word) => /daemon\/daemon\.cjs$/.test(word)),
  );
  const runners = all.filter(
    ({ words }) => words.includes(state) && words.some((word) => /runner(\/main\.js)?$/.test(word)),
  );
  const pids = new Set(runners.map(({ pid }) => pid));
  return { daemon: daemon?.pid, runner: runners.find(({ parent }) => !pids.has(parent))?.pid };
}

function found(pid: number): readonly Found[] {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return [{ pid, parent: Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]), words }];
  } catch {
    return []; // It has ended meanwhile.
  }
}
