/** A clock that somebody sets, an hour forth or back: what waits for a time, what runs, and what is told of it. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { commands, dialects } from "../../src/commands/index.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await makeWorld({ commands, dialects, cpus: 2 });
});
afterEach(() => world.close());

const hour = 3_600_000;
const said = async (name: string, ...args: string[]): Promise<string> => (await world.run(name, args)).out;
const states = () => said("sacct", "-n", "-P", "-X", "-S", "2000-01-01", "-o", "JobID,State,Elapsed");

test("what waits for a time starts within a minute after the clock was set forward past it", async () => {
  await said("sbatch", "--begin=now+1hour", "--wrap", "true");
  await world.advance(1_000);
  expect(await states()).toBe("1|PENDING|00:00:00\n");
  world.clock.set(2 * hour);
  await world.advance(60_000);
  expect(await states()).toBe("1|COMPLETED|00:00:00\n");
});

test("what waits for a time goes on waiting after the clock was set back", async () => {
  await said("sbatch", "--begin=now+1minute", "--wrap", "true");
  world.clock.set(-hour);
  await world.advance(10 * 60_000);
  expect(await states()).toBe("1|PENDING|00:00:00\n");
  await world.advance(52 * 60_000);
  expect(await states()).toBe("1|COMPLETED|00:00:00\n");
});

test("a job that ends an hour before it began took no time, and what depends on it starts", async () => {
  const env = { FAKE_SECONDS: "600" };
  await world.run("sbatch", ["--wrap", "true"], { env });
  await said("sbatch", "-d", "afterok:1", "--wrap", "true");
  await world.advance(1_000);
  world.clock.set(-hour);
  expect((await said("squeue", "-h", "-j", "1", "-o", "%M")).trim()).toBe("0:00");
  expect(await said("qstat", "-j", "1")).toContain("job_number:                 1\n");
  await world.advance(20 * 60_000);
  expect(await states()).toBe("1|COMPLETED|00:00:00\n2|COMPLETED|00:00:00\n");
  expect(await said("qacct", "-j", "1")).toMatch(/ru_wallclock +0/);
});
