/** A newer version is installed while jobs run and wait: its first command takes over, and nothing is lost. */

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { processes } from "../torture/killer.ts";

const root = resolve(import.meta.dirname, "../..");
const made: string[] = [];
const open: RealCluster[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A copy of the built package that says it is another version; the directory of its Node commands. */
function otherVersion(): string {
  const directory = mkdtempSync(join(tmpdir(), "headnode-upgrade-"));
  made.push(directory);
  for (const part of ["dist", "grammar", "shims"]) cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  const facts = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Readonly<Record<string, unknown>>;
  writeFileSync(join(directory, "package.json"), JSON.stringify({ ...facts, version: "99.0.0" }));
  return join(directory, "shims/slurm");
}

test.each(chains)("from the %s chain", { timeout: 120_000 }, async (chain) => {
  const one = await realCluster(chain);
  open.push(one);
  const newer = { PATH: `${otherVersion()}:${one.env.PATH}` };
  await one.run("sbatch -o /dev/null --wrap 'echo begin >> starts; until [ -e go ]; do sleep 0.05; done; exit 4'");
  await one.run("sbatch -o /dev/null -d afternotok:1 --wrap 'exit 5'; sbatch -H --wrap true");
  await one.until(() => one.text("starts") !== "");
  const before = processes(one.state);
  const id = await one.run("sbatch --parsable -o /dev/null -d afterany:2 --wrap 'exit 6'", { env: newer });
  expect(id).toEqual({ out: "4\n", err: "", code: 0 });
  const after = processes(one.state);
  expect(after.daemon).not.toBe(before.daemon);
  expect(after.runner).toBe(before.runner);
  await one.run("touch go");
  await one.until(async () => (await one.run("squeue -h -o %i", { env: newer })).out === "3\n");
  expect((await one.run("sacct -n -P -X -o JobID,State,ExitCode", { env: newer })).out).toBe(
    "1|FAILED|4:0\n2|FAILED|5:0\n3|PENDING|0:0\n4|FAILED|6:0\n",
  );
  expect(one.text("starts")).toBe("begin\n");
});
