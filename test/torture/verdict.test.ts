/** The judgement over a crash campaign must find what it is there to find. */

import { describe, expect, test } from "vitest";
import { type Asked, readLines, readRows } from "./ledger.ts";
import { type Evidence, faults } from "./verdict.ts";

const asked = (more: Partial<Asked> = {}): Asked => ({
  ...{ tag: "a", family: "slurm", indices: null, code: 0, parent: null, id: 1, cancelTried: false },
  ...more,
});

const second = 1_000_000_000n;

interface Told {
  readonly asked: readonly Asked[];
  /** By tag, as jobs write them. */
  readonly lines: Readonly<Record<string, string>>;
  /** As sacct prints them. */
  readonly rows: string;
  readonly runnerKilledAt?: readonly bigint[];
  readonly powerCutAt?: bigint;
}

const judge = ({ asked: all, lines, rows, runnerKilledAt = [], powerCutAt }: Told): readonly string[] => {
  const evidence: Evidence = {
    ...{ asked: all, runnerKilledAt, powerCutAt: powerCutAt ?? null, rows: readRows(rows) },
    lines: new Map(Object.entries(lines).map(([tag, text]) => [tag, readLines(text)])),
  };
  return faults(evidence);
};

const ran = "begin - 1000000000\nend - 2000000000\n";
const depends = asked({ tag: "b", id: 2, parent: { tag: "a", condition: "ok" } });

describe("what a round may not show", () => {
  test.each<[string, Told, RegExp]>([
    ["a lost job", { asked: [asked()], lines: {}, rows: "" }, /acknowledged as 1 and exists as nothing/],
    [
      "another job's number",
      { asked: [asked()], lines: { a: ran }, rows: "2|a|COMPLETED|0:0" },
      /acknowledged as 1 and exists as 2/,
    ],
    [
      "a submission that became two jobs",
      { asked: [asked({ id: null })], lines: { a: ran }, rows: "1|a|COMPLETED|0:0\n2|a|CANCELLED|0:0" },
      /submitted once and exists as 1 and 2/,
    ],
    [
      "a missing element",
      { asked: [asked({ indices: [1, 2], cancelTried: true })], lines: {}, rows: "1_1|a|CANCELLED|0:0" },
      /has 2 elements, the accounting 1/,
    ],
    ["a second run", { asked: [asked()], lines: { a: ran + ran }, rows: "1|a|COMPLETED|0:0" }, /ran 2 times/],
    [
      "a run that was forgotten long after it began",
      { asked: [asked()], lines: { a: ran + ran }, rows: "1|a|COMPLETED|0:0", powerCutAt: 9n * second },
      /ran 2 times/,
    ],
    ["a run nobody accounts for", { asked: [asked({ id: null })], lines: { a: ran }, rows: "" }, /is in no accounting/],
    ["an end without a run", { asked: [asked()], lines: {}, rows: "1|a|COMPLETED|0:0" }, /did not run to its end/],
    [
      "another exit status",
      { asked: [asked({ code: 7 })], lines: { a: ran }, rows: "1|a|FAILED|1:0" },
      /another exit status/,
    ],
    [
      "a job that nobody cancelled",
      { asked: [asked()], lines: {}, rows: "1|a|CANCELLED by 0|0:0" },
      /cancelled by nobody/,
    ],
    [
      "a node that failed by itself",
      { asked: [asked()], lines: { a: ran }, rows: "1|a|NODE_FAIL|0:0" },
      /did not fail then/,
    ],
    [
      "an exit status lost long before the runner was",
      { asked: [asked()], lines: { a: ran }, rows: "1|a|NODE_FAIL|0:0", runnerKilledAt: [9n * second] },
      /did not fail then/,
    ],
    ["a job that hangs", { asked: [asked()], lines: {}, rows: "1|a|RUNNING|0:0" }, /not come to an end/],
    [
      "a dependency that fired wrongly",
      {
        asked: [asked({ code: 1 }), depends],
        lines: { a: ran, b: "begin - 3000000000\nend - 3000000001\n" },
        rows: "1|a|FAILED|1:0\n2|b|COMPLETED|0:0",
      },
      /dependency was not met/,
    ],
    [
      "a dependency that fired early",
      {
        asked: [asked(), depends],
        lines: { a: ran, b: "begin - 1500000000\nend - 3000000000\n" },
        rows: "1|a|COMPLETED|0:0\n2|b|COMPLETED|0:0",
      },
      /began before a was over/,
    ],
    [
      "a dependency that never fired",
      { asked: [asked(), depends], lines: { a: ran }, rows: "1|a|COMPLETED|0:0\n2|b|CANCELLED|0:0" },
      /cancelled by nobody/,
    ],
  ])("%s", (_, told, fault) => {
    expect(judge(told)).toEqual([expect.stringMatching(fault)]);
  });
});

test("what may happen is no fault: what began in the last moment before a cut of the power begins again", () => {
  const lines = { a: `begin - ${9n * second}\nbegin - ${12n * second}\nend - ${13n * second}\n` };
  const powerCutAt = (19n * second) / 2n;
  expect(judge({ asked: [asked()], lines, rows: "1|a|COMPLETED|0:0", powerCutAt })).toEqual([]);
});

test("what may happen is no fault: cancelled by request, unmet dependencies, a runner killed at work", () => {
  const array = asked({ tag: "c", id: 3, indices: [1, 2, 3], cancelTried: true });
  expect(
    judge({
      asked: [asked({ code: 1 }), depends, array, asked({ tag: "d", id: 7 })],
      lines: { a: ran, c: "begin 1 1000000000\nend 1 2000000000\n", d: "begin - 8000000000\n" },
      rows: "1|a|FAILED|1:0\n2|b|CANCELLED|0:0\n3_1|c|COMPLETED|0:0\n3_[2-3]|c|CANCELLED by 0|0:0\n7|d|NODE_FAIL|0:0",
      runnerKilledAt: [9n * second],
    }),
  ).toEqual([]);
});
