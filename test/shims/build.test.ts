import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const hasCompiler = ["cc", "gcc", "clang"].some((name) =>
  (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, name))),
);

let base: string;
let shims: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "headnode build "));
  shims = join(base, "shims");
  copyFileSync(join(root, "package.json"), join(base, "package.json"));
  cpSync(join(root, "shims"), shims, { recursive: true, filter: (path) => !path.includes("native") });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const build = (env: Record<string, string> = {}): string =>
  execFileSync(process.execPath, [join(shims, "build.mjs")], { encoding: "utf8", env: { ...process.env, ...env } });
const shimsOf = (dialect: string): string[] => readdirSync(join(root, "shims", dialect)).sort();

test.runIf(hasCompiler)("every shim gets its relay, without a warning, also where the path holds a blank", () => {
  const script = readFileSync(join(shims, "build.mjs"), "utf8");
  const sources = readdirSync(shims).filter((name) => name.endsWith(".c"));
  expect(sources.filter((name) => !script.includes(`"${name}"`))).toEqual([]);
  expect(build({ HEADNODE_CFLAGS: "-Wall -Wextra -Werror" })).toBe("");
  const native = join(shims, "native");
  const families = ["slurm", "sge", "mpi"];
  for (const dialect of families) expect(readdirSync(join(native, dialect)).sort()).toEqual(shimsOf(dialect));
  expect(readdirSync(native).sort()).toEqual(["build.json", "mpi", "runner", "sge", "slurm"]);
  expect(statSync(join(native, "runner")).mode & 0o111).not.toBe(0);
  expect(JSON.parse(readFileSync(join(native, "build.json"), "utf8"))).toMatchObject({
    flags: expect.arrayContaining(["-O2"]),
  });
  expect(readdirSync(base).sort()).toEqual(["package.json", "shims"]);
  expect(readdirSync(shims).filter((name) => name.startsWith("native"))).toEqual(["native"]);
});

test.runIf(hasCompiler)("a relay that cannot reach a daemon becomes the Node relay with the same arguments", () => {
  build();
  const shim = join(shims, "slurm/sbatch");
  writeFileSync(shim, "console.log(JSON.stringify(process.argv.slice(2)));\n");
  const env = { PATH: process.env.PATH, HEADNODE_HOME: join(base, "nowhere") };
  const out = execFileSync(join(shims, "native/slurm/sbatch"), ["-n", "a b", ""], { encoding: "utf8", env });
  expect(JSON.parse(out)).toEqual(["-n", "a b", ""]);
  rmSync(shim);
  expect(() => execFileSync(join(shims, "native/slurm/sbatch"), [], { env, stdio: "pipe" })).toThrow(
    /npm rebuild headnode/,
  );
});

test("without a compiler, with a broken one, or unwanted, the commands go without", () => {
  expect(build({ CC: join(base, "none") })).toMatch(/^headnode: no C compiler found;.*\n$/);
  const broken = join(base, "broken");
  writeFileSync(broken, "#!/bin/sh\necho 'it is broken' >&2\nexit 1\n");
  chmodSync(broken, 0o755);
  expect(build({ CC: broken })).toMatch(/^headnode: .*it is broken.*\n$/);
  expect(build({ HEADNODE_NO_CC: "1" })).toBe("");
  expect(readdirSync(shims).filter((name) => name.startsWith("native"))).toEqual([]);
});

test("every shim can be executed and names itself", () => {
  for (const dialect of ["slurm", "sge"]) {
    for (const command of shimsOf(dialect)) {
      const path = join(root, "shims", dialect, command);
      expect(statSync(path).mode & 0o111, path).toBe(0o111);
      expect(readFileSync(path, "utf8")).toContain(`relayMain("${dialect}", "${command}")`);
    }
  }
});
