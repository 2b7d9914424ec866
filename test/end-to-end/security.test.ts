/** Who may not: other users, directories that are not one's own, and values of options that would like to be commands. */

import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, describe, expect, test } from "vitest";
import { qsubOptions } from "../../src/dialects/sge/options.ts";
import { sbatchOptions } from "../../src/dialects/slurm/options.ts";
import type { OptionRow } from "../../src/language/option.ts";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

const open: RealCluster[] = [];
const cluster = async (): Promise<RealCluster> => {
  const made = await realCluster(chains[0] ?? "node");
  open.push(made);
  return made;
};

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const isRoot = process.getuid?.() === 0;
/** A user who is nobody in particular. */
const stranger = 65534;

describe.runIf(isRoot)("another user", () => {
  test("reaches neither socket, store, scripts nor environments, and a job's output only as its mode allows", async () => {
    const one = await cluster();
    for (const directory of [dirname(one.work), one.work]) chmodSync(directory, 0o755);
    await one.run("umask 077; SECRET=hush sbatch -o private.out --wrap 'echo hush; sleep 30'");
    await one.run("umask 022; sbatch -o public.out --wrap 'echo fine; sleep 30'");
    await one.until(() => one.text("private.out") !== "" && one.text("public.out") !== "");
    const asStranger = (line: string) =>
      execa("bash", ["-c", line], { uid: stranger, gid: stranger, env: one.env, cwd: "/", reject: false });
    expect((await asStranger("sbatch --wrap true")).exitCode).not.toBe(0);
    expect((await asStranger("squeue")).stderr).toMatch(/belongs to another user|[Pp]ermission denied/);
    const names = readdirSync(one.state, { recursive: true, encoding: "utf8" });
    expect(names).toContain("store.db");
    for (const name of names) {
      const { stdout, exitCode } = await asStranger(`cat '${join(one.state, name)}'`);
      expect({ name, stdout, failed: exitCode !== 0 }).toEqual({ name, stdout: "", failed: true });
    }
    expect((await asStranger(`cat ${one.work}/private.out`)).exitCode).not.toBe(0);
    expect((await asStranger(`cat ${one.work}/public.out`)).stdout).toBe("fine");
    await one.run("scancel -u $(id -un)");
  });

  test("cannot lend us a state directory", async () => {
    const one = await cluster();
    mkdirSync(one.state, { mode: 0o700 });
    chownSync(one.state, stranger, stranger);
    expect((await one.run("sbatch --wrap true")).err).toMatch(/belongs to another user; set HEADNODE_HOME/);
    chownSync(one.state, 0, 0);
  });
});

test("a state directory that others may write, or that is reached over a symbolic link, is refused", async () => {
  const one = await cluster();
  mkdirSync(one.state, { mode: 0o700 });
  chmodSync(one.state, 0o770);
  expect((await one.run("sbatch --wrap true")).err).toMatch(/can be written by others/);
  chmodSync(one.state, 0o700);
  symlinkSync(one.state, `${one.state}-link`);
  const linked = await one.run("sbatch --wrap true", { env: { HEADNODE_HOME: `${one.state}-link` } });
  expect(linked.err).toMatch(/is a symbolic link/);
});

/** Values that do something where a shell reads them. */
const traps = ["$(touch TRAP)", "`touch TRAP`", ";touch TRAP;", "a\ntouch TRAP\n", "'\"$(touch TRAP)"];

const withValues = (rows: readonly OptionRow[]): readonly string[] =>
  rows.filter(({ effect }) => effect.takes === "value").map(({ name }) => name);

describe("no option's value reaches a shell", () => {
  test.each([
    ["sbatch", withValues(sbatchOptions.rows).map((name) => (trap: string) => [`--${name}=${trap}`])],
    ["qsub", withValues(qsubOptions.rows).map((name) => (trap: string) => [`-${name}`, trap])],
  ])("of %s", { timeout: 240_000 }, async (command, options) => {
    const one = await cluster();
    writeFileSync(join(one.work, "job.sh"), "#!/bin/sh\ntrue\n");
    for (const [at, option] of options.entries()) {
      const trap = (traps[at % traps.length] ?? "").replaceAll("TRAP", join(one.work, "trapped"));
      await execa(command, [...option(trap), "job.sh"], {
        ...{ cwd: one.work, env: one.env, extendEnv: false, reject: false, input: "" },
        timeout: 20_000,
      });
    }
    await one.run("scancel -u $(id -un); qdel -u $(id -un)");
    await one.quiet(60);
    expect(existsSync(join(one.work, "trapped"))).toBe(false);
  });
});

test("a name with slashes and dots makes no file of its own anywhere", async () => {
  const one = await cluster();
  await one.run("sbatch --wait -J ../../escaped --wrap 'echo x'");
  expect((await one.run("echo true | qsub -cwd -N ../b")).code).not.toBe(0);
  expect(readdirSync(one.work)).toEqual(["slurm-1.out"]);
  expect(readdirSync(dirname(one.work)).sort()).toEqual(["home", "state", "work"]);
  expect(readdirSync(join(one.state, "jobs"))).toEqual([]);
});
