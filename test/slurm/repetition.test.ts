/** Listings that repeat themselves: as often as the clock says, until the user interrupts. */

import { expect, test } from "vitest";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { makeWorld } from "../support/cluster.ts";
import { ada, described } from "./described.ts";

test.each([
  ["squeue", "JOBID PARTITION"],
  ["sinfo", "PARTITION AVAIL"],
])("%s -i lists again and again until it is interrupted", async (command, heading) => {
  const world = await makeWorld({
    ...{ commands: slurmCommands, dialects: [slurmDialect], users: [ada], description: described },
  });
  try {
    let interrupt = (_: number): void => undefined;
    const interrupted = new Promise<number>((resolve) => {
      interrupt = resolve;
    });
    const said = world.run(command, ["-i", "60"], { interrupted });
    for (let times = 0; times < 2; times++) {
      await turns();
      await world.advance(60_000);
    }
    await turns();
    interrupt(2);
    const { out, code } = await said;
    expect(out.split(heading)).toHaveLength(4);
    expect(code).toBe(130);
    expect(world.clock.pending()).toBe(0);
  } finally {
    await world.close();
  }
});

/** What follows from what has happened is done after some turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
