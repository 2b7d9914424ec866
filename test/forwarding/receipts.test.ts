/** Owns proofs about what is run there by a real shell: a submission leaves a receipt, is made once, and needs no connection to its end. */

import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Part, partOf, repliesIn, scriptOf, shellWord } from "../../src/backends/dialogue.ts";
import { readReceiptPart, receiptsPart, type SubmitAsk } from "../../src/backends/receipts.ts";
import { transportOf } from "../../src/backends/transports.ts";

let base: string;
let root: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "hn-receipts-"));
  root = join(base, "there with a blank");
  mkdirSync(join(base, "work"));
  // Notes what it is given and how it is called; answers a number.
  writeFileSync(
    join(base, "submit"),
    `#!/bin/sh\nwhile [ -e ${base}/hold ]; do sleep 0.05; done\nfor last; do :; done\ncp "$last" ${base}/given\n{ pwd; umask; printf '%s|' "$@"; echo; echo "$GREETING"; echo "$PATH"; } >>${base}/calls\necho 42\n`,
  );
  chmodSync(join(base, "submit"), 0o755);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const here = () =>
  transportOf({ over: "here", sshOptions: [], directory: base, environment: { PATH: "/usr/bin:/bin", HOME: base } });

async function talk(parts: readonly Part[]) {
  const ran = await here().run(scriptOf(parts), 20_000);
  return ran.kind === "ran" ? repliesIn(ran.out) : null;
}

function asked(more: Partial<SubmitAsk> = {}): SubmitAsk {
  return {
    ...{ mark: "hn-1-abc", directory: join(base, "work"), umask: 0o027, again: false, variables: { SITE: "x y" } },
    environment: ["GREETING=it's\nme", "PATH=/usr/bin:/bin"],
    line: { argv: [join(base, "submit"), "-N", "a 'quoted' name", "{}"] },
    script: { name: "dir/my job.sh", bytes: Buffer.from("#!/bin/sh\necho $HOME 'x' \\\\ \xff no end", "latin1") },
    ...more,
  };
}

test("the script arrives byte for byte, the command has its place, mask, words and environment", async () => {
  expect(await talk([receiptsPart([asked()], shellWord(root))])).toEqual([{ code: 0, out: "42\n", err: "" }]);
  expect(readFileSync(join(base, "given"), "latin1")).toBe("#!/bin/sh\necho $HOME 'x' \\\\ \xff no end");
  const calls = readFileSync(join(base, "calls"), "utf8");
  expect(calls).toContain(`${join(base, "work")}\n0027\n`);
  expect(calls).toContain("-N|a 'quoted' name|");
  expect(calls).toContain("/my_job.sh|");
  expect(calls).toContain("it's\nme\n/usr/bin:/bin\n");
  // What is in there may be secret.
  expect(statSync(join(root, "receipts")).mode & 0o077).toBe(0);
});

test("asked again it gives the same answer and does nothing", async () => {
  for (let time = 0; time < 3; time++) await talk([receiptsPart([asked()], shellWord(root))]);
  expect(await talk([readReceiptPart("hn-1-abc", shellWord(root))])).toEqual([{ code: 0, out: "42\n", err: "" }]);
  expect(readFileSync(join(base, "calls"), "utf8").match(/-N\|/g)).toHaveLength(1);
});

test("what nobody submitted has no receipt", async () => {
  expect(await talk([readReceiptPart("hn-9-none", shellWord(root))])).toEqual([{ code: 251, out: "", err: "" }]);
});

test("a text that broke off on its way does nothing at all", async () => {
  const whole = scriptOf([receiptsPart([asked()], shellWord(root))]);
  for (const share of [0.2, 0.5, 0.9, 0.99]) await here().run(whole.slice(0, Math.floor(whole.length * share)), 20_000);
  await here().run(whole.slice(0, -2), 20_000);
  expect(existsSync(join(root, "receipts"))).toBe(false);
  expect(() => statSync(join(base, "calls"))).toThrow();
});

test("a batch that arrived is submitted as a whole though the connection breaks at once", async () => {
  const asks = [1, 2, 3, 4].map((at) => asked({ mark: `hn-${at}-abc` }));
  writeFileSync(join(base, "hold"), "");
  const shell = spawn("sh", ["-s"], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/bin:/bin", HOME: base },
  });
  shell.stdin.end(scriptOf([receiptsPart(asks, shellWord(root))]));
  // The last of the batch belongs to the process that goes on.
  await until(
    () =>
      numberIn(join(root, "receipts", "hn-4-abc", "pid")) > 0 &&
      numberIn(join(root, "receipts", "hn-4-abc", "pid")) !== shell.pid,
  );
  shell.kill("SIGKILL");
  rmSync(join(base, "hold"));
  const marks = asks.map(({ mark }) => readReceiptPart(mark, shellWord(root)));
  await until(() => asks.every(({ mark }) => existsSync(join(root, "receipts", mark, "code"))));
  const replies = await talk(marks);
  expect(replies?.map(({ out }) => out)).toEqual(["42\n", "42\n", "42\n", "42\n"]);
  expect(readFileSync(join(base, "calls"), "utf8").match(/-N/g)).toHaveLength(4);
});

test("replies are told by their length, whatever is in them, and half of one is none", async () => {
  const odd = partOf({ argv: ["printf", "%s", "0 1 1\nheadnode-was-here\né"], variables: { A: "b c" } });
  const failing = partOf({ argv: ["sh", "-c", "echo no >&2; exit 7"] });
  expect(await talk([odd, failing])).toEqual([
    { code: 0, out: "0 1 1\nheadnode-was-here\né", err: "" },
    { code: 7, out: "", err: "no\n" },
  ]);
  const ran = await here().run(scriptOf([odd, failing]), 20_000);
  const out = ran.kind === "ran" ? ran.out : Buffer.alloc(0);
  for (let length = 0; length < out.length - 1; length++) expect(repliesIn(out.subarray(0, length))).toBeNull();
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

function numberIn(path: string): number {
  return existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
}
