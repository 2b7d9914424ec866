/** The stand-in for environment modules says the same to every shell that is here, and survives set -eu. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const modules = resolve(import.meta.dirname, "../../shims/modules");
let place: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "headnode-modules-"));
  const rules = [
    ["gcc/*", "path", "/opt/gcc/bin"],
    ["gcc/*", "variable", "CC", "it's gcc!"],
    ["setup", "source", join(place, "setup.sh")],
    ["cuda*", "refuse", "no GPU here"],
  ];
  writeFileSync(join(place, "rules"), rules.map((rule) => `${rule.join("\t")}\n`).join(""));
  writeFileSync(join(place, "setup.sh"), "SETUP=done\n");
  writeFileSync(join(place, "asked"), "");
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

const env = (): NodeJS.ProcessEnv => ({
  PATH: "/usr/bin:/bin",
  HEADNODE_MODULES: place,
  HEADNODE_MODULECMD: join(modules, "modulecmd"),
  HEADNODE_SHIMS: "/shims",
});
const isHere = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;
const [bourne, c] = [["sh", "bash", "dash", "zsh", "ksh"].filter(isHere), ["tcsh", "csh"].filter(isHere)];
const missing = ["sh", "bash", "dash", "zsh", "ksh", "tcsh", "csh"].filter(
  (shell) => ![...bourne, ...c].includes(shell),
);
if (missing.length > 0) console.log(`not on this machine, and not tested: ${missing.join(", ")}`);

const script = `set -eu
. ${modules}/init.sh
module purge; module load gcc/12 python/3; echo "$LOADEDMODULES $CC \${PATH%%:*}"
ml R; ml -python; echo "$LOADEDMODULES"
module swap gcc gcc/13; echo "$LOADEDMODULES"; module unload gcc; echo "$LOADEDMODULES \${CC-unset} \${PATH%%:*}"
module is-loaded R && echo loaded; module is-loaded gcc || echo not loaded
module use /x; echo "$MODULEPATH"; (module load a; echo "$LOADEDMODULES"); echo "$LOADEDMODULES"
module load setup; echo "$SETUP"; module avail 2>/dev/null; module restore x; module whatever
module load cuda/12 || echo refused
module load cuda/12
echo not reached
`;

const said = `gcc/12:python/3 it's gcc! /opt/gcc/bin
gcc/12:R
R:gcc/13
R unset /shims
loaded
not loaded
/x
R:a
R
done
refused
`;

describe.each(bourne)("%s", (shell) => {
  test("understands every request", () => {
    const { stdout, stderr, status } = spawnSync(shell, ["-c", script], {
      env: env(),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(stdout).toBe(said);
    expect(stderr).toBe("ERROR: cuda/12: no GPU here\n".repeat(2));
    expect(status).toBe(1);
  });
});

describe.each(c)("%s", (shell) => {
  test("understands what it is told", () => {
    const lines = [
      `source ${modules}/init.csh`,
      "module load gcc/12 python",
      'echo $LOADEDMODULES "$CC"',
      "ml R",
      "module unload gcc",
      "echo $LOADEDMODULES $?CC",
      "module load cuda",
      "echo status $status",
    ];
    const path = join(place, "script.csh");
    writeFileSync(path, `${lines.join("\n")}\n`);
    expect(execFileSync(shell, ["-f", path], { env: env(), encoding: "utf8", stdio: "pipe" })).toBe(
      "gcc/12:python it's gcc!\npython:R 0\nstatus 1\n",
    );
  });
});

test("what was asked is kept for a note", () => {
  writeFileSync(join(place, "asked"), "");
  spawnSync(join(modules, "bin/module"), ["load", "gcc/12", "x"], { env: env() });
  spawnSync(join(modules, "bin/ml"), ["R"], { env: env() });
  expect(readFileSync(join(place, "asked"), "utf8")).toBe("load gcc/12 x\nload R\n");
});

test("where names that nobody described are refused, the message is the usual one", () => {
  writeFileSync(join(place, "refusing"), "");
  const { status, stderr } = spawnSync(join(modules, "bin/module"), ["load", "who"], { env: env(), encoding: "utf8" });
  rmSync(join(place, "refusing"));
  expect([status, stderr]).toEqual([1, "ERROR: Unable to locate a modulefile for 'who'\n"]);
});
