/** salloc, sbcast and sattach: what they say and what is recorded, without any process. */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import type { RankEnd, WorkNews } from "../../src/language/work.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import { noUsage } from "../../src/model/usage.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

let world: TestWorld;
const node = plainCluster({ host: "node1", cpus: 4, memory: 2 ** 34, gpus: 0 });

beforeEach(async () => {
  world = await makeWorld({ commands: slurmCommands, dialects: [slurmDialect], description: node });
});
afterEach(() => world.close());

const end = (code: number | null, signal: number | null = null): RankEnd => ({
  ...{ rank: 0, code, signal, failure: null, usage: noUsage },
});

function salloc(args: readonly string[], ...news: readonly (RankEnd | WorkNews<never>)[]) {
  return world.run("salloc", args, { work: () => news });
}

/** A job that runs for a while. */
async function batch(...options: string[]): Promise<void> {
  await world.run("sbatch", [...options, "--wrap", "x"], { env: { FAKE_SECONDS: "1000" } });
  await world.settle();
}

async function records(): Promise<string> {
  return (await world.run("sacct", ["-n", "-P", "-X", "-o", "jobid,jobname,state,exitcode"])).out;
}

const granted = "salloc: Granted job allocation 1\n";
const bye = "salloc: Relinquishing job allocation 1\n";
const revoked = "salloc: Job allocation 1 has been revoked.\n";

describe("salloc", () => {
  test("runs a command with the variables of its job, and ends with its exit code", async () => {
    expect(await salloc(["-n2", "x", "y"], end(7))).toEqual({ out: "", err: granted + bye, code: 7 });
    const [asked] = world.asked;
    expect(asked?.ranks.map(({ argv }) => argv)).toEqual([["x", "y"]]);
    expect(asked?.environment).toEqual(expect.arrayContaining(["SLURM_JOB_ID=1", "SLURM_NTASKS=2"]));
    expect(await records()).toBe("1|interactive|FAILED|7:0\n");
  });

  test.each([
    [1, 0],
    [2, 0],
    [3, 0],
    [9, 0],
    [15, 1],
    [10, 1],
    [11, 1],
  ])("a command that ends by signal %i is an exit code of %i", async (signal, code) => {
    expect((await salloc(["x"], end(null, signal))).code).toBe(code);
  });

  test.each([15, 10, 12, 2, 3])(
    "signal %i to salloc itself takes the job away and leaves the command alone",
    async (signal) => {
      const said = await salloc(["x"], { kind: "signal", signal }, end(0));
      expect(said).toEqual({ out: "", err: granted + revoked, code: 0 });
      await world.advance(60_000);
      expect(await records()).toMatch(/^1\|interactive\|CANCELLED by \d+\|0:0\n$/);
    },
  );

  test("a terminal that hangs up ends it at once", async () => {
    const said = await salloc(["x"], { kind: "signal", signal: 1 });
    expect(said).toEqual({ out: "", err: granted + bye, code: 1 });
    expect(await records()).toBe("1|interactive|COMPLETED|0:0\n");
  });

  test("a caller that has gone leaves no job behind", async () => {
    expect((await salloc(["x"], { kind: "gone" })).code).toBe(129);
    expect((await world.run("squeue", ["-h"])).out).toBe("");
  });

  test("--no-shell runs nothing of the caller's: something else holds the place", async () => {
    expect(await salloc(["--no-shell", "-J", "kept"])).toEqual({ out: "", err: granted, code: 0 });
    expect(world.asked).toEqual([]);
    expect(world.backend.launches.map(({ file }) => file)).toEqual(["/bin/sleep"]);
  });

  test("-I gives up at once where nothing could ever be free", async () => {
    await world.close();
    const description = { ...node, strict: true };
    world = await makeWorld({ commands: slurmCommands, dialects: [slurmDialect], description });
    const why = "Requested partition configuration not available now";
    const said = await salloc(["-n99", "-I", "x"]);
    expect(said).toEqual({ out: "", err: `salloc: error: Job submit/allocate failed: ${why}\n`, code: 1 });
    const implied = await salloc(["-n2", "--ntasks-per-node=1", "x"]);
    expect(implied.err).toContain("Requested node configuration is not available\n");
  });

  test.each([["salloc"], ["srun"]])("%s refuses components of a heterogeneous job", async (command) => {
    const said = await world.run(command, ["-n1", "x", ":", "-n2", "y"]);
    expect(said.code).toBe(1);
    expect(said.err).toContain("heterogeneous jobs are not run here");
  });
});

describe("sbcast", () => {
  const inJob = { env: { SLURM_JOB_ID: "1" } };

  test("copies to the job's node, not over what is there unless forced", async () => {
    await batch();
    writeFileSync(join(world.work, "from"), "content", { mode: 0o640 });
    expect(await world.run("sbcast", ["from", "to"], inJob)).toEqual({ out: "", err: "", code: 0 });
    expect(readFileSync(join(world.work, "to"), "utf8")).toBe("content");
    expect(statSync(join(world.work, "to")).mode & 0o777).toBe(0o640);
    const again = await world.run("sbcast", ["from", "to"], inJob);
    expect(again.code).toBe(17);
    expect(again.err).toContain("File exists\n");
    expect((await world.run("sbcast", ["-f", "from", "to"], inJob)).code).toBe(0);
  });

  test("says what is missing: a name, a job, a file", async () => {
    expect((await world.run("sbcast", ["one"])).err).toContain("Need two file names, have 1 names\n");
    expect((await world.run("sbcast", ["a", "b"])).err).toContain("Need a job id to run this command.");
    expect((await world.run("sbcast", ["a", "b"], inJob)).code).toBe(255);
    await batch();
    const said = await world.run("sbcast", ["a", "b"], inJob);
    expect(said).toEqual({ out: "", err: "sbcast: error: Can't open `a`: No such file or directory\n", code: 255 });
  });
});

describe("sattach", () => {
  test("tells how a step is laid out, and why it cannot attach to it", async () => {
    await batch("-n2");
    const running = world.run("srun", ["--jobid=1", "-n2", "x"], { work: () => [] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const layout = await world.run("sattach", ["--layout", "1.0"]);
    expect(layout.out).toContain("2 tasks, 1 nodes (node1)");
    const said = await world.run("sattach", ["1.0"]);
    expect(said.code).toBe(1);
    expect(said.err).toContain("start it with srun --output=FILE");
    await world.run("scancel", ["1"]);
    void running;
  });

  test("what is no step", async () => {
    const unknown = "sattach: error: Could not get job step info: Invalid job id specified\n";
    expect(await world.run("sattach", ["999.0"])).toEqual({ out: "", err: unknown, code: 1 });
    const misused = await world.run("sattach", ["x"]);
    expect(misused.out).toBe("Usage: sattach [options] <jobid.stepid>\n");
    expect(misused.err).toBe("sattach: error: Failed to parse stepid from command line options\n");
  });
});
