import { afterEach, beforeEach, expect, test } from "vitest";
import { commands, dialects } from "../../src/commands/index.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

/** What the pretended backend goes by. */
const lasting = { env: { FAKE_SECONDS: "60" } };

let world: TestWorld;
beforeEach(async () => {
  world = await makeWorld({ commands, dialects });
  await world.run("sbatch", ["-J", "slurmjob", "-n", "2", "-t", "10", "-p", "long", "--wrap", "sleep 60"], lasting);
  await world.run("qsub", ["-N", "sgejob", "-l", "h_rt=60", "-V", "-b", "y", "sleep", "60"], lasting);
  await world.run("sbatch", ["-J", "heldslurm", "-H", "-a", "1-5:2", "--wrap", "true"]);
  await world.run("qsub", ["-N", "heldsge", "-h", "-t", "2-4", "-b", "y", "true"]);
  await world.advance(1_000);
});
afterEach(() => world.close());

const words = (line: string | undefined): readonly string[] => (line ?? "").trim().split(/ +/);
const lineOf = async (command: string, args: readonly string[], name: string): Promise<readonly string[]> => {
  const { out } = await world.run(command, args);
  return words(out.split("\n").find((line) => line.includes(name)));
};

test("qstat shows a Slurm job in its own words", async () => {
  const running = await lineOf("qstat", [], "slurmjob");
  expect(running.slice(0, 5)).toEqual(["1", expect.stringMatching(/^0\.\d{5}$/), "slurmjob", "ada", "r"]);
  expect(running[7]).toBe("long@node1");
  const held = await lineOf("qstat", [], "heldslurm");
  expect(held[4]).toBe("hqw");
  expect(held.at(-1)).toBe("1-5:2");
  const { out, code } = await world.run("qstat", ["-j", "1"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^job_name: +slurmjob$/m);
});

test("squeue shows a Grid Engine job in its own words", async () => {
  const running = await lineOf("squeue", ["-o", "%i %j %t %u"], "sgejob");
  expect(running).toEqual(["2", "sgejob", "R", "ada"]);
  const held = await lineOf("squeue", ["-o", "%i %j %t %r"], "heldsge");
  expect(held).toEqual([expect.stringMatching(/_\[2-4\]$/), "heldsge", "PD", "JobHeldUser"]);
});

test("a job is not behind another family's for being of its own", async () => {
  const { out } = await world.run("squeue", ["-h", "-t", "R", "-o", "%j %Q"]);
  expect(out.split("\n").filter(Boolean).sort()).toEqual(["sgejob 1000", "slurmjob 1000"]);
});

test("one family's commands end the other's jobs, and both tell of it", async () => {
  expect((await world.run("qdel", ["1"])).out).toContain("registered the job 1 for deletion");
  expect((await world.run("scancel", ["2"])).code).toBe(0);
  await world.advance(40_000);
  expect((await world.run("sacct", ["-n", "-P", "-X", "-j", "1", "-o", "jobname,state"])).out).toMatch(
    /^slurmjob\|CANCELLED/,
  );
  expect((await world.run("qacct", ["-j", "2"])).out).toMatch(/^failed +100/m);
  expect((await world.run("qacct", ["-j", "1"])).out).toMatch(/^jobname +slurmjob/m);
});
