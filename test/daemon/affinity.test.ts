/** Owns proofs about processors: what the scheduler numbers is what the machine has, or nothing is bound. */

import { expect, test } from "vitest";
import { affinityOn, allowedCpus } from "../../src/daemon/affinity.ts";

test.each([
  ["all are allowed", [[0, 3]], 4, "0,2-3", "0,2-3"],
  [
    "a container has others",
    [
      [4, 5],
      [9, 9],
    ],
    3,
    "1-2",
    "5,9",
  ],
  ["more are described than there are", [[0, 1]], 4, "0", ""],
  ["the system doesn't say", [], 4, "0", ""],
  ["the job is not to be bound", [[0, 3]], 4, "", ""],
] as const)("where %s", (_title, allowed, count, cpuList, expected) => {
  expect(affinityOn(allowed, count)(cpuList)).toBe(expected);
});

test.skipIf(process.platform !== "linux")("this machine says what it allows", () => {
  expect(allowedCpus().length).toBeGreaterThan(0);
});
