/** `headnode doctor` has a row for each check, and says what to do where something is amiss. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { examine, rows } from "../../src/cli/doctor.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headnode-doctor-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const doctor = (env: Readonly<Record<string, string>> = {}) =>
  examine({
    env: {
      HEADNODE_HOME: join(directory, "state"),
      HEADNODE_CONFIG: join(directory, "none"),
      PATH: join(directory, "bin"),
      ...env,
    },
    cwd: directory,
    argv: [],
  });

test("a sound machine gives one line for each check, and 0", async () => {
  const { out = "", code } = await doctor();
  const marks = out.split("\n").filter((line) => /^(ok|warn|bad) /.test(line));
  expect(marks.length).toBeLessThanOrEqual(rows.length);
  expect(marks.length).toBeGreaterThan(12);
  expect(out).toMatch(/^ok +daemon +none runs; the first command starts one$/m);
  expect(out).toMatch(/^warn +sbatch +no sbatch on PATH\n +eval "\$\(headnode env\)"$/m);
  expect([out, code]).toEqual([out, 0]);
});

test("a state directory that cannot be used is bad, and the rest is still looked at", async () => {
  writeFileSync(join(directory, "state"), "a file");
  const { out = "", code } = await doctor();
  expect(code).toBe(1);
  expect(out).toMatch(/^bad +state directory +/m);
  expect(out).toMatch(/^ok +store +/m);
});

test("a wrong config is bad, with its place", async () => {
  writeFileSync(join(directory, "wrong.toml"), "nonsense = 1\n");
  const { out = "", code } = await doctor({ HEADNODE_CONFIG: join(directory, "wrong.toml") });
  expect(code).toBe(1);
  expect(out).toMatch(/^bad +config +.*wrong\.toml:1:1: /m);
});

test("another one's sbatch in front is named", async () => {
  writeFileSync(join(directory, "sbatch"), "#!/bin/sh\n", { mode: 0o755 });
  const { out = "" } = await doctor({ PATH: directory });
  expect(out).toContain(`${join(directory, "sbatch")} is another one's`);
});
