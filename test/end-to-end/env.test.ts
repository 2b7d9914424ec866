/** `headnode env` in each shell that is installed: the words put the shims on PATH, and take them away again. */

import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { headnode } from "../support/real-cluster.ts";

/** How each shell evaluates another program's output. */
const shells: Readonly<Record<string, (words: string) => string>> = {
  sh: (words) => `eval "$(${words})"`,
  bash: (words) => `eval "$(${words})"`,
  zsh: (words) => `eval "$(${words})"`,
  fish: (words) => `${words} | source`,
  csh: (words) => `eval \`${words}\``,
  tcsh: (words) => `eval "\`${words}\`"`,
};

const found = await Promise.all(
  Object.keys(shells).map(async (shell) =>
    (await execa(shell, ["-c", "exit 0"], { reject: false })).exitCode === 0 ? shell : "",
  ),
);

describe.each(found.filter(Boolean))("in %s", (shell) => {
  const spell = shells[shell] ?? ((words: string) => words);
  const path = "/usr/local/bin:/usr/bin:/bin";
  const env = { PATH: `${process.execPath.replace(/\/node$/, "")}:${path}`, SHELL: `/bin/${shell}`, HOME: "/" };
  const inShell = async (line: string) => (await execa(shell, ["-c", line], { env, extendEnv: false })).stdout.trim();

  test("sbatch and qsub are found after it, and PATH is as before after --off", async () => {
    const on = spell(`${headnode} env`);
    expect(await inShell(`${on}\nwhich sbatch`)).toMatch(/shims\/(native\/)?slurm\/sbatch$/);
    expect(await inShell(`${on}\nwhich qsub`)).toMatch(/shims\/(native\/)?sge\/qsub$/);
    expect(await inShell(`${on}\n${on}\n${spell(`${headnode} env --off`)}\nenv | grep ^PATH=`)).toBe(
      `PATH=${env.PATH}`,
    );
  });

  test("one family alone can be chosen", async () => {
    const on = spell(`${headnode} env sge`);
    expect(await inShell(`${on}\nenv | grep ^PATH=`)).not.toMatch(/shims\/(native\/)?slurm/);
  });
});
