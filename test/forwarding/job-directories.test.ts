/** Owns proofs about files at targets that share none: they go there, come back, and nothing of the user's is ever lost. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  clearDirectory,
  directoryGone,
  fetchDirectory,
  type JobDirectory,
  sendDirectory,
} from "../../src/backends/job-directories.ts";
import { transportOf } from "../../src/backends/transports.ts";

let base: string;
let directory: JobDirectory;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "hn-copies-"));
  const transport = transportOf({
    ...{ over: "here", sshOptions: [], directory: base },
    environment: { PATH: process.env.PATH, HOME: base },
  });
  directory = { transport, here: join(base, "here it is"), there: join(base, "there's", "hn-1-a") };
  mkdirSync(directory.here);
  for (const name of ["job.sh", "input", "both"]) write("here", name, "old");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const past = Date.now() / 1000 - 1000;
/** Seconds later than what was sent. */
function write(where: "here" | "there", name: string, text: string, later = 0): void {
  const path = join(directory[where], name);
  writeFileSync(path, text);
  utimesSync(path, past + later, past + later);
}
const read = (name: string) => readFileSync(join(directory.here, name), "utf8");
const left = () => (existsSync(directory.there) ? readdirSync(directory.there).sort() : []);
const whole: readonly string[] = [];

async function sent(only: readonly string[] = whole): Promise<void> {
  expect(await sendDirectory(directory, only)).toBeNull();
}
async function cleared(only: readonly string[] = whole): Promise<void> {
  expect(await fetchDirectory(directory, only)).toBeNull();
  expect(await clearDirectory(directory, only)).toBeNull();
}

describe("after a job is over", () => {
  test("its results are here, and nothing of it is left there", async () => {
    await sent();
    write("there", "result", "new", 10);
    mkdirSync(join(directory.there, "deep/er"), { recursive: true });
    write("there", "deep/er/one", "new", 10);
    await cleared();
    expect([read("result"), read("deep/er/one"), read("input")]).toEqual(["new", "new", "old"]);
    expect(readdirSync(join(base, "there's"))).toEqual([]);
  });

  test("what both sides changed is left on both", async () => {
    await sent();
    write("there", "both", "theirs", 10);
    write("here", "both", "mine", 20);
    write("here", "input", "edited", 20);
    await cleared();
    expect([read("both"), read("input")]).toEqual(["mine", "edited"]);
    // The copy of what was only edited here is of no use to anybody.
    expect(left()).toEqual(["both"]);
  });

  test("what it did not declare stays there, whatever its age; what was sent and is unchanged goes", async () => {
    await sent(["input", "both"]);
    write("there", "result", "new", 10);
    write("there", "core", "big", 10);
    write("there", "unpacked", "old", -5000);
    write("there", "both", "changed", 10);
    await cleared(["result", "missing"]);
    expect(read("result")).toBe("new");
    expect(read("both")).toBe("old");
    expect(left()).toEqual(["both", "core", "unpacked"]);
  });

  test("to do it again is harmless, and so is what is gone already", async () => {
    await sent();
    await cleared();
    expect(await clearDirectory(directory, whole)).toBeNull();
    expect(await fetchDirectory(directory, whole)).toBe(directoryGone);
    expect(readdirSync(directory.here).sort()).toEqual(["both", "input", "job.sh"]);
  });

  test("a second send, after an answer was lost, does not take for sent what the job has written", async () => {
    await sent();
    write("there", "result", "new", 10);
    await sent();
    await cleared(["nothing"]);
    expect(left()).toEqual(["result"]);
  });
});

test("a place where nothing can be written is told", async () => {
  rmSync(join(base, "there's"), { recursive: true, force: true });
  writeFileSync(join(base, "there's"), "in the way");
  expect(await sendDirectory(directory, whole)).toMatch(/mkdir|exists|directory/i);
});
