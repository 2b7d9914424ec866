/** `headnode run` follows scripts to their end: output, exit codes, shares, repetitions, cancelling. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await realCluster(chains[0] ?? "node");
  write("code.sh", "#!/bin/bash", 'echo "got $1"; echo bad >&2; exit 3');
  write(
    "array.sh",
    "#!/bin/bash",
    "#SBATCH -a 1-6 -J many",
    "echo task $SLURM_ARRAY_TASK_ID; test -e fixed -o $SLURM_ARRAY_TASK_ID != 4",
  );
  write("grid.sh", "#$ -cwd -j y -o grid.$TASK_ID.log -t 1-3 -N grid -sync y", "echo grid $SGE_TASK_ID");
  write("long.sh", "#!/bin/bash", "#SBATCH -a 1-20", "echo begun; sleep 60");
});
afterAll(() => cluster.close());

const write = (name: string, ...lines: readonly string[]): void =>
  writeFileSync(join(cluster.work, name), `${lines.join("\n")}\n`);

const run = async (...args: readonly string[]) => {
  const options = { env: cluster.env, cwd: cluster.work, reject: false, input: "" } as const;
  const { stdout, stderr, exitCode } = await execa(headnode, ["run", ...args], options);
  return { out: stdout.split("\n"), err: stderr, code: exitCode };
};

test("one job: its output as it is, and its exit code", async () => {
  const { out, err, code } = await run("--quiet", "code.sh", "--", "this");
  expect([out, err, code]).toEqual([["got this", "bad"], "", 3]);
});

test("several scripts of both families, each line with its element's name", async () => {
  const { out, code } = await run("array.sh", "grid.sh", "--junit", "report.xml");
  const lines = out.map((line) => line.replace(/^\[\d+_(\d+)\]/, "[$1]")).sort();
  expect(lines).toEqual(
    [
      ...[1, 2, 3].map((index) => `[${index}] grid ${index}`),
      ...[1, 2, 3, 4, 5, 6].map((index) => `[${index}] task ${index}`),
    ].sort(),
  );
  expect(code).toBe(1);
  const report = readFileSync(join(cluster.work, "report.xml"), "utf8");
  expect(report).toContain('<testsuites tests="9" failures="1" errors="0" skipped="0"');
});

test("what was in a file before is not shown again", async () => {
  const { out } = await run("grid.sh");
  expect(out.filter((line) => line.includes("grid 2"))).toHaveLength(1);
});

test("what failed in the last run is run again, and only that", async () => {
  await run("array.sh");
  write("fixed");
  const { out, code } = await run("--retry-failed");
  expect([out, code]).toEqual([["task 4"], 0]);
  expect((await run("--retry-failed")).err).toBe("headnode: nothing failed in the last run");
});

test("a repetition in the same run makes it good", async () => {
  write("once.sh", "#!/bin/bash", "test -e second && exit 0", "touch second; exit 1");
  const { err, code } = await run("--retry-failed", "once.sh");
  expect(err).toContain("once more");
  expect(code).toBe(0);
});

test("the shares of all parts together are the whole", async () => {
  const parts = await Promise.all([1, 2, 3, 4].map((part) => run(`--shard=${part}/4`, "array.sh", "--quiet")));
  const tasks = parts.map(({ out }) => out.map((line) => line.replace(/^\[.*\] /, "")).sort());
  expect(tasks).toEqual([["task 1", "task 5"], ["task 2", "task 6"], ["task 3"], ["task 4"]]);
});

test("--fail-fast takes the rest away", async () => {
  write("bad.sh", "#!/bin/bash", "#SBATCH -a 1-200", "exit 7");
  const { err, code } = await run("--fail-fast=2", "bad.sh");
  expect(code).toBe(7);
  expect(err).toMatch(/never started/);
});

test("an interrupted run cancels what it submitted", async () => {
  const child = execa(headnode, ["run", "long.sh"], {
    env: cluster.env,
    cwd: cluster.work,
    reject: false,
    input: "",
  });
  await new Promise<void>((resolve) => child.stdout.on("data", () => resolve()));
  child.kill("SIGINT");
  const { exitCode } = await child;
  expect(exitCode).toBe(130);
  expect((await cluster.run("squeue -h")).out).toBe("");
});

test("a refused script leaves nothing behind", async () => {
  write("wrong.sh", "#!/bin/bash", "#SBATCH --time=soon");
  const { err, code } = await run("long.sh", "wrong.sh");
  expect(err).toContain("sbatch: error: Invalid --time specification");
  expect(code).toBe(255);
  expect((await cluster.run("squeue -h")).out).toBe("");
});
