/** Whole scripts in other families' words, as they are to be; fixtures/translate has them, and the accounts. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SiteWords } from "../../src/language/neutral.ts";
import type { DialectName } from "../../src/model/job.ts";
import { accountText, losses } from "../../src/translation/account.ts";
import { families } from "../../src/translation/families.ts";
import { renderIn } from "../../src/translation/render.ts";
import { translate } from "../../src/translation/translate.ts";

const folder = join(import.meta.dirname, "../../fixtures/translate");
const site: SiteWords = { environments: { mpi16: 16 }, memory: "h_vmem", gpus: "gpu" };
const names: readonly DialectName[] = ["slurm", "sge", "pbs"];
const now = new Date("2026-11-21T12:00:00").getTime();

const cases = readdirSync(folder).flatMap((file) => {
  const [, name = "", dialect] = /^([^.]+)\.(slurm|sge|pbs)\.sh$/.exec(file) ?? [];
  const from = names.find((one) => one === dialect);
  return from ? names.filter((to) => to !== from).map((to) => ({ file, name, from, to })) : [];
});

describe.each(cases)("$name from $from to $to", ({ file, name, from, to }) => {
  const text = readFileSync(join(folder, file), "latin1");
  const done = translate({ text, file: "job.sh", now }, { from, to, site });

  test("is the script and the account that were looked at", async () => {
    const both = `${done.script}\n${"-".repeat(40)}\n${accountText("job.sh", done)}`;
    await expect(both).toMatchFileSnapshot(join(folder, "expected", `${name}.${to}.txt`));
  });

  test("is read without a complaint there", () => {
    const { spec } = families[to].read({ text: done.script, file: "job.sh", now });
    const before = families[from].read({ text, file: "job.sh", now });
    expect(spec.wallTime).toBe(before.spec.wallTime);
  });

  test("has an account of every line with options, and of nothing that is not there", () => {
    const lines = text.split(/\r?\n/);
    const said = new Set(families[from].read({ text, file: "job.sh", now }).said.map(({ where }) => where.line));
    const told = new Set(done.account.map(({ line }) => line));
    expect([...said].filter((line) => !told.has(line))).toEqual([]);
    for (const { line, was, column, fate } of done.account)
      if (line !== null && column !== null && fate !== "added")
        expect(lines[line - 1]).toContain(was.split(" ")[0]?.slice(0, 1));
  });

  test("has the other lines byte for byte", () => {
    const changed = new Set(done.account.flatMap(({ line, fate }) => (line === null || fate === "left" ? [] : [line])));
    const kept = text.split("\n").filter((_, at) => !changed.has(at + 1));
    const lines = done.script.split("\n");
    expect(kept.filter((line) => !lines.includes(line) && !families[from].reads.test(line))).toEqual([]);
  });
});

test("a script stays what it is in its own words", () => {
  const text = "#!/bin/sh\n#SBATCH --time=5\n";
  const done = translate({ text, file: "job.sh", now }, { from: "slurm", to: "slurm", site });
  expect(done).toMatchObject({ script: text, account: [] });
});

describe("a submitted job in another family's words", () => {
  const text = "#!/bin/bash\n#SBATCH --time=5\necho $SLURM_ARRAY_TASK_ID\n";
  const { spec } = families.slurm.read({
    text: "#!/bin/bash\n#SBATCH --time=90 -n 4 --array=0-3 --qos=q\n",
    file: "job.sh",
    now,
  });

  test("is all in the arguments, and its script's directives count no more", () => {
    const done = renderIn("sge", spec, { from: "slurm", text, interpreter: "/bin/bash", site });
    expect(done.args).toEqual(
      expect.arrayContaining(["-pe", "mpi", "4", "-l", "h_rt=01:30:00", "-t", "1-4", "-cwd", "-V", "-S", "/bin/bash"]),
    );
    expect(done.script).toBe("#!/bin/bash\necho $((SGE_TASK_ID-1))\n");
    expect(losses(done.account)).toBe(1);
  });
});
