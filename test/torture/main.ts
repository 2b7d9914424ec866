/** Owns `npm run torture`: crash campaigns, repeatable by their seed. */

import { parseArgs } from "node:util";
import { type Chain, chains, realCluster } from "../support/real-cluster.ts";
import { crashAt } from "./boundaries.ts";
import { type Outcome, playRound } from "./campaign.ts";
import { crowd } from "./crowd.ts";
import { powerRound, withDisk } from "./power.ts";
import { chance } from "./random.ts";

const usage = `npm run torture -- [--chain c|node] [--seed N] [--rounds N] and what is to happen:

  (nothing)      clients at work while daemon, runner and relays are killed   [--clients N] [--keep]
  --boundaries   the daemon ends before and after each of its writes          [--from N]
  --power        the power is cut: only what reached the disk is left (by root)
  --crowd        200 relays at once, then 5,000 submissions by 16 clients
`;

const options = {
  seed: { type: "string", default: "1" },
  rounds: { type: "string", default: "200" },
  clients: { type: "string", default: "8" },
  chain: { type: "string", default: chains[0] ?? "node" },
  from: { type: "string", default: "1" },
  boundaries: { type: "boolean", default: false },
  crowd: { type: "boolean", default: false },
  power: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** What a campaign is asked for. */
interface Asked {
  readonly chain: Chain;
  readonly seed: number;
  readonly rounds: number;
  readonly clients: number;
  readonly from: number;
  readonly keep: boolean;
}

/** Runs with those arguments; exit code 1 if a promise was broken. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return say(usage);
  const asked: Asked = {
    chain: values.chain === "node" ? "node" : "c",
    ...{ seed: Number(values.seed), rounds: Number(values.rounds), clients: Number(values.clients) },
    ...{ from: Number(values.from), keep: values.keep },
  };
  if (values.boundaries) return everyBoundary(asked);
  if (values.power) return powerCuts(asked);
  return values.crowd ? everybodyAtOnce(asked) : killings(asked);
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

/** Says the outcome; answers the number of broken promises. */
function tell(heading: string, { asked, acknowledged, begun, faults }: Outcome): number {
  say(`${heading}: ${asked} asked, ${acknowledged} acknowledged, ${begun} begun\n`);
  for (const fault of faults) say(`  BROKEN: ${fault}\n`);
  return faults.length;
}

/** Daemons, runners and relays are killed while clients work. */
async function killings({ chain, seed, rounds, clients, keep }: Asked): Promise<number> {
  const cluster = await realCluster(chain);
  const total = { asked: 0, acknowledged: 0, begun: 0, faults: 0 };
  try {
    for (let round = 0; round < rounds && (total.faults === 0 || !keep); round++) {
      const result = await playRound({ cluster, round, seed, clients, loadMs: 1500 });
      for (const key of ["asked", "acknowledged", "begun"] as const) total[key] += result[key];
      const { daemon, runner, relay } = result.kills;
      total.faults += tell(
        `round ${round}, killed ${daemon.length} daemons, ${runner.length} runners, ${relay.length} relays`,
        result,
      );
    }
  } finally {
    if (total.faults > 0 && keep) say(`left as it is: ${cluster.state}\n`);
    else await cluster.close();
  }
  say(
    `seed ${seed}, the ${chain} chain: ${total.asked} submissions, ${total.acknowledged} acknowledged, ` +
      `${total.begun} scripts begun, ${total.faults} promises broken\n`,
  );
  return total.faults === 0 ? 0 : 1;
}

/** A cluster anew for each cut, at a moment that chance picks. */
async function powerCuts({ chain, seed, rounds, clients }: Asked): Promise<number> {
  const luck = chance(seed);
  let faults = 0;
  for (let round = 0; round < rounds; round++) {
    const calmMs = luck.pick([0, luck.under(300), luck.under(2000)]);
    const result = await withDisk(chain, (cluster, disk) =>
      powerRound({ cluster, disk, clients, calmMs, seed: luck.under(1e9), loadMs: 500 + luck.under(1500) }),
    );
    if (result === null) throw new Error("a disk in a file can't be mounted here: be root, with loop devices");
    faults += tell(`cut ${round}`, result);
  }
  say(`${rounds} cuts of the power, ${faults} promises broken\n`);
  return faults === 0 ? 0 : 1;
}

/** Ends the daemon before and after each write, until there are no more. */
async function everyBoundary({ chain, seed, from }: Asked): Promise<number> {
  const total = { crashes: 0, faults: 0 };
  for (let write = from, beyond = 0; beyond < 3; write++) {
    const result = await crashAt(chain, write, seed);
    if (result.crashed) total.crashes++;
    else beyond++;
    total.faults += tell(`boundary ${write} ${result.crashed ? "" : "was not reached"}`, result);
  }
  say(`${total.crashes} crashes at writes, ${total.faults} promises broken\n`);
  return total.faults === 0 ? 0 : 1;
}

/** 200 relays at the same instant, then 5,000 submissions by 16 clients. */
async function everybodyAtOnce({ chain }: Asked): Promise<number> {
  const cluster = await realCluster(chain);
  try {
    const faults = await crowd(cluster, { clients: 200, each: 1 });
    await cluster.run("scancel -u $(id -un)");
    const more = await crowd(cluster, { clients: 16, each: 313 });
    for (const fault of [...faults, ...more]) say(`BROKEN: ${fault}\n`);
    say(
      `200 relays at once and ${16 * 313} submissions by 16 clients: ${faults.length + more.length} promises broken\n`,
    );
    await cluster.run("scancel -u $(id -un)");
    return faults.length + more.length === 0 ? 0 : 1;
  } finally {
    await cluster.close();
  }
}
