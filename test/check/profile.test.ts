/** What captured clusters said to jobs, and what their profiles say to the same ones: fixtures/profiles has both. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeCluster } from "../../src/config/cluster.ts";
import { readConfig } from "../../src/config/config.ts";
import { found, world } from "./world.ts";

const folder = join(import.meta.dirname, "../../fixtures/profiles");
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");
const machine = { host: "vm", cpus: 4, memory: 2 ** 34, gpus: 0 };
const root = { ...world.user, name: "root", uid: 0, gid: 0, group: "root", home: "/root" };

function clusterOf(profile: string) {
  const read = readConfig(textOf(profile));
  if ("findings" in read) throw new Error(JSON.stringify(read.findings));
  return describeCluster(read.config, machine);
}

describe.each([
  { family: "slurm", prefix: "#SBATCH" },
  { family: "sge", prefix: "#$" },
] as const)("the profile of a real $family", ({ family, prefix }) => {
  const cluster = clusterOf(`${family}.toml`);
  const lines = textOf(`${family}-said.txt`).trim().split("\n");

  test.each(lines.map((line) => line.split("\t")))("%s: %s", (options = "", said = "") => {
    const script = `#!/bin/bash\n${prefix} ${options}\nsleep 1\n`;
    const findings = found(script, family, { ...world, user: root, cluster });
    const told = findings.filter(({ id }) => id === "refused" || id === "over-limit" || id === "bad-value");
    const words = told.map(({ message }) => message).join("\n");
    if (said === "taken") expect(words).toBe("");
    else if (said.startsWith("waits")) expect([...new Set(told.map(({ id }) => id))]).toEqual(["over-limit"]);
    else
      for (const line of said.replace("refused: ", "").split("|"))
        expect(words).toContain(line.replace("Batch job submission failed: ", ""));
  });
});
