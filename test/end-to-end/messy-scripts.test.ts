/** Ten scripts with what is awkward in real ones, run through the real shims to the right result. */

import { cpSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

const fixtures = resolve(import.meta.dirname, "../../fixtures/messy");

describe.each(chains)("messy scripts through the %s chain", (chain) => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster(chain);
    cpSync(fixtures, cluster.work, { recursive: true });
  });
  afterAll(() => cluster.close());

  const submitted = async (line: string, env: Readonly<Record<string, string>> = {}) => {
    const ran = await cluster.run(line, { env });
    expect(ran.err).toBe("");
    expect(ran.code).toBe(0);
    return ran.out;
  };

  test("comments, tabs, bundles, disabled and late directives, a dash that is none", async () => {
    await submitted("sbatch --wait 01-comments-and-bundles.sh 'an argument'");
    expect(cluster.text("tabbed.out")).toBe("tabbed 1 1 args=1 first=an argument\n");
    expect(cluster.text("too-late.out")).toBe("");
  });

  test("quotes, the same option twice, a variable added", async () => {
    await submitted("sbatch --wait 02-quotes-and-repeats.sh");
    expect(cluster.text("second file.out")).toBe("hello from quoted name in work\n");
    expect(cluster.text("first.out")).toBe("");
  });

  test("an array over a list, logs in directories that are not there", async () => {
    const id = (await submitted("sbatch --parsable --wait 03-array-over-a-list.sh")).trim();
    const log = (index: number) => cluster.text(join("logs/listed", id, `${index}.out`));
    expect([1, 2, 3].map(log)).toEqual(["1 one alpha 1-3\n", "2 two beta 1-3\n", "3 three gamma 1-3\n"]);
  });

  test("a job that submits jobs from here documents", async () => {
    await submitted("sbatch --wait 04-nested-heredoc.sh");
    await cluster.quiet();
    expect(cluster.text("outer.out")).toBe("submitted something\nsubmitted something\n");
    expect(cluster.text("inner-a.out") + cluster.text("inner-b.out")).toBe(
      "inner a, asked by here\ninner b, asked by here\n",
    );
  });

  test("a Python script", async () => {
    await submitted("sbatch --wait 05-python.py");
    expect(cluster.text("snake.out")).toBe("snake 2 None\n");
  });

  test("two families' directives in one file, work in the background", async () => {
    await submitted("sbatch --wait 06-pbs-and-slurm.sh");
    expect(cluster.text("both.out")).toBe("named both\nfrom another\nfrom the background\n");
  });

  test("Grid Engine options anywhere in the file, no interpreter line", async () => {
    await submitted("qsub -sync y 07-grid-engine-anywhere.sh");
    expect(cluster.text("anywhere.log")).toBe("first on all.q, task undefined, 1 slot\nhere\n");
  });

  test("a Grid Engine array with a step, its streams apart", async () => {
    await submitted("qsub -sync y 08-grid-engine-array.sh");
    const logs = [1, 3, 5].map((task) => cluster.text(`out.stepped.${task}`));
    expect(logs).toEqual(["1/5 by 2: alpha\n", "3/5 by 2: gamma\n", "5/5 by 2: nobody\n"]);
  });

  test("a warning ahead of the time limit reaches a trap", async () => {
    const ran = await cluster.run("qsub -sync y 09-grid-engine-warned.sh");
    expect(ran.code).toBe(7);
    expect(cluster.text("warned.log")).toBe("working\nwarned, saving\n");
  });

  test("what a job leaves behind is ended with it, and its exit code is known", async () => {
    const ran = await cluster.run("qsub -sync y 10-leftovers.sh", { env: { GREETING: "hello" } });
    expect(ran.code).toBe(3);
    expect(cluster.text("leftovers.log")).toBe("hello, left something behind\n");
    const left = await cluster.run("pgrep -f 'sleep 100[01]$' || :");
    expect(left.out).toBe("");
  });
});
