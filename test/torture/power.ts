/** Owns the cut of the power: a cluster whose state is on a disk of its own, of which only what reached it is left. */

import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { type Chain, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { judgeRound, type Outcome } from "./campaign.ts";
import { createClient } from "./client.ts";
import { processes } from "./killer.ts";
import { chance } from "./random.ts";

/**
 * A file system in a file: what is written to it stays in memory until somebody syncs it, and a copy of the file is what
 * a machine without power would find. Needs to be root, and a kernel with loop devices.
 */
export interface Disk {
  /** Kills all that runs there, and puts what was on the disk at that instant in its place; when that was (epoch ns). */
  cut(): Promise<bigint>;
  remove(): Promise<void>;
}

/** Does something with a cluster whose state is on such a disk; null where this machine can't make one. */
export async function withDisk<T>(
  chain: Chain,
  play: (cluster: RealCluster, disk: Disk) => Promise<T>,
): Promise<T | null> {
  const cluster = await realCluster(chain);
  try {
    const disk = await diskFor(cluster);
    if (disk === null) return null;
    try {
      return await play(cluster, disk);
    } finally {
      await disk.remove();
    }
  } finally {
    await cluster.close();
  }
}

async function diskFor({ state, env }: RealCluster): Promise<Disk | null> {
  const [image, found] = [join(dirname(state), "disk"), join(dirname(state), "found")];
  mkdirSync(state, { mode: 0o700 });
  const mount = (file: string) => execa("mount", ["-o", "loop", file, state], { reject: false });
  await execa("truncate", ["-s", "96M", image]);
  const made = await execa("mkfs.ext4", ["-q", "-F", image], { reject: false });
  if (made.failed || (await mount(image)).failed) return null;
  chmodSync(state, 0o700);
  return {
    async cut() {
      for (const pid of living(state)) process.kill(pid, "SIGSTOP");
      const at = BigInt(Date.now()) * 1_000_000n;
      copyFileSync(image, found);
      for (let pids = living(state); pids.length > 0; pids = living(state)) {
        for (const pid of pids) process.kill(pid, "SIGKILL");
        await pause(50);
      }
      await execa("umount", ["-l", state]);
      await mount(found);
      return at;
    },
    async remove() {
      await execa(headnode, ["daemon", "stop"], { env, reject: false });
      while (living(state).length > 0) await pause(50);
      await execa("umount", ["-l", state], { reject: false });
    },
  };
}

function living(state: string): readonly number[] {
  return Object.values(processes(state)).filter((pid) => pid !== undefined);
}

export interface PowerOptions {
  readonly cluster: RealCluster;
  readonly disk: Disk;
  readonly seed: number;
  readonly clients: number;
  /** How long the clients work, and how long jobs then go on by themselves, in milliseconds. */
  readonly loadMs: number;
  readonly calmMs: number;
}

/** Clients work, then only their jobs do, then the power is cut; what was promised is judged after the next start. */
export async function powerRound({ cluster, disk, seed, clients, loadMs, calmMs }: PowerOptions): Promise<Outcome> {
  const until = Date.now() + loadMs;
  const crew = Array.from({ length: clients }, (_, at) =>
    createClient({ name: `p${seed}c${at}`, cluster, chance: chance(seed * 1009 + at), relays: new Set() }),
  );
  await Promise.all(crew.map((client) => client.work(() => Date.now() < until)));
  await pause(calmMs);
  const at = await disk.cut();
  return judgeRound(cluster, crew, { runnerKilledAt: [at], powerCutAt: at });
}
