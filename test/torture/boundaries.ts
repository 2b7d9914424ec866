/** Owns the crash at every write: a daemon that is killed before or after its N-th statement, and what is left of its work. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Chain, realCluster } from "../support/real-cluster.ts";
import { judgeRound, type Outcome } from "./campaign.ts";
import { createClient } from "./client.ts";
import { chance } from "./random.ts";

/** The outcome, and whether the daemon came to that write at all. */
export interface Boundary extends Outcome {
  readonly crashed: boolean;
}

const hook = resolve(import.meta.dirname, "crash-hook.mjs");
const deeds = 14;

/** One client does the same things in the same order; the first daemon ends at that write. */
export async function crashAt(chain: Chain, write: number, seed: number): Promise<Boundary> {
  const directory = mkdtempSync(join(tmpdir(), "headnode-crash-"));
  const [once, sign] = [join(directory, "once"), join(directory, "sign")];
  writeFileSync(once, "");
  const cluster = await realCluster(chain, {
    ...{ NODE_OPTIONS: `--import=${hook}`, CRASH_AT: String(write), CRASH_ONCE: once, CRASH_SIGN: sign },
  });
  try {
    const client = createClient({ name: "w", cluster, chance: chance(seed), relays: new Set() });
    let done = 0;
    await client.work(() => done++ < deeds);
    const outcome = await judgeRound(cluster, [client], { runnerKilledAt: [], powerCutAt: null });
    return { ...outcome, crashed: existsSync(sign) };
  } finally {
    await cluster.close();
    rmSync(directory, { recursive: true });
  }
}
