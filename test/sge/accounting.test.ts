import { describe, expect, test } from "vitest";
import { accountsOf, categoryOf } from "../../src/dialects/sge/accounting.ts";
import { readAccounting } from "../../src/dialects/sge/accounting-options.ts";
import { recordText, sizeText } from "../../src/dialects/sge/accounting-record.ts";
import { parseJob } from "../../src/dialects/sge/reading.ts";
import type { Element } from "../../src/model/job.ts";
import { emptySpec } from "../../src/model/spec.ts";
import { noUsage } from "../../src/model/usage.ts";
import type { JobHead, Listed } from "../../src/model/verbs.ts";
import { described } from "./world.ts";

const job = {
  id: 7,
  name: "n",
  dialect: "slurm",
  queue: "main",
  account: "",
  user: { name: "alice", group: "alice" },
  spec: emptySpec(),
  need: { cpus: 3 },
  submittedAt: 0,
} as unknown as JobHead;

function listed(element: Partial<Element>): Listed {
  const usual = { index: null, node: "vm", remark: "", signal: null, code: 0, ...noUsage };
  const ended = { ...usual, state: "ended", outcome: "completed", startedAt: 1_900, endedAt: 3_100 };
  return { kind: "element", job, element: { ...ended, ...element } as unknown as Element };
}

const accountOf = (element: Partial<Element>) => accountsOf([listed(element)], described)[0];

test.each([
  [0, "0.000B"],
  [1, "1.000B"],
  [1023, "1023.000B"],
  [1024, "1.000KB"],
  [4920, "4.805KB"],
  [2 ** 20, "1.000MB"],
  [36003840000, "33.531GB"],
  [2 ** 50, "1024.000TB"],
])("%d bytes are written %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));

describe("a job of another family has a record in these words", () => {
  test.each([
    ["completed", null, 0, 0],
    ["failed", null, 0, 0],
    ["failed", 11, 100, 139],
    ["timedOut", 9, 37, 137],
    ["outOfMemory", 9, 37, 137],
    ["cancelled", 15, 100, 143],
    ["nodeFailed", null, 100, 0],
    ["launchFailed", null, 28, 0],
    [null, null, 25, 0],
  ] as const)("%s, signal %s: failed %d, exit status %d", (outcome, signal, failed, exitStatus) => {
    expect(accountOf({ outcome, signal })).toMatchObject({ failed: { number: failed }, exitStatus, slots: 3 });
  });
});

test("wall clock counts the seconds that clocks show", () => {
  expect(accountOf({})).toMatchObject({ wallClock: 2 });
});

test("what never ran has no times", () => {
  const text = recordText(accountOf({ startedAt: null, remark: "26 : opening input/output file" }) as never);
  expect(text).toContain("\nstart_time   -/-\nend_time     -/-\n");
  expect(text).toContain("\nfailed       26  : opening input/output file\n");
  expect(text.split("\n")).toHaveLength(46);
});

test.each([
  [137, "(Killed)"],
  [128, "(Unknown signal 0)"],
  [255, "(Unknown signal 127)"],
  [168, "(Real-time signal 6)"],
])("exit status %d is explained as %s", (code, words) => {
  expect(recordText(accountOf({ code }) as never)).toContain(`\nexit_status  ${code}                  ${words}\n`);
});

test.each([
  [["-l", "h_rt=100,h_vmem=1G"], "-l h_rt=100,h_vmem=1G"],
  [
    ["-q", "all.q", "-pe", "smp", "2", "-soft", "-l", "arch=x", "-hard", "-l", "h_rt=1"],
    "-q all.q -l h_rt=1 -soft -l arch=x -pe smp 2",
  ],
  [[], "NONE"],
])("%j is of the category %s", (args, category) => {
  const { spec } = parseJob({ args: [...args, "x"], script: null, file: "", now: 0 }).settled;
  expect(categoryOf({ spec })).toBe(category);
});

test.each([
  [["-d", "2"], -2, Number.POSITIVE_INFINITY],
  [["-d", "2", "-b", "202611200000"], -1, 1],
  [["-d", "2", "-e", "202611200000"], -3, -1],
])("%j means a period", (args, since, until) => {
  const now = new Date(2026, 10, 21).getTime();
  const read = readAccounting(args, now);
  expect([(read.since - now) / 86_400_000, (read.until - now) / 86_400_000]).toEqual([since, until]);
});
