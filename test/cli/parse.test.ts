/** `headnode parse`: what a script means, where each thing was said, and what is ignored. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseScript } from "../../src/cli/parse.ts";
import { UsageError } from "../../src/model/errors.ts";
import { specFields } from "../../src/model/spec.ts";

const directory = mkdtempSync(join(tmpdir(), "headnode-parse-"));
afterAll(() => rmSync(directory, { recursive: true }));

const facts = { env: { HOME: "/home/ada", USER: "ada" }, cwd: directory, argv: [] };
const demo = (name: string) => resolve(import.meta.dirname, "../../fixtures/demo", name);
const document = async (script: string, flags: readonly string[] = []) =>
  JSON.parse((await parseScript(facts, { script, json: true, flags })).out ?? "");

test("the JSON has every field, null where nothing was said, and places", async () => {
  const { version, dialect, interpreter, spec, units, said } = await document(demo("measure.sh"), ["--time=10"]);
  expect([version, dialect, interpreter]).toEqual([1, "slurm", "/bin/bash"]);
  expect(Object.keys(spec)).toEqual(Object.keys(specFields));
  expect(units.wallTime).toBe("seconds");
  expect(spec).toMatchObject({
    name: "measure",
    wallTime: 600,
    array: [{ first: 0, last: 5, step: 1 }],
    arrayThrottle: 2,
    account: null,
  });
  expect(said.name).toMatchObject({ option: "--job-name", source: "measure.sh", line: 2, column: 9 });
  expect(said.wallTime).toMatchObject({ option: "--time", source: "command line", line: null });
});

test("a Grid Engine script is known by its directives", async () => {
  const { dialect, spec } = await document(demo("align.sh"));
  expect(dialect).toBe("sge");
  expect(spec).toMatchObject({ name: "align", wallTime: 300, joinStreams: true });
});

test("default files and files of options count, each with its place", async () => {
  writeFileSync(join(directory, ".sge_request"), "# site\n-m a -l h_rt=60\n");
  writeFileSync(join(directory, "more"), "-N other\n");
  const { spec, said } = await document(demo("align.sh"), ["-@", "more"]);
  rmSync(join(directory, ".sge_request"));
  expect(spec).toMatchObject({ name: "other", mailEvents: ["a"], wallTime: 300 });
  expect(said.mailEvents).toMatchObject({ line: 2, column: 1 });
});

test("what is ignored is listed with its reason", async () => {
  const path = join(directory, "ignored.sh");
  writeFileSync(path, "#!/bin/sh\n#SBATCH --switches=2\n#SBATCH -t unlimited\n");
  const { ignored, spec } = await document(path);
  expect(ignored).toMatchObject([{ option: "--switches", values: ["2"], line: 2 }]);
  expect(ignored[0].why).not.toBe("");
  expect(spec.wallTime).toBe("unlimited");
});

test("the plain form names value, unit and place", async () => {
  const { out } = await parseScript(facts, { script: demo("measure.sh"), json: false, flags: [] });
  expect(out).toContain("slurm job, run by /bin/bash\n");
  expect(out).toMatch(/ wallTime +300 seconds +--time 00:05:00 \(measure\.sh:4:9\)\n/);
});

test.each([
  ["#!/bin/sh\n#SBATCH --time=abc\n", "bad.sh:2:9", "Invalid --time specification"],
  ["#!/bin/sh\n\n#$ -pe smp\n", "bad.sh:3:4", "-pe option must have range as 2nd argument"],
  ["#!/bin/sh\n#PBS -l walltime=soon\n", "bad.sh:2:6", "soon"],
])("a bad value in %j is told with its place", async (script, where, text) => {
  const path = join(directory, "bad.sh");
  writeFileSync(path, script);
  const error: unknown = await parseScript(facts, { script: path, json: false, flags: [] }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).where).toBe(where);
  expect((error as UsageError).message).toContain(text);
});
