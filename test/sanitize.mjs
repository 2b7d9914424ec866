// npm run sanitize: plays the tests of runner and relay on C programs built with AddressSanitizer and UBSan, then, where
// there is valgrind, on ones that run under it. The usual programs are built again afterwards.

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const native = join(root, "shims/native");
const strict = "-Wall -Wextra -Werror -g -fno-omit-frame-pointer";

function build(flags, rest = {}) {
  const env = { ...process.env, HEADNODE_CFLAGS: flags, ...rest };
  execFileSync(process.execPath, [join(root, "shims/build.mjs")], { env, stdio: "inherit" });
  execFileSync("test", ["-x", join(native, "runner")]); // a failed build leaves nothing and would test nothing
}

function play(name, files, more) {
  console.log(`\n${name}: ${files.join(" ")}`);
  const words = ["vitest", "run", ...files, "--reporter=dot", ...(more.only ? ["-t", more.only] : [])];
  const { status } = spawnSync("npx", words, { cwd: root, stdio: "inherit", env: { ...process.env, ...more.env } });
  return status === 0;
}

function underValgrind(program) {
  const path = join(native, program);
  renameSync(path, `${path}.checked`);
  const words = "--quiet --error-exitcode=99 --exit-on-first-error=yes --trace-children=no";
  writeFileSync(path, `#!/bin/sh\nexec valgrind ${words} "$0.checked" "$@"\n`);
  chmodSync(path, 0o755);
}

const results = [];
try {
  build(`${strict} -fsanitize=address,undefined -fno-sanitize-recover=all`);
  // What a program that ends by _exit still holds is no leak.
  const env = { ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=1" };
  results.push(
    play("AddressSanitizer and UBSan", ["test/runner", "test/relay"], { env, only: "the c (relay|runner)" }),
  );
  if (spawnSync("valgrind", ["--version"]).status === 0) {
    build(strict, { HEADNODE_DYNAMIC: "1" });
    underValgrind("runner");
    underValgrind("slurm/sbatch");
    // Left out: processor time would be valgrind's own; and of setrlimit for open files valgrind lets only its client
    // know, never the kernel, so that what the job executes has the limit of before.
    const only = "the c (relay|runner) (?!sets limits|measures processor time)";
    const files = [
      "test/runner/runner.test.ts",
      "test/runner/lines.test.ts",
      "test/runner/usage.test.ts",
      "test/relay/relay.test.ts",
    ];
    results.push(play("valgrind", files, { only }));
  } else console.log("there is no valgrind here: that part is left out");
} finally {
  build("");
}
process.exit(results.every(Boolean) ? 0 : 1);
