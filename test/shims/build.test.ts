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
  const facts = JSON.parse(readFileSync(join(native, "build.json"), "utf8"));
  expect(facts.quick).toBe(facts.static && process.platform === "linux" && process.arch === "x64");
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

/** A daemon's program that says what it finds around it, and serves one command. */
const program = `const { readdirSync, readFileSync, readlinkSync, writeFileSync, writeSync } = require("node:fs");
const { createServer } = require("node:net");
const target = (fd) => { try { return readlinkSync("/proc/self/fd/" + fd); } catch { return "closed"; } };
const [own, parent] = [/^SigIgn:\\s*(\\w+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1], process.ppid];
const seen = { words: process.argv.slice(2), cwd: process.cwd(), input: target(0), passwd: readdirSync("/proc/self/fd").map(target).includes("/etc/passwd"), ignored: parseInt(own, 16) & 1,
  mark: process.env.HEADNODE_JOB_MARK ?? null, detached: process.env.HEADNODE_DETACHED, letter: process.env.LETTER, parent };
writeFileSync("seen.json", JSON.stringify(seen));
const server = createServer((socket) => socket.once("data", () => {
  socket.end("o\\0\\0\\0\\7served\\nx\\0\\0\\0\\u00020\\0", "latin1");
  server.close();
}));
server.listen("socket", () => {
  writeSync(3, process.env.LETTER + "\\n");
  if (process.env.LETTER !== "ready") process.exit(1);
});
`;

test.runIf(hasCompiler)(
  "a relay that finds no daemon starts it, with nothing of its caller's but the environment",
  () => {
    build();
    writeFileSync(join(shims, "daemon/daemon.cjs"), program);
    writeFileSync(join(shims, "slurm/sbatch"), "console.log('Node was asked');\n");
    const call = (home: string, letter: string) => {
      const env = { PATH: process.env.PATH, HEADNODE_HOME: home, HEADNODE_JOB_MARK: "7", LETTER: letter };
      const line = `trap '' HUP; exec 8</etc/passwd; exec "${join(shims, "native/slurm/sbatch")}"`;
      return execFileSync("sh", ["-c", line], { encoding: "utf8", env, cwd: base });
    };
    const home = join(base, "s");
    expect(call(home, "ready")).toBe("served\n");
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(home, "seen.json"), "utf8"))).toEqual({
      ...{ words: [home], cwd: home, input: "/dev/null", passwd: false, ignored: 0, mark: null, detached: "1" },
      ...{ letter: "ready", parent: expect.any(Number) },
    });
    expect(call(join(base, "other"), "the store is of a newer version")).toBe("Node was asked\n");
  },
);

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
