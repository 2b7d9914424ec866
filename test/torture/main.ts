/** Owns `npm run torture -- [--seed N] [--rounds N] [--clients N] [--chain c|node] [--boundaries [--from N]] [--crowd]`: crash campaigns, repeatable by their seed. */

import { parseArgs } from "node:util";
import { type Chain, chains, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { crashAt } from "./boundaries.ts";
import { playRound } from "./campaign.ts";
import { crowd } from "./crowd.ts";

/** Runs with those arguments; exit code 1 if a promise was broken. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      rounds: { type: "string", default: "200" },
      clients: { type: "string", default: "8" },
      chain: { type: "string", default: chains[0] ?? "node" },
      boundaries: { type: "boolean", default: false },
      crowd: { type: "boolean", default: false },
      from: { type: "string", default: "1" },
      keep: { type: "boolean", default: false },
    },
  });
  const chain = values.chain === "node" ? "node" : "c";
  if (values.boundaries) return everyBoundary(chain, { seed: Number(values.seed), from: Number(values.from) });
  const cluster = await realCluster(chain);
  if (values.crowd) return everybodyAtOnce(cluster);
  const total = { asked: 0, acknowledged: 0, begun: 0, faults: 0 };
  process.stdout.write(
    `seed ${values.seed}, the ${values.chain} chain\nround  asked  acked  begun  killed: daemon runner relay\n`,
  );
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      const result = await playRound({
        ...{ cluster, round, seed: Number(values.seed) },
        ...{ clients: Number(values.clients), loadMs: 1500 },
      });
      for (const key of ["asked", "acknowledged", "begun"] as const) total[key] += result[key];
      total.faults += result.faults.length;
      const { daemon, runner, relay } = result.kills;
      const cells = [
        round,
        result.asked,
        result.acknowledged,
        result.begun,
        daemon.length,
        runner.length,
        relay.length,
      ];
      process.stdout.write(`${cells.map((cell) => String(cell).padStart(5)).join("  ")}\n`);
      for (const fault of result.faults) process.stdout.write(`  BROKEN: ${fault}\n`);
      if (result.faults.length > 0 && values.keep) break;
    }
  } finally {
    if (total.faults > 0 && values.keep) process.stdout.write(`left as it is: ${cluster.state}\n`);
    else await cluster.close();
  }
  process.stdout.write(
    `${total.asked} submissions, ${total.acknowledged} acknowledged, ${total.begun} scripts begun, ${total.faults} promises broken\n`,
  );
  return total.faults === 0 ? 0 : 1;
}

/** Ends the daemon before and after each write, until there are no more. */
async function everyBoundary(chain: Chain, { seed, from }: { seed: number; from: number }): Promise<number> {
  const total = { crashes: 0, faults: 0 };
  for (let write = from, beyond = 0; beyond < 3; write++) {
    const { crashed, faults, asked, acknowledged, begun } = await crashAt(chain, write, seed);
    if (crashed) total.crashes++;
    else beyond++;
    total.faults += faults.length;
    process.stdout.write(`write ${write}: ${crashed ? "crashed" : "not reached"}, ${asked} ${acknowledged} ${begun}\n`);
    for (const fault of faults) process.stdout.write(`  BROKEN: ${fault}\n`);
  }
  process.stdout.write(`${total.crashes} crashes at writes, ${total.faults} promises broken\n`);
  return total.faults === 0 ? 0 : 1;
}

/** 200 relays at the same instant, then 5,000 submissions by 16 clients. */
async function everybodyAtOnce(cluster: RealCluster): Promise<number> {
  try {
    const faults = await crowd(cluster, { clients: 200, each: 1 });
    await cluster.run("scancel -u $(id -un)");
    const more = await crowd(cluster, { clients: 16, each: 313 });
    for (const fault of [...faults, ...more]) process.stdout.write(`BROKEN: ${fault}\n`);
    process.stdout.write(
      `200 relays at once and ${16 * 313} submissions by 16 clients: ${faults.length + more.length} promises broken\n`,
    );
    await cluster.run("scancel -u $(id -un)");
    return faults.length + more.length === 0 ? 0 : 1;
  } finally {
    await cluster.close();
  }
}
