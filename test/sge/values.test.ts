import { describe, expect, test } from "vitest";
import { epochSeconds, slotRange, stamp } from "../../src/dialects/sge/codecs.ts";
import { bytesOf, complexes, secondsOf } from "../../src/dialects/sge/complexes.ts";
import { matches, matchesQueue } from "../../src/dialects/sge/patterns.ts";
import { rangeComplaint } from "../../src/dialects/sge/ranges.ts";
import { tasksText } from "../../src/dialects/sge/tasks.ts";
import { described } from "./world.ts";

test.each([
  ["60", 60],
  ["0:1:0", 60],
  [":1:", 60],
  ["1.5", 2],
  ["1:99:99", 9639],
  ["INFINITY", Number.POSITIVE_INFINITY],
  ["-5", -5],
  ["1:0", null],
  ["1h", null],
  ["", null],
])("time %j is %j seconds", (text, seconds) => expect(secondsOf(text)).toBe(seconds));

test.each([
  ["1G", 2 ** 30],
  ["1g", 1e9],
  ["1.5G", 1.5 * 2 ** 30],
  ["500K", 512_000],
  ["0x400", 1024],
  ["1000000", 1_000_000],
  ["-1G", -(2 ** 30)],
  ["1GB", null],
  ["abc", null],
])("memory %j is %j bytes", (text, bytes) => expect(bytesOf(text)).toBe(bytes));

test.each([
  ["4,2-3", "2-4"],
  ["2-4,3-6", "2-6"],
  ["6-8,2-4", "2-4,6-8"],
  ["1-2,4-5", "1,2,4,5"],
  ["1-,3", "1-9999999"],
  ["-3,4", "1-4"],
  ["-", "1,9999999"],
  ["2,-", "1,2,9999999"],
  [",2,,", "2"],
])("slots %j are %s", (text, slots) => expect(slotRange.write(slotRange.read(text))).toBe(slots));

test.each([
  ["1-10:2", null],
  ["5", null],
  ["5-1", null],
  ["3:2", null],
  ["1-10%2", 'Range specifier "10%2" has unknown trailer "%2"'],
  ["1-3:2:1", 'Range specifier "2:1" has unknown trailer ":1"'],
  ["1-3:-1", "Negative or zero step in range is not allowed"],
])("task range %j: %j", (text, complaint) => expect(rangeComplaint(text)).toBe(complaint));

test.each([
  [[[1, 10]], 1, "1-10:1"],
  [[[5, 5]], 1, "5"],
  [[[2, 3]], 1, "2,3"],
  [
    [
      [1, 1],
      [3, 4],
      [6, 9],
    ],
    1,
    "1,3,4,6-9:1",
  ],
  [
    [
      [7, 7],
      [10, 10],
      [13, 13],
    ],
    3,
    "7-13:3",
  ],
  [
    [
      [10, 10],
      [20, 20],
    ],
    10,
    "10,20",
  ],
] as const)("tasks %j by %j are written %j", (tasks, step, text) => expect(tasksText(tasks, step)).toBe(text));

describe("patterns", () => {
  test.each([
    ["sec*", "second", true],
    ["a?c", "abc", true],
    ["[a-c]x", "bx", true],
    ["lx-amd64|lx-x86", "lx-x86", true],
    ["!long.q", "all.q", true],
    ["a.c", "abc", false],
    ["a+b", "a+b", true],
  ])("%j and %j: %j", (pattern, text, found) => expect(matches(pattern, text)).toBe(found));

  test.each([
    ["all.q", true],
    ["all.q@vm", true],
    ["*@vm", true],
    ["all.q@@allhosts", true],
    ["*@@all*", true],
    ["all.q@@nosuch", false],
    ["@vm", false],
    ["@@allhosts", false],
    ["all.q@other", false],
    ["!all.q", false],
    ["long.q", false],
  ])("queue request %j means all.q@vm: %j", (request, found) =>
    expect(matchesQueue(request, "all.q", described)).toBe(found),
  );
});

test("a date without a year is this year's, and days past a month's end roll over", () => {
  const now = new Date(2026, 5, 1).getTime();
  expect(epochSeconds(stamp.read("01021304.05"), now)).toBe(new Date(2026, 0, 2, 13, 4, 5).getTime() / 1000);
  expect(epochSeconds(stamp.read("203002301200"), now)).toBe(new Date(2030, 2, 2, 12).getTime() / 1000);
});

test("no two resources share a name or a short name", () => {
  const names = complexes.flatMap(({ name, shortcut }) => [...new Set([name, shortcut])]);
  expect(new Set(names).size).toBe(names.length);
});
