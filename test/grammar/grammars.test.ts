/** What each grammar accepts, and what it turns down. One row per text. */

import { describe, expect, test } from "vitest";
import { parse as arrays } from "#grammar/arrays.js";
import { parse as dependencies } from "#grammar/dependencies.js";
import { parse as durations } from "#grammar/durations.js";
import { parse as formats } from "#grammar/formats.js";
import { parse as hosts } from "#grammar/hosts.js";
import { parse as quantities } from "#grammar/quantities.js";
import { parse as resources } from "#grammar/resources.js";
import { parse as times } from "#grammar/times.js";
import { parse as words } from "#grammar/words.js";

const refused = Symbol("refused");
const mega = 2 ** 20;

/** Each start rule by the name that the rows below use, giving plain values. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  "minutes first": (text) => durations(text, { startRule: "MinutesFirst" }),
  "seconds first": (text) => durations(text, { startRule: "SecondsFirst" }),
  clock: (text) => durations(text, { startRule: "Clock" }),
  megabytes: (text) => quantities(text, { startRule: "Megabytes" }),
  bytes: (text) => quantities(text, { startRule: "Bytes" }),
  suffixed: (text) => quantities(text, { startRule: "Suffixed" }),
  counted: (text) => quantities(text, { startRule: "Counted" }).map(({ name, type, count }) => [name, type, count]),
  "index list": (text) => {
    const { ranges, throttle } = arrays(text, { startRule: "ListWithLimit" });
    return [...ranges.map(({ first, last, step }) => [first, last, step]), throttle];
  },
  "one range": (text) => Object.values(arrays(text, { startRule: "OneRange" })),
  slots: (text) => resources(text, { startRule: "Slots" }).map(({ first, last }) => [first, last]),
  hosts: (text) => hosts(text),
  "words cut at #": (text) => words(text, { startRule: "CutAtHash" }).map((word) => word.text),
  "words cut at a word's #": (text) => words(text, { startRule: "CutAtHashWord" }).map((word) => word.text),
  "need of a dependency": (text) => dependencies(text, { startRule: "Typed" }).need,
  jobs: (text) => dependencies(text, { startRule: "Jobs" }),
  letters: (text) => formats(text, { startRule: "Letters" }),
  "spoken time": (text) => times(text, { startRule: "Spoken" }),
  stamp: (text) => times(text, { startRule: "Stamp" }),
};

type Row = readonly [reader: string, text: string, expected: unknown];

const rows: readonly Row[] = [
  ["minutes first", "90", 5400],
  ["minutes first", "1:30", 90],
  ["minutes first", "1:0:0", 3600],
  ["minutes first", "1-2", 93600],
  ["minutes first", "1-2:3:4", 93784],
  ["minutes first", "10:75", 675],
  ["minutes first", "unlimited", Number.POSITIVE_INFINITY],
  ["minutes first", "-1", Number.POSITIVE_INFINITY],
  ["minutes first", "5m", refused],
  ["minutes first", " 5", refused],
  ["minutes first", "1:2:3:4", refused],
  ["minutes first", "", refused],
  ["seconds first", "60", 60],
  ["seconds first", "1:0:0", 3600],
  ["seconds first", ":1:", 60],
  ["seconds first", "1.5", 2],
  ["seconds first", "1:0", refused],
  ["seconds first", "1h", refused],
  ["clock", "00:07:00", 420],
  ["clock", "45", 45],
  ["clock", "1:00:00:00", 86400],
  ["megabytes", "100", 100 * mega],
  ["megabytes", "100K", mega],
  ["megabytes", "2gB", 2048 * mega],
  ["megabytes", "1.5G", refused],
  ["megabytes", "10X", refused],
  ["bytes", "1.5G", 1.5 * 2 ** 30],
  ["bytes", "2k", 2000],
  ["bytes", "0x10K", 16384],
  ["bytes", "4GB", refused],
  ["suffixed", "4gb", 4 * 2 ** 30],
  ["suffixed", "100MB", 100 * mega],
  ["suffixed", "512", 512],
  ["counted", "gpu", [["gpu", null, 1]]],
  ["counted", "gpu:2", [["gpu", null, 2]]],
  [
    "counted",
    "gres:gpu:a100:2,shard:4",
    [
      ["gpu", "a100", 2],
      ["shard", null, 4],
    ],
  ],
  ["counted", "gpu::", refused],
  ["index list", "0-9%2", [[0, 9, 1], 2]],
  ["index list", "1,3-5,7-20:4", [[1, 1, 1], [3, 5, 1], [7, 20, 4], null]],
  ["index list", "1-3%0", [[1, 3, 1], null]],
  ["index list", "1-3%x", [[1, 3, 1], null]],
  ["index list", "5-1", refused],
  ["index list", "1-3:", refused],
  ["index list", "1-10:0", refused],
  ["index list", "-1", refused],
  ["one range", "5", [5, 5, 1]],
  ["one range", "1-10:2", [1, 10, 2]],
  ["one range", "5-1", [1, 5, 1]],
  ["one range", "1,2", refused],
  ["one range", "0-3", [0, 3, 1]],
  ["slots", "4", [[4, 4]]],
  [
    "slots",
    "2-,-3,1",
    [
      [2, null],
      [1, 3],
      [1, 1],
    ],
  ],
  ["slots", "x", refused],
  ["hosts", "n[01-03,7]x,login", ["n01x", "n02x", "n03x", "n7x", "login"]],
  ["hosts", "rack[1-2]n[0-1]", ["rack1n0", "rack1n1", "rack2n0", "rack2n1"]],
  ["hosts", "n[1-", refused],
  ["words cut at #", `-J "a b"c'd e' x#y`, ["-J", "a bcd e", "x"]],
  ["words cut at #", " --comment 'a # b'", ["--comment", "a # b"]],
  ["words cut at a word's #", "-N a#b # rest", ["-N", "a#b"]],
  ["words cut at a word's #", "-cwd #-j y", ["-cwd"]],
  ["need of a dependency", "afterok:1:2_3,after:4+5", "all"],
  ["need of a dependency", "afterok:1?singleton", "any"],
  ["need of a dependency", "afterok:1?singleton,after:2", "any"],
  [
    "jobs",
    "12,name*",
    [
      { id: 12, name: null },
      { id: null, name: "name*" },
    ],
  ],
  [
    "letters",
    "%.5j|%T",
    [
      { letter: "j", right: true, width: 5, suffix: "|" },
      { letter: "T", right: false, width: null, suffix: "" },
    ],
  ],
  ["spoken time", "now+1hour", { kind: "now", shift: 3600 }],
  [
    "spoken time",
    "2026-11-30T10:00",
    { kind: "date", year: 2026, month: 11, day: 30, clock: { hour: 10, minute: 0, second: 0 } },
  ],
  ["spoken time", "now+1month", refused],
  ["stamp", "11302359", { year: null, month: 11, day: 30, hour: 23, minute: 59, second: 0 }],
];

describe("grammars", () => {
  test.each(rows)("%s: %s", (reader, text, expected) => {
    const read = () => readers[reader]?.(text);
    if (expected === refused) expect(read).toThrow(/expected/i);
    else expect(read()).toEqual(expected);
  });
});
