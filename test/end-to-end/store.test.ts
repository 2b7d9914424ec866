/** What a user does with the store: forget what is old, keep a copy while it is in use, and put one back. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, expect, test } from "vitest";
import { addHistory } from "../../bench/history.mjs";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";

const open: RealCluster[] = [];
const cluster = async (): Promise<RealCluster> => {
  const made = await realCluster(chains[0] ?? "node");
  open.push(made);
  return made;
};
const say = async (one: RealCluster, ...words: string[]) => {
  const { stdout, stderr, exitCode } = await execa(headnode, words, { env: one.env, cwd: one.work, reject: false });
  return { out: stdout, err: stderr, code: exitCode };
};
const allJobs = (one: RealCluster) => one.run("sacct -n -P -X -S now-1day -o JobID,State,ExitCode");

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test("purge forgets what ended long ago and nothing else", async () => {
  const one = await cluster();
  await one.run("sbatch --wait -o /dev/null -a 1-3 --wrap true; sbatch --wait -o /dev/null --wrap true");
  await one.run("sbatch -H --wrap true; sbatch -H -d afterok:4 --wrap true");
  expect((await say(one, "purge", "--older-than", "1h")).out).toMatch(/^0 jobs with 0 runs forgotten/);
  expect((await say(one, "purge", "--older-than", "0m", "--dry-run")).out).toMatch(/^1 jobs with 3 runs would be/);
  expect((await say(one, "purge", "--older-than", "0m")).out).toMatch(/^1 jobs with 3 runs forgotten; the store takes/);
  expect((await allJobs(one)).out).toBe("4|COMPLETED|0:0\n5|PENDING|0:0\n6|PENDING|0:0\n");
  expect((await one.run("sbatch --parsable -H --wrap true")).out).toBe("7\n");
  expect(await say(one, "purge", "--older-than", "soon")).toEqual({
    out: "",
    err: "headnode: --older-than=soon: say a number and m, h, d or w, as in 30d for thirty days",
    code: 2,
  });
});

test("a copy made while jobs run and wait can be put back: nothing in it runs by itself, no number is used twice", async () => {
  const one = await cluster();
  await one.run("sbatch --wait -o /dev/null --wrap 'exit 3'");
  await one.run(
    "sbatch -o /dev/null --wrap 'echo ran >> runs; sleep 60'; sbatch -o /dev/null -d afterany:2 --wrap true",
  );
  await one.until(() => one.text("runs") !== "");
  expect(await say(one, "backup", "copy.db")).toMatchObject({ out: `written: ${join(one.work, "copy.db")}`, code: 0 });
  expect(statSync(join(one.work, "copy.db")).mode & 0o777).toBe(0o600);
  expect(readdirSync(one.work).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
  expect(await say(one, "backup", "copy.db")).toMatchObject({ code: 1 });
  expect((await say(one, "restore", "copy.db")).err).toMatch(/1 jobs run here; cancel them or wait/);
  await one.run("scancel 2 3; sbatch -H --wrap true");
  await one.until(async () => (await one.run("squeue -h -o %i")).out === "4\n");
  expect((await say(one, "restore", "copy.db")).out).toMatch(/^restored: 3 jobs\n1 of them waited and are held/);
  expect((await allJobs(one)).out).toBe("1|FAILED|3:0\n2|NODE_FAIL|0:0\n3|PENDING|0:0\n");
  expect((await one.run("squeue -h -o '%i %r'; sbatch --parsable -H --wrap true")).out).toBe("3 JobHeldUser\n5\n");
  expect(one.text("runs")).toBe("ran\n");
});

test("what is no copy is refused, and the daemon goes on", async () => {
  const one = await cluster();
  await one.run("sbatch -H --wrap true; echo nonsense > copy.db");
  expect((await say(one, "restore", "copy.db")).err).toMatch(/copy\.db is not a copy of a store/);
  expect((await say(one, "restore", "missing.db")).err).toMatch(/missing\.db is not a copy of a store/);
  expect((await one.run("squeue -h -o %i")).out).toBe("1\n");
});

test("a long history makes no command slower", { timeout: 120_000 }, async () => {
  const one = await cluster();
  await one.run("sbatch --wait -o /dev/null --wrap true");
  const commands = [
    "sbatch -H --wrap true",
    "squeue",
    "sacct -X",
    "sacct -j 1",
    "sacct --name wrap -S now-1hour",
    "qstat",
    "qacct -j 1",
    "qacct -o root -d 1",
    "scontrol show job 1",
  ];
  const quickest = async (line: string): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const begin = performance.now();
      await one.run(line);
      times.push(performance.now() - begin);
    }
    return Math.min(...times);
  };
  const before = new Map<string, number>();
  for (const line of commands) before.set(line, await quickest(line));
  await say(one, "daemon", "stop");
  addHistory(join(one.state, "store.db"), 300_000);
  await one.run("squeue");
  // Reading the whole history takes seconds; a lookup stays near what a process costs.
  for (const line of commands)
    expect({ line, slower: (await quickest(line)) > 4 * (before.get(line) ?? 0) + 100 }).toEqual({
      line,
      slower: false,
    });
});
