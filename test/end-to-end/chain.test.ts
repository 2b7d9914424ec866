/** The chain relay → daemon → runner → job as a user meets it, through the C and the Node programs. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { afterEach, describe, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";

interface Status {
  readonly pid: number;
}

describe.each(chains)("the %s chain", (chain) => {
  const open: RealCluster[] = [];
  const cluster = async (more: Readonly<Record<string, string>> = {}) => {
    const made = await realCluster(chain, more);
    open.push(made);
    return made;
  };
  const daemon = (one: RealCluster, ...words: string[]) =>
    execa(headnode, ["daemon", ...words], { env: one.env, reject: false });
  const pidOf = async (one: RealCluster) => (JSON.parse((await daemon(one, "status", "--json")).stdout) as Status).pid;

  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  test("the first command starts a daemon, and the job runs to its end", async () => {
    const one = await cluster();
    expect((await daemon(one, "status")).exitCode).toBe(3);
    const ran = await one.run("sbatch --wait -o hello.out --wrap 'echo hello; exit 4'");
    expect(ran).toEqual({ out: "Submitted batch job 1\n", err: "", code: 4 });
    expect(one.text("hello.out")).toBe("hello\n");
    expect((await daemon(one, "status")).exitCode).toBe(0);
  });

  test("many first commands at the same instant leave one daemon and unique ids", async () => {
    const one = await cluster();
    const ran = await Promise.all(Array.from({ length: 12 }, () => one.run("sbatch --parsable -H --wrap true")));
    expect(ran.map(({ err }) => err).join("")).toBe("");
    expect(ran.map(({ out }) => Number(out)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    await one.run("scancel -u $(id -un)");
  });

  test("two state directories are two clusters", async () => {
    const [one, other] = [await cluster(), await cluster()];
    expect((await one.run("sbatch -H --wrap true")).out).toBe("Submitted batch job 1\n");
    expect((await other.run("sbatch -H --wrap true")).out).toBe("Submitted batch job 1\n");
    expect(await pidOf(one)).not.toBe(await pidOf(other));
  });

  test("a daemon with nothing to do ends by itself, and the next command starts another", async () => {
    const one = await cluster({ HEADNODE_IDLE: "1" });
    await one.run("sbatch -o /dev/null --wrap 'until [ -e go ]; do sleep 0.05; done'");
    const pid = await pidOf(one);
    await one.run("touch go");
    await one.until(async () => (await one.run(`kill -0 ${pid}`)).code !== 0, 20);
    expect((await one.run("sbatch --parsable --wait --wrap true")).out).toBe("2\n");
  });

  test("start, stop and logs", async () => {
    const one = await cluster();
    expect((await daemon(one, "start")).exitCode).toBe(0);
    const pid = await pidOf(one);
    expect((await daemon(one, "logs")).stdout).toContain(String(pid));
    expect((await daemon(one, "stop")).exitCode).toBe(0);
    await one.until(async () => (await daemon(one, "status")).exitCode === 3);
    expect((await daemon(one, "stop")).exitCode).toBe(0);
  });

  test("a daemon that dies loses nothing: what ran goes on, what waited starts, exit codes are known", async () => {
    const one = await cluster();
    const script = "echo started >> starts.txt; sleep 2; exit 5";
    await one.run(`sbatch -o /dev/null --wrap '${script}'`);
    await one.run("sbatch -d afternotok:1 -o after.out --wrap 'echo after'");
    await one.until(() => one.text("starts.txt") !== "");
    process.kill(await pidOf(one), "SIGKILL");
    await pause(2500);
    expect((await one.run("squeue -t all -j 1 -h -o '%i %T %r'")).out).toBe("1 FAILED NonZeroExitCode\n");
    await one.until(() => one.text("after.out") === "after\n");
    expect(one.text("starts.txt")).toBe("started\n");
  });

  test("a submission in a loop leaves the loop's input alone", async () => {
    const one = await cluster();
    writeFileSync(join(one.work, "list"), "a\nb\nc\n");
    const ran = await one.run(
      'while read -r x; do sbatch -H --parsable --wrap "echo $x"; squeue -h > /dev/null; done < list',
    );
    expect(ran.out).toBe("1\n2\n3\n");
  });

  test("a reader that stops reading ends a listing quietly", async () => {
    const one = await cluster();
    await one.run("for i in 1 2 3 4 5; do sbatch -H --wrap true; done");
    const ran = await one.run("set -o pipefail; squeue -r | head -n 1");
    expect(ran.out).toMatch(/^ +JOBID PARTITION/);
    expect(ran.err).toBe("");
  });

  test("a signal to a waiting qsub deletes its job", async () => {
    const one = await cluster();
    const ran = await one.run(
      "qsub -cwd -sync y -b y -N long sleep 60 & pid=$!; until qstat | grep -q ' r '; do sleep 0.05; done; kill -INT $pid; wait $pid; echo $?",
    );
    expect(ran.out).toMatch(/^Your job 1 \("long"\) has been submitted\n/);
    expect(ran.out).toMatch(/1\n$/);
    await one.until(async () => (await one.run("qstat")).out === "");
  });

  test("environment, directory, umask and arguments reach the job to the byte", async () => {
    const one = await cluster();
    // Node cannot start a process with words that are not UTF-8; the C runner can.
    const [byte, seenByte] = chain === "c" ? [String.raw`\xff`, "\xff"] : ["b", "b"];
    const line = String.raw`umask 027; export ODD=$'line one\nline ${byte}'; mkdir 'a b'; cd 'a b'; sbatch --wait -o ../seen.out ../job.sh 'x y' '' '*' $'${byte}'`;
    writeFileSync(join(one.work, "job.sh"), '#!/bin/bash\npwd; umask; printf "%s|" "$@"; printf "%s" "$ODD"\n');
    await one.run(line);
    const seen = readFileSync(join(one.work, "seen.out"), "latin1");
    expect(seen).toMatch(new RegExp(`/a b\n0027\nx y\\|\\|\\*\\|${seenByte}\\|line one\nline ${seenByte}$`));
  });

  test("headnode doctor says which relay and runner are in use", async () => {
    const one = await cluster();
    const { stdout } = await execa(headnode, ["doctor"], { env: one.env, reject: false });
    expect(stdout).toMatch(
      chain === "c" ? /slurm relay +C relay and runner in use/ : /slurm relay +Node relay and runner in use/,
    );
  });
});
