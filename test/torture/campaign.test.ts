/** A short round of the crash campaign, through the C and the Node programs; `npm run torture` plays long ones. */

import { afterEach, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { crashAt } from "./boundaries.ts";
import { playRound } from "./campaign.ts";
import { crowd } from "./crowd.ts";

describe.each(chains)("daemons, runners and relays of the %s chain are killed", (chain) => {
  const open: RealCluster[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  test("and nothing acknowledged is lost, nothing runs twice", { timeout: 180_000 }, async () => {
    const cluster = await realCluster(chain);
    open.push(cluster);
    const result = await playRound({ cluster, seed: 7, round: 0, clients: 4, loadMs: 2500 });
    expect(result.faults).toEqual([]);
    expect(result.kills.daemon.length).toBeGreaterThan(0);
    expect(result.acknowledged).toBeGreaterThan(0);
    expect(result.begun).toBeGreaterThan(0);
  });

  test("many relays at once get numbers of their own, in order", { timeout: 120_000 }, async () => {
    const cluster = await realCluster(chain);
    open.push(cluster);
    expect(await crowd(cluster, chain === "c" ? { clients: 40, each: 4 } : { clients: 12, each: 2 })).toEqual([]);
    await cluster.run("scancel -u $(id -un)");
  });

  test.each(chain === "c" ? [20, 74] : [41])(
    "the daemon ends at boundary %i of its writes, and nothing is lost",
    async (write) => {
      const result = await crashAt(chain, write, 3);
      expect(result).toMatchObject({ crashed: true, faults: [] });
      expect(result.begun).toBeGreaterThan(0);
    },
  );
});
