import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSpareDirectories } from "../../src/daemon/spare-directories.ts";

let root = "";
const at = (name: string): string => join(root, name);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "headnode-spares-"));
  process.umask(0o077);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("an empty directory is kept and is the next one that is made", () => {
  const spares = createSpareDirectories(at("spares"));
  expect(spares.make(at("one"), 0o700)).toBe(true);
  const { ino } = statSync(at("one"));
  expect(spares.keep(at("one"))).toBe(true);
  expect(existsSync(at("one"))).toBe(false);
  expect(spares.make(at("two"), 0o700)).toBe(true);
  expect(statSync(at("two")).ino).toBe(ino);
  expect(readdirSync(at("spares"))).toEqual([]);
});

test("a spare for which there is no place is kept for the next", () => {
  const spares = createSpareDirectories(at("spares"));
  spares.make(at("one"), 0o700);
  spares.keep(at("one"));
  expect(spares.make(at("missing/two"), 0o700)).toBe(false);
  expect(spares.make(at("three"), 0o700)).toBe(true);
  expect(readdirSync(at("spares"))).toEqual([]);
});

test("one that others may look into is used again as such, and for nothing else", () => {
  const spares = createSpareDirectories(at("spares"));
  spares.make(at("shown"), 0o755);
  expect(statSync(at("shown")).mode & 0o777).toBe(0o755);
  const { ino } = statSync(at("shown"));
  expect(spares.keep(at("shown"))).toBe(true);
  spares.make(at("own"), 0o700);
  expect([statSync(at("own")).mode & 0o777, statSync(at("own")).ino === ino]).toEqual([0o700, false]);
  spares.make(at("again"), 0o755);
  expect([statSync(at("again")).mode & 0o777, statSync(at("again")).ino]).toEqual([0o755, ino]);
});

test("what was used or changed is not kept, and stays where it is", () => {
  const spares = createSpareDirectories(at("spares"));
  for (const name of ["full", "open"]) spares.make(at(name), 0o700);
  writeFileSync(join(at("full"), "file"), "");
  chmodSync(at("open"), 0o770);
  expect([spares.keep(at("full")), spares.keep(at("open")), spares.keep(at("missing"))]).toEqual([false, false, false]);
  expect(readdirSync(root).sort()).toEqual(["full", "open"]);
});

test("what an earlier daemon kept is removed, and a lost spare is made up for", () => {
  mkdirSync(at("spares/7"), { recursive: true });
  const spares = createSpareDirectories(at("spares"));
  expect(existsSync(at("spares"))).toBe(false);
  spares.make(at("one"), 0o700);
  spares.keep(at("one"));
  rmSync(at("spares"), { recursive: true });
  expect(spares.make(at("two"), 0o700)).toBe(true);
  expect(spares.make(at("missing/three"), 0o700)).toBe(false);
});
