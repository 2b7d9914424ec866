/** A daemon lives with its config: a broken one is reported and loses nothing, a changed one holds at once. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RealCluster, realCluster } from "../support/real-cluster.ts";

let cluster: RealCluster;
const write = (text: string) => writeFileSync(join(cluster.work, "config", "headnode", "config.toml"), text);

beforeAll(async () => {
  cluster = await realCluster("node");
  mkdirSync(join(cluster.work, "config", "headnode"), { recursive: true });
});

afterAll(() => cluster.close());

test("the config is read at the start, read again when it changes, and a broken one leaves things as they were", async () => {
  const run = (line: string) => cluster.run(line, { env: { XDG_CONFIG_HOME: join(cluster.work, "config") } });
  write("[queus.short]\n");
  const before = await run("sbatch --wrap true");
  expect(before.code).not.toBe(0);
  expect(before.err).toMatch(/config\.toml:1:2: there is no key queus here; did you mean queues\?/);

  write('[queues.short]\nmax_time = "1h"\n');
  expect((await run("sinfo -h -o '%P %l'")).out).toBe("short* 1:00:00\n");
  const job = await run("sbatch --parsable --wrap 'echo ran; sleep 1' -o out");
  expect(job.out).toMatch(/^[0-9]+$/m);

  write('[queues.short]\nmax_time = "1 hour"\n');
  const broken = await run("sinfo -h -o '%P %l'");
  expect(broken.out).toBe("short* 1:00:00\n");
  expect(broken.err).toContain('config.toml:2:12: max_time is "1 hour"');
  expect((await run("headnode daemon reload")).code).not.toBe(0);

  write('nodes = 2\n[queues.long]\nmax_time = "2h"\n');
  expect((await run("sinfo -h -o '%P %l %D'")).out).toBe("long* 2:00:00 2\n");
  await cluster.until(() => cluster.text("out") === "ran\n");
  await cluster.quiet();
});
