/** Which processes of a job scontrol listpids counts to its script and which to its steps. */

import { expect, test } from "vitest";
import { processLines } from "../../src/dialects/slurm/process-listing.ts";
import type { Element } from "../../src/model/job.ts";
import { noUsage } from "../../src/model/usage.ts";

const element: Element = {
  ...{ job: 5, index: null, id: 5, state: "running", outcome: null, holds: [], restarts: 0, node: "node1" },
  ...{ queue: null, cpuList: "", gpuList: [], startedAt: 0, endedAt: null, pid: 100, code: null, signal: null },
  ...{ endedBy: null, remark: "" },
  ...noUsage,
};

const task = (pid: number, step: number, rank: number, leader = pid) => ({
  pid,
  environment: [`SLURM_STEP_ID=${step}`, `SLURM_TASK_PID=${leader}`, `SLURM_PROCID=${rank}`, `SLURM_LOCALID=${rank}`],
});

const all = [
  task(131, 1, 0),
  task(120, 0, 1),
  task(122, 0, 0, 121),
  task(121, 0, 0),
  { pid: 101, environment: ["SLURM_TASK_PID=100"] },
  { pid: 100, environment: ["SLURM_TASK_PID=100"] },
];

test("the script's come first, then each step's, tasks ahead of what they started", () => {
  expect(
    processLines({ element, all }, null)
      .split("\n")
      .map((line) => line.split(/ +/).slice(0, 5).join(" ")),
  ).toEqual([
    ...["100 5 batch 0 0", "101 5 batch - -", "121 5 0 0 0", "120 5 0 1 1", "122 5 0 - -", "131 5 1 0 0", ""],
  ]);
});

test("of one step only its own are told", () => {
  expect(processLines({ element, all }, 1)).toBe("131      5        1        0       0       \n");
  expect(processLines({ element, all }, 7)).toBe("");
});
