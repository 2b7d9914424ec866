import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noUsage } from "../../src/model/usage.ts";
import { decodeStrings, encodeStrings } from "../../src/relay/frames.ts";
import * as protocol from "../../src/runner/protocol.ts";
import { prepareWithdrawals, readRecords, withdraw } from "../../src/runner/records.ts";

const text = fc.string().map((value) => value.replaceAll("\0", ""));
const rows = fc.array(
  fc.record({
    ...{ afterMs: fc.nat(), signal: fc.nat(64), tag: text, notice: text },
    scope: fc.constantFrom("leader" as const, "all" as const, "STEP=" as const, "*STEP=" as const),
  }),
);
const limits = fc.array(
  fc.record({
    ...{ limitKiB: fc.nat(), signal: fc.nat(64), tag: text },
    ...{ measure: fc.constantFrom("resident" as const, "virtual" as const) },
    scope: fc.constantFrom("largest" as const, "all" as const, "STEP=" as const),
  }),
);
const word = fc.string({ minLength: 1 }).map((value) => value.replaceAll("\0", "x"));
const plain = fc.record({
  ...{ key: text, cwd: text, fallbackCwd: text, stdin: text, stdout: text, stderr: text, affinity: text, file: text },
  ...{ umask: fc.nat(0o777), append: fc.boolean() },
  ...{ limits: fc.array(text), argv: fc.array(text), environment: fc.array(text), timeline: rows, memory: limits },
});
const optional = fc.record({ memoryGroup: word, line: word, note: word }, { requiredKeys: [] });
const launch = fc.tuple(plain, optional).map(([said, more]) => ({ ...said, ...more }));

test("launches and schedules are read as they were said", () => {
  fc.assert(
    fc.property(launch, (said) => {
      expect(protocol.decodeLaunch(protocol.encodeLaunch(said).subarray(5))).toEqual(said);
      expect(protocol.decodeLaunch(protocol.encodeLaunch(said, "N").subarray(5))).toEqual(said);
    }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom("replace" as const, "add" as const), rows, (key, how, said) => {
      const read = protocol.decodeSchedule(protocol.encodeSchedule(key, how, said).subarray(5));
      expect(read).toEqual({ key, how, rows: said });
    }),
  );
});

test("a launch that is cut short is none", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("0", "1", "99999999", "-1", "x", "")), (words) => {
      const read = protocol.decodeLaunch(encodeStrings(words));
      expect(read === undefined || words.length >= 14).toBe(true);
    }),
  );
});

test.each([
  ...[
    ["12.3.0", true],
    ["a_b-c", true],
    ["", false],
    [".hidden", false],
    ["../x", false],
    ["a/b", false],
  ],
  ...[
    ["a b", false],
    ["a\n", false],
    ["x".repeat(200), true],
    ["x".repeat(201), false],
  ],
] as [string, boolean][])("whether %j names a record: %s", (key, expected) => {
  expect(protocol.isKey(key)).toBe(expected);
});

test("a launch of an older daemon, without a line, is alone", () => {
  fc.assert(
    fc.property(plain, (said) => {
      const strings = decodeStrings(protocol.encodeLaunch(said).subarray(5));
      for (const cut of [1, 2, 3]) expect(protocol.decodeLaunch(encodeStrings(strings.slice(0, -cut)))).toEqual(said);
    }),
  );
});

test("what was withdrawn never begins, and what has begun can't be withdrawn, with or without links", () => {
  const directory = mkdtempSync(join(tmpdir(), "headnode-withdrawn-"));
  mkdirSync(join(directory, "records"));
  writeFileSync(join(directory, "records/begun"), "record begun\n");
  const wereTaken = (...keys: string[]): boolean[] => keys.map((key) => withdraw(directory, key));
  expect(wereTaken("unprepared", "begun")).toEqual([true, false]);
  prepareWithdrawals(directory);
  expect(wereTaken("linked", "linked", "begun")).toEqual([true, false, false]);
  const found = readRecords(directory).filter(({ withdrawn }) => withdrawn);
  expect(found.map(({ key }) => key).toSorted()).toEqual(["linked", "unprepared"]);
  rmSync(directory, { recursive: true });
});

test("records tell what became of a job, without their unfinished lines", () => {
  const directory = mkdtempSync(join(tmpdir(), "headnode-records-"));
  expect(readRecords(directory)).toEqual([]);
  mkdirSync(join(directory, "records"));
  const texts = {
    empty: "",
    cut: "started 7 1000\nexited exit 0 1000 20",
    exited: "started 7 1000\nexited signal 9 1000 2000 limit 3 4 5 6 7\n",
    failed: "failed stdout ENOENT /a b/c\n",
    again: "record old\nstarted 1 2\nexited exit 1 2 3\nrecord again\nstarted 7 1000\n",
    following: "record following\nafter 4.1.0 place=2 a b\nstarted 7 1000\n",
    taken: "withdrawn\n",
    renamed: "record old\nstarted 1 2\nexited exit 1 2 3\n",
  };
  for (const [key, lines] of Object.entries(texts)) writeFileSync(join(directory, "records", key), lines);
  const found = Object.fromEntries(readRecords(directory).map(({ key, touchedAt: _, ...rest }) => [key, rest]));
  const figures = { userMicros: 3, systemMicros: 4, maxRssKiB: 5, maxVirtualKiB: 6, virtualKiBMillis: 7 };
  const usage = { ...noUsage, ...figures };
  const ending = { key: "exited", code: null, signal: 9, startedAt: 1000, endedAt: 2000, ...usage, tag: "limit" };
  expect(found).toEqual({
    empty: {},
    cut: { started: { pid: 7, at: 1000 } },
    exited: { started: { pid: 7, at: 1000 }, exited: ending },
    again: { started: { pid: 7, at: 1000 } },
    following: { after: { key: "4.1.0", note: "place=2 a b" }, started: { pid: 7, at: 1000 } },
    taken: { withdrawn: true },
    renamed: {},
    failed: { failed: { key: "failed", stage: "stdout", errno: "ENOENT", path: "/a b/c" } },
  });
  rmSync(directory, { recursive: true });
});
