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
  expect(spares.make(at("one"))).toBe(true);
  const { ino } = statSync(at("one"));
  expect(spares.keep(at("one"))).toBe(true);
  expect(existsSync(at("one"))).toBe(false);
  expect(spares.make(at("two"))).toBe(true);
  expect(statSync(at("two")).ino).toBe(ino);
  expect(readdirSync(at("spares"))).toEqual([]);
});

test("a spare for which there is no place is kept for the next", () => {
  const spares = createSpareDirectories(at("spares"));
  spares.make(at("one"));
  spares.keep(at("one"));
  expect(spares.make(at("missing/two"))).toBe(false);
  expect(spares.make(at("three"))).toBe(true);
  expect(readdirSync(at("spares"))).toEqual([]);
});

test("what was used or changed is not kept, and stays where it is", () => {
  const spares = createSpareDirectories(at("spares"));
  for (const name of ["full", "open"]) spares.make(at(name));
  writeFileSync(join(at("full"), "file"), "");
  chmodSync(at("open"), 0o755);
  expect([spares.keep(at("full")), spares.keep(at("open")), spares.keep(at("missing"))]).toEqual([false, false, false]);
  expect(readdirSync(root).sort()).toEqual(["full", "open"]);
});

test("what an earlier daemon kept is removed, and a lost spare is made up for", () => {
  mkdirSync(at("spares/7"), { recursive: true });
  const spares = createSpareDirectories(at("spares"));
  expect(existsSync(at("spares"))).toBe(false);
  spares.make(at("one"));
  spares.keep(at("one"));
  rmSync(at("spares"), { recursive: true });
  expect(spares.make(at("two"))).toBe(true);
  expect(spares.make(at("missing/three"))).toBe(false);
});
