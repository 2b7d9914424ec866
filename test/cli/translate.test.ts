/** `headnode translate` reads files and directories, writes where it is told, and says what is lost. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TranslateAsk, translateScripts } from "../../src/cli/translate.ts";

let directory = "";
const good = "#!/bin/bash\n#SBATCH --time=5\necho gr\u00fc\u00dfe $SLURM_JOB_NAME\n";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headnode-translate-"));
  writeFileSync(join(directory, "good.sh"), good, "latin1");
  writeFileSync(join(directory, "lossy.sh"), "#!/bin/bash\n#SBATCH --qos=long\n");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const plain: TranslateAsk = {
  ...{ scripts: ["good.sh"], to: "sge", inPlace: false, json: false, strict: false, quiet: false },
  ...{ pe: [], memory: "h_vmem", gpus: "gpu" },
};

function translate(asked: Partial<TranslateAsk>) {
  const env = { HOME: directory, HEADNODE_HOME: directory };
  return translateScripts({ cwd: directory, env, argv: [] }, { ...plain, ...asked });
}

test("the script is the reply, the account goes to standard error, and nothing lost is 0", async () => {
  const { out, err, code, encoding } = await translate({});
  expect(out).toContain("#$ -l h_rt=00:05:00\n");
  expect(out).toContain("echo gr\u00fc\u00dfe $JOB_NAME\n");
  expect(err).toContain("good.sh:2: changed  --time 5 → -l h_rt=00:05:00\n");
  expect({ code, encoding }).toEqual({ code: 0, encoding: "latin1" });
});

test("something lost is 1, and --strict writes nothing then", async () => {
  expect(await translate({ scripts: ["lossy.sh"] })).toMatchObject({ code: 1 });
  expect(await translate({ scripts: ["lossy.sh"], strict: true })).toMatchObject({ code: 1, out: "" });
  await translate({ scripts: ["lossy.sh"], strict: true, inPlace: true });
  expect(readFileSync(join(directory, "lossy.sh"), "utf8")).toContain("#SBATCH --qos=long");
});

test("--in-place keeps what was in a .bak, byte for byte", async () => {
  await translate({ scripts: ["."], inPlace: true });
  expect(readFileSync(join(directory, "good.sh.bak"), "latin1")).toBe(good);
  expect(readFileSync(join(directory, "good.sh"), "latin1")).toContain("gr\u00fc\u00dfe $JOB_NAME");
});

test("what cannot be read is 2 and has its place; several scripts need a place of their own", async () => {
  writeFileSync(join(directory, "bad.sh"), "#!/bin/sh\n#SBATCH --time=soon\n");
  expect(await translate({ scripts: ["bad.sh"] })).toMatchObject({ code: 2, out: "" });
  await expect(translate({ scripts: ["."] })).rejects.toMatchObject({ exitCode: 2 });
});

test("--json is script and account in one", async () => {
  const { out = "" } = await translate({ scripts: ["lossy.sh"], json: true });
  const document = JSON.parse(out);
  expect(document).toMatchObject({ from: "slurm", to: "sge", lost: 1 });
  expect(document.account[0]).toMatchObject({ line: 2, fate: "lost", was: "--qos long", isLoss: true });
});
