/** The power is cut: what was on the disk is all there is. `npm run torture -- --power` plays many rounds. */

import { expect, test } from "vitest";
import { chains } from "../support/real-cluster.ts";
import { powerRound, withDisk } from "./power.ts";

test.runIf(process.getuid?.() === 0)(
  "nothing acknowledged is lost, nothing runs twice, ends stay known",
  { timeout: 180_000 },
  async (context) => {
    const result = await withDisk(chains[0] ?? "node", (cluster, disk) =>
      powerRound({ cluster, disk, seed: 5, clients: 4, loadMs: 2000, calmMs: 1500 }),
    );
    if (result === null) return context.skip("a disk in a file can't be mounted here");
    expect(result.faults).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(0);
    expect(result.begun).toBeGreaterThan(0);
  },
);
