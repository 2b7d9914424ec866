/** The words for completion name every command and are words their shell understands. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { cliCommands } from "../../src/cli/commands.ts";
import { completion } from "../../src/cli/completion.ts";

test("bash takes the words and completes with them", () => {
  const { out = "" } = completion("bash", cliCommands);
  const script = `${out}\ncomplete -p sbatch qsub headnode`;
  const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 0]);
  expect(stdout).toContain("--ntasks-per-node");
  expect(stdout).toContain("-hold_jid");
  expect(stdout).toContain("completion");
});

test("zsh and fish are told what each option is for", () => {
  expect(completion("zsh", cliCommands).out).toContain("compdef _headnode_sbatch sbatch\n");
  expect(completion("fish", cliCommands).out).toContain("complete -c sbatch -a '--time' -d ");
});
