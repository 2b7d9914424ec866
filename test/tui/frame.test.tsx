/** Frames as text, as Ink draws them. */

import { render } from "ink-testing-library";
import { describe, expect, test } from "vitest";
import { Frame } from "../../src/tui/app.tsx";
import { frameLines } from "../../src/tui/frame.ts";
import { colourless } from "../../src/tui/palette.ts";
import type { Picture } from "../../src/tui/session.ts";
import { firstState, type State } from "../../src/tui/state.ts";
import { heard, noUsageYet } from "../../src/tui/usage.ts";
import { ended, job, now, pictureOf, runs, start } from "./samples.ts";

function frameOf(picture: Picture): string {
  const { lastFrame, unmount } = render(<Frame lines={frameLines(picture, colourless)} />);
  unmount();
  return (lastFrame() ?? "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

const some = [
  job(1, { name: "train", part: runs(null), queue: "long" }),
  job(2, {
    name: "sweep",
    indices: [[1, 100]],
    part: runs(13),
    tally: { done: 40, failed: 10, running: 2, waiting: 48 },
  }),
  job(3, { name: "post" }),
  job(4, { name: "broken", part: ended("failed") }),
];

function drawn(more: Partial<State>, picture: Partial<Picture> = {}): string {
  const { jobs, state } = start(some, {
    ...firstState({ columns: 100, rows: 11 }, "neutral", ""),
    whole: true,
    ...more,
  });
  return frameOf(pictureOf(state, jobs, picture));
}

describe("the queue", () => {
  test("in neutral words", () => {
    expect(drawn({})).toMatchInlineSnapshot(`
      "headnode node1  4 cores 8.0G   3 running  49 waiting  40 done  11 failed
      4 jobs  words: neutral
                 JOB NAME               STATE           TIME PROGRESS
                   1 train              running         1:05                      node1
       ▸      2[100] sweep              running         1:05 ████████××▓░░░░░░░░░ 50/100 10 failed node1
                   3 post               waiting                                   behind others
                   4 broken             failed          1:04                      exit code 3



      Enter detail  → unfold  / filter  s sort  b group  w words  Space mark  o log  ? help  q quit"
    `);
  });

  test("in Slurm's", () => {
    expect(drawn({ words: "slurm" })).toMatchInlineSnapshot(`
      "headnode node1  4 cores 8.0G   3 running  49 waiting  40 done  11 failed
      4 jobs  words: slurm
               JOBID PARTITION NAME                   USER ST       TIME PROGRESS       NODELIST(REASON)
                   1      long train                   ada  R       1:05                node1
       ▸      2[100]     debug sweep                   ada  R       1:05 ██████×▓░░░░░░ 50/100 10 failed n
                   3     debug post                    ada PD       0:00                (Priority)
                   4     debug broken                  ada  F       1:04                exit code 3



      Enter detail  → unfold  / filter  s sort  b group  w words  Space mark  o log  ? help  q quit"
    `);
  });

  test("in Grid Engine's", () => {
    expect(drawn({ words: "sge", marked: new Set([3]) })).toMatchInlineSnapshot(`
      "headnode node1  4 cores 8.0G   3 running  49 waiting  40 done  11 failed
      4 jobs  1 marked  words: sge
         job-ID name         user     state slots ja-task-ID PROGRESS
              1 train        ada      r         1                                 node1
       ▸      2 sweep        ada      r         1 100 tasks  ████████××▓░░░░░░░░░ 50/100 10 failed node1
      *       3 post         ada      qw        1                                 behind others
              4 broken       ada      z         1                                 exit code 3



      Enter detail  → unfold  / filter  s sort  b group  w words  Space mark  o log  ? help  q quit"
    `);
  });

  test.each([80, 120, 200, 300])("no line is wider than %i columns, and all have words at the end", (columns) => {
    for (const words of ["neutral", "slurm", "sge"] as const) {
      const lines = drawn({ words, size: { columns, rows: 24 } }).split("\n");
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      expect(lines.some((line) => /node1/.test(line))).toBe(true);
    }
  });

  test("a question shows the command", () => {
    const commands = [{ dialect: "slurm" as const, words: ["scancel", "1", "3"] }];
    expect(drawn({ question: { text: "cancel 2 jobs?", commands } })).toContain(
      "cancel 2 jobs? y yes, n no   $ scancel 1 3",
    );
  });
});

test("use is drawn per job, for the machine and over time", () => {
  const sample = { job: 1, index: null, cpuMicros: 0, rssKiB: 512 * 1024, cpuList: "0", startedAt: now - 60_000 };
  const machine = {
    ...{ load: [1, 1, 1] as const, busy: 25, memoryUsed: 2 ** 31, memoryFree: 0, swapTotal: 0, swapUsed: 0 },
    megahertz: 0,
    bootedAt: 0,
    system: "",
    architecture: "",
    daemonSeconds: 0,
  };
  const taken = { cpus: 2, memory: 2 ** 30, gpus: 0 };
  const one = heard(noUsageYet, { at: now - 2000, machine, taken, ended: [], samples: [sample] });
  const gone = { job: 9, cpuList: "1", from: now - 100_000, to: now - 40_000 };
  const usage = heard(one, { at: now, machine, taken, ended: [gone], samples: [{ ...sample, cpuMicros: 2_000_000 }] });
  const frame = drawn({ screen: "usage", size: { columns: 100, rows: 20 } }, { usage });
  expect(frame).toContain("2 taken, 1.0 busy of 4");
  expect(frame).toMatch(/1 train +█ +1\.0 +██ +512M/);
  expect(frame).toMatch(/cpu {2}0 ·+▓1▓+$/m);
  expect(frame).toMatch(/cpu {2}1 ·+▓9▓+·+$/m);
});

test("all about a job: the script with its directives, the tree of dependencies", () => {
  const dependency = {
    need: "all" as const,
    conditions: [{ kind: "ok" as const, job: 1, name: null, index: null, delay: 0 }],
  };
  const state: State = {
    ...firstState({ columns: 90, rows: 30 }, "neutral", ""),
    ...{ screen: "detail", subject: { job: 3, index: null } },
  };
  const { jobs } = start([
    ...some,
    job(3, { dependency, name: "post" }),
    job(5, {
      dependency: { ...dependency, conditions: [{ ...dependency.conditions[0], kind: "end", job: 3 } as never] },
    }),
  ]);
  const detail = {
    ...{
      subject: { job: 3, index: null },
      explanation: 'job 3 "post"\nwaits for other jobs\n',
      stdout: "/data/slurm-3.out",
    },
    ...{ stderr: "", script: "#!/bin/sh\n#SBATCH -t 5\necho\n", environment: ["A=1"] },
  };
  const frame = frameOf(pictureOf(state, jobs, { detail }));
  expect(frame).toContain("    └─ 1 train running  to end well");
  expect(frame).toContain("  is waited for by\n    └─ 5 job5 waiting  to end");
  expect(frame).toContain("  2  #SBATCH -t 5");
  expect(frame).toContain("1 variables; e shows them");
});

test("a job that is at a target says at which, whether it runs, waits or has ended", () => {
  const at = { target: "lab" };
  const { jobs, state } = start([
    job(1, { ...at, part: runs(null) }),
    job(2, at),
    job(3, { ...at, part: ended("failed") }),
    job(4, { part: runs(null) }),
    job(5, { ...at, silent: ["lab"], part: runs(null) }),
    job(6, { silent: ["node2"], part: runs(null) }),
  ]);
  const lines = frameOf(pictureOf(state, jobs)).split("\n");
  const line = (id: number) => lines.find((each) => new RegExp(`^ +${id} `).test(each)) ?? "";
  expect(line(1)).toMatch(/ node1 at lab$/);
  expect(line(2)).toMatch(/ at lab$/);
  expect(line(3)).toMatch(/ exit code 3 at lab$/);
  expect(line(4)).toMatch(/ node1$/);
  expect(line(5)).toMatch(/ unknown: lab is silent$/);
  expect(line(6)).toMatch(/ node1$/);
});
