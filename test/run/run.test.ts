/** What `headnode run` makes of the daemon's events: results, exit codes, files for build services. */

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/model/run.ts";
import { createFollower } from "../../src/run/follower.ts";
import { annotations, hostedBy, summaryMarkdown } from "../../src/run/hosted.ts";
import { junitText } from "../../src/run/junit.ts";
import { createLines } from "../../src/run/lines.ts";
import { progressText, summaryText } from "../../src/run/progress.ts";
import { exitCodeOf, noResults, note, type Results, unfinished } from "../../src/run/results.ts";

const submitted = (job: number, count: number, again: number | null = null): RunEvent => ({
  ...{ kind: "submitted", job, name: "align", script: "align.sh", count, again, notes: [] },
  indices: count === 1 ? null : `1-${count}`,
});
const started = (job: number, index: number | null): RunEvent => ({
  ...{ kind: "started", job, index, stdout: { path: `/o/${job}_${index}`, from: 0 }, stderr: null },
});
type Ended = RunEvent & { readonly kind: "ended" };
const ended = (job: number, index: number | null, how: Partial<Ended> = {}): RunEvent => ({
  ...{ kind: "ended", job, index, outcome: "completed", code: 0, signal: null, remark: "", took: 1500 },
  ...how,
});
const failed = { outcome: "failed", code: 3 } as const;

function resultsOf(...events: readonly RunEvent[]): Results {
  const results = noResults();
  for (const event of events) note(results, event);
  return results;
}

const mixed = resultsOf(
  submitted(7, 4),
  started(7, 1),
  ended(7, 1),
  ended(7, 2, failed),
  ended(7, 3, { outcome: "failed", code: null, signal: 9, remark: "a & b < c" }),
  { kind: "removed", job: 7, indices: "4", count: 1 },
);

describe("results", () => {
  test.each([
    ["all is well", [ended(7, null)], 0],
    ["a code", [ended(7, null, failed)], 3],
    ["a signal", [ended(7, null, { outcome: "failed", code: null, signal: 15 })], 143],
    ["out of time", [ended(7, null, { outcome: "timedOut", code: 0 })], 1],
    ["cancelled", [ended(7, null, { outcome: "cancelled", code: null })], 1],
    ["removed", [{ kind: "removed", job: 7, indices: null, count: 1 }], 1],
  ] as const)("the exit code when %s", (_, events, code) => {
    expect(exitCodeOf(resultsOf(submitted(7, 1), ...events))).toBe(code);
  });

  test("the highest code of several counts", () => expect(exitCodeOf(mixed)).toBe(137));

  test("a repetition takes the place of what it repeats", () => {
    const results = resultsOf(submitted(7, 2), ended(7, 1), ended(7, 2, failed), submitted(9, 1, 7), ended(9, 2));
    expect(exitCodeOf(results)).toBe(0);
    expect(summaryText(results, 61_000)).toBe("2 elements in 1:01: 2 done");
  });

  test("what did not succeed is kept for another run", () => {
    expect(unfinished(mixed)).toEqual([{ job: 7, indices: "2,3,4" }]);
    expect(unfinished(resultsOf(submitted(7, 1), ended(7, null, failed)))).toEqual([{ job: 7, indices: "" }]);
  });

  test("progress and what is left are told", () => {
    const results = resultsOf(
      submitted(7, 10),
      started(7, 1),
      started(7, 2),
      ended(7, 1),
      ended(7, 2, failed),
      started(7, 3),
    );
    expect(progressText(results, 10_000)).toBe("2 of 10 done, 1 failed, 1 running, 0:10, about 0:40 left");
    expect(progressText(resultsOf(submitted(7, 10)), 0)).toBe("0 of 10 done, 0:00");
    expect(summaryText(mixed, 3_661_000)).toBe("4 elements in 1:01:01: 1 done, 2 failed, 1 never started");
  });
});

describe("files for build services", () => {
  test("a JUnit file counts cases and shows how they failed", () => {
    expect(junitText(mixed, ({ id }) => `last words of ${id}\u0007`)).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites tests="3" failures="2" errors="0" skipped="0" time="4.500">',
        '  <testsuite name="align.sh" tests="3" failures="2" errors="0" skipped="0" time="4.500">',
        '    <testcase name="align[1]" classname="align.sh" time="1.500"/>',
        '    <testcase name="align[2]" classname="align.sh" time="1.500">',
        '      <failure message="exit code 3" type="failed">last words of 7_2</failure>',
        "    </testcase>",
        '    <testcase name="align[3]" classname="align.sh" time="1.500">',
        '      <failure message="ended by signal 9: a &amp; b &lt; c" type="failed">last words of 7_3</failure>',
        "    </testcase>",
        "  </testsuite>",
        "</testsuites>",
        "",
      ].join("\n"),
    );
  });

  test("GitHub gets annotations, groups and a summary", () => {
    const hosted = hostedBy((name) => (name === "GITHUB_ACTIONS" ? "true" : undefined));
    if (!hosted) throw new Error("not recognized");
    expect(annotations(hosted, mixed)).toBe(
      "::error file=align.sh,line=1,title=align (7_2)::exit code 3\n" +
        "::error file=align.sh,line=1,title=align (7_3)::ended by signal 9: a & b < c\n",
    );
    expect(hosted.open("x", { name: "a", now: 0 }) + hosted.close({ name: "a", now: 0 })).toBe(
      "::group::x\n::endgroup::\n",
    );
    expect(summaryMarkdown(mixed, "all said")).toContain("| 7_2 | align | align.sh | exit code 3 | 0:02 |\n");
  });

  test("GitLab's sections have the time and a name of their own", () => {
    const hosted = hostedBy((name) => (name === "GITLAB_CI" ? "true" : undefined));
    expect(hosted?.open("x", { name: "headnode_7_1", now: 5000 })).toBe(
      "\u001b[0Ksection_start:5:headnode_7_1[collapsed=true]\r\u001b[0Kx\n",
    );
    expect(hostedBy(() => undefined)).toBeNull();
  });
});

describe("output", () => {
  test("lines are whole and have their element's name, however they come", () => {
    const seen: string[] = [];
    const lines = createLines("[7] ", (text) => seen.push(text.toString()));
    for (const piece of ["a", "b\nc\nd", "", "é\n", "end"]) lines.add(Buffer.from(piece));
    lines.end();
    expect(seen.join("")).toBe("[7] ab\n[7] c\n[7] dé\n[7] end\n");
  });

  test("a file is followed while it grows, and its rest is read at the end", async () => {
    const directory = mkdtempSync(join(tmpdir(), "headnode-follow-"));
    const path = join(directory, "out.txt");
    const follower = createFollower(true);
    try {
      writeFileSync(path, "before\n");
      const seen: string[] = [];
      const sink = (piece: Buffer): void => void seen.push(piece.toString());
      follower.begin({ path, from: 7 }, sink);
      appendFileSync(path, "one\n");
      for (let tries = 0; seen.length === 0 && tries < 500; tries++) await pause(10);
      expect(seen.join("")).toBe("one\n");
      appendFileSync(path, "x".repeat(200_000));
      follower.end(path, sink);
      appendFileSync(path, "too late");
      expect(seen.join("")).toBe(`one\n${"x".repeat(200_000)}`);
    } finally {
      follower.close();
      rmSync(directory, { recursive: true });
    }
  });

  test("elements that share a file lose nothing and show nothing twice", () => {
    const directory = mkdtempSync(join(tmpdir(), "headnode-follow-"));
    const path = join(directory, "out.txt");
    const follower = createFollower(false);
    try {
      const seen: string[] = [];
      const sinks = [0, 1].map(
        (name) =>
          (piece: Buffer): void =>
            void seen.push(`${name}:${piece}`),
      );
      follower.begin({ path, from: 0 }, sinks[0] as (typeof sinks)[number]);
      writeFileSync(path, "a");
      follower.begin({ path, from: 1 }, sinks[1] as (typeof sinks)[number]);
      appendFileSync(path, "b");
      for (const sink of sinks) follower.end(path, sink);
      expect(seen).toEqual(["0:ab"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
