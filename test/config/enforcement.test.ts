/** What a config describes is enforced as the real scheduler would, in its words. */

import { afterEach, expect, test } from "vitest";
import { sgeCommands } from "../../src/commands/sge/index.ts";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { describeCluster } from "../../src/config/cluster.ts";
import { readConfig } from "../../src/config/config.ts";
import { sgeDialect } from "../../src/dialects/sge/dialect.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

let world: TestWorld;
afterEach(() => world.close());

async function cluster(text: string): Promise<(line: string) => Promise<string>> {
  const read = readConfig(text);
  if ("findings" in read) throw new Error(JSON.stringify(read.findings));
  const description = describeCluster(read.config, { host: "laptop", cpus: 4, memory: 8 * 2 ** 30, gpus: 0 });
  world = await makeWorld({
    description,
    commands: [...slurmCommands, ...sgeCommands],
    dialects: [slurmDialect, sgeDialect],
  });
  return async (line) => {
    const [name = "", ...words] = line.split(" ");
    const { out, err } = await world.run(name, words, { stdin: "#!/bin/sh\ntrue\n" });
    return out + err;
  };
}

test("partitions: who may use them, what they take, what they start, and which goes first", async () => {
  const run = await cluster(`[queues.main]
[queues.closed]
state = "drain"
[queues.down]
state = "down"
[queues.theirs]
users = ["ben"]
[queues.urgent]
priority = 10
`);
  expect(await run("sbatch -p nowhere")).toContain("Invalid partition name specified");
  expect(await run("sbatch -p closed")).toContain("Required partition not available (inactive or drain)");
  expect(await run("sbatch -p theirs")).toContain("User's group not permitted to use this partition");
  expect(await run("sbatch --parsable -p down -J stays")).toMatch(/^[0-9]+\n$/);
  expect(await run("squeue -h -n stays -o %R")).toBe("(PartitionDown)\n");
  expect(await run("sinfo -h -p down -o %a")).toBe("down\n");
  await run("sbatch -p main -c 4 -J first -t 1");
  await run("sbatch -p main -c 4 -J later -t 1");
  await run("sbatch -p urgent -c 4 -J urgent -t 1");
  await world.advance(60_000);
  const running = await run("squeue -h -t R -o %j");
  expect(running).not.toContain("later");
});

test("queues of others start nothing of one's own, and qsub says so", async () => {
  const run = await cluster(`[queues.mine]
order = 2
users = ["ada"]
[queues.theirs]
order = 1
users = ["ben"]
`);
  await run("qsub -N goes");
  await run("qsub -N stays -q theirs");
  await world.advance(60_000);
  expect(await run("qacct -j goes")).toMatch(/^qname +mine *$/m);
  expect(await run("qstat -j stays")).toContain('has no permission for cluster queue "theirs"\n');
});

test("whom no queue takes is warned", async () => {
  const run = await cluster('[queues.theirs]\nusers = ["ben"]\n');
  const warning = "Unable to run job: warning: ada's job is not allowed to run in any queue\n";
  expect(await run("qsub -N left")).toBe(`${warning}Your job 1 ("left") has been submitted\nExiting.\n`);
  expect(await run("qsub -w e")).toBe(`${warning}error: no suitable queues\nExiting.\n`);
  await world.advance(60_000);
  expect(await run("qstat")).toMatch(/ 1 .* left +ada +qw /);
  expect(await run("qstat -j left")).toMatch(/^scheduling info: +has no permission for cluster queue "theirs"$/m);
});

test("strict refuses what is not described, and takes what is", async () => {
  const run = await cluster(`strict = true
[[nodes]]
name = "n[1-2]"
cpus = 2
gpus = "a100:1"
features = ["ib"]
[complexes.scratch_space]
shortcut = "ss"
`);
  expect(await run("sbatch -C ib")).toContain("Submitted");
  expect(await run("sbatch -C skylake")).toContain("Invalid feature specification");
  expect(await run("sbatch --gres=gpu:a100:1")).toContain("Submitted");
  expect(await run("sbatch --gres=gpu:h100:1")).toContain("Requested node configuration is not available");
  expect(await run("qsub -l ss=3")).toContain("has been submitted");
  expect(await run("qsub -l ss=many")).toContain('attribute "scratch_space" is not a integer value');
  expect(await run("qsub -l nonsense=3")).toContain('unknown resource "nonsense"');
});

test("defaults hold where a job says nothing", async () => {
  const run = await cluster(`[slurm]
defaults = ["--time=30", "-J site"]
[sge]
defaults = ["-N site", "-l h_rt=600"]
`);
  await run("sbatch -H -t 5");
  await run("sbatch -H -J own");
  await run("qsub -h");
  expect((await run("squeue -h -S i -o %j,%l")).split("\n")).toEqual(
    expect.arrayContaining(["site,5:00", "own,30:00"]),
  );
  expect(await run("qstat -j 3")).toMatch(/hard resource_list: +h_rt=600/);
});

test("Slurm's site rules: limits, dependencies that can never be met, accounts of one's own", async () => {
  const run = await cluster(`[queues.short]
max_time = "10m"
[slurm]
enforce_limits = true
cancel_if_never_met = true
enforce_accounts = true
[accounts.physics]
users = ["ada"]
[accounts.chemistry]
users = ["ben"]
`);
  expect(await run("sbatch -t 60")).toContain("Requested time limit is invalid");
  expect(await run("sbatch -A chemistry")).toContain("Invalid account or account/partition combination specified");
  const first = (await run("sbatch --parsable -A physics -H")).trim();
  await run("scancel -u ada");
  expect(await run(`sbatch -J never -d afterok:${first}`)).toContain("Submitted batch job");
  await world.advance(1_000);
  expect(await run("squeue -h -n never -t all -o %T")).toBe("CANCELLED\n");
});
