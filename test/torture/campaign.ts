/** Owns one round of a crash campaign: clients at work, a killer among them, then quiet, and the judgement. */

import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RealCluster } from "../support/real-cluster.ts";
import { type Client, createClient, linesDirectory } from "./client.ts";
import { type Kills, kill } from "./killer.ts";
import { type Asked, type Line, readLines, readRows } from "./ledger.ts";
import { chance } from "./random.ts";
import { faults, type Violence } from "./verdict.ts";

export interface RoundOptions {
  readonly cluster: RealCluster;
  readonly seed: number;
  readonly round: number;
  readonly clients: number;
  /** How long the clients work, in milliseconds. */
  readonly loadMs: number;
}

/** What the clients of a round asked for, and what became of it. */
export interface Outcome {
  readonly asked: number;
  readonly acknowledged: number;
  readonly begun: number;
  readonly faults: readonly string[];
}

export interface RoundResult extends Outcome {
  readonly kills: Kills;
}

/** Plays one round. */
export async function playRound({ cluster, seed, round, clients, loadMs }: RoundOptions): Promise<RoundResult> {
  const relays = new Set<ChildProcess>();
  const until = Date.now() + loadMs;
  const goesOn = (): boolean => Date.now() < until;
  const luck = (part: number) => chance(seed * 1_000_003 + round * 1009 + part);
  const crew = Array.from({ length: clients }, (_, at) =>
    createClient({ name: `r${round}c${at}`, cluster, chance: luck(at), relays }),
  );
  const [kills] = await Promise.all([
    kill({ state: cluster.state, chance: luck(997), relays }, goesOn),
    ...crew.map((client) => client.work(goesOn)),
  ]);
  return { ...(await judgeRound(cluster, crew, { runnerKilledAt: kills.runner, powerCutAt: null })), kills };
}

/** Waits for quiet and judges what the clients were told. */
export async function judgeRound(cluster: RealCluster, crew: readonly Client[], violence: Violence): Promise<Outcome> {
  const asked = crew.flatMap((client) => client.asked);
  await calm(cluster, asked);
  const lines = new Map(asked.map(({ tag }) => [tag, readLines(cluster.text(join(linesDirectory, tag)))]));
  const rows = readRows(await accounting(cluster));
  const found = faults({ asked, lines, rows, ...violence });
  return {
    asked: asked.length,
    acknowledged: asked.filter(({ id }) => id !== null).length,
    begun: [...lines.values()].flat().filter(({ what }: Line) => what === "begin").length,
    faults: [...found, ...(await disagreements(cluster))],
  };
}

/** Releases whatever is held and waits until nothing is left in the queue. */
async function calm(cluster: RealCluster, asked: readonly Asked[]): Promise<void> {
  const ids = asked.flatMap(({ id }) => (id === null ? [] : [id]));
  for (let turn = 0; turn < 400; turn++) {
    const { out, code } = await cluster.run("squeue -h -o '%A %r'");
    if (code === 0 && out === "") return;
    if (turn % 10 === 0 && ids.length > 0)
      await cluster.run(`scontrol release ${ids.join(" ")}; qrls ${ids.join(" ")}`);
    await pause(100);
  }
  throw new Error(`the queue does not come to rest:\n${(await cluster.run("squeue; qstat -u '*'")).out}`);
}

async function accounting(cluster: RealCluster): Promise<string> {
  const { out, err, code } = await cluster.run("sacct -n -P -X -S now-7days -o JobID,JobName,State,ExitCode");
  if (code !== 0) throw new Error(`sacct failed: ${err}`);
  return out;
}

/** Both families count the same. */
async function disagreements(cluster: RealCluster): Promise<readonly string[]> {
  const { out: qstat } = await cluster.run("qstat -u '*'");
  const { out: qacct } = await cluster.run("qacct -j '*' | grep -c ^jobnumber");
  const { out: sacct } = await cluster.run("sacct -n -P -X -S now-7days -o NodeList | grep -vc '^None assigned$'");
  return [
    ...(qstat === "" ? [] : [`squeue is empty, qstat says:\n${qstat}`]),
    ...(qacct === sacct ? [] : [`sacct knows of ${sacct.trim()} elements that had a node, qacct of ${qacct.trim()}`]),
  ];
}
