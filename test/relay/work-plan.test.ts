/** Work as it travels between daemon and relay. */

import { describe, expect, test } from "vitest";
import { decodeRankEnd, decodeWork, encodeRankEnd, encodeWork, type WorkPlan } from "../../src/relay/work-plan.ts";

const payloadOf = (plan: WorkPlan) => decodeWork(encodeWork(plan));

describe("work", () => {
  test("is read as it was written, empty words and odd bytes too", () => {
    const plan: WorkPlan = {
      ...{ label: true, append: false, ownGroups: true, takesInput: true, memoryKiB: 5, cwd: "" },
      memoryGroup: "/groups/step 1",
      environment: ["A=", "B=x\ny", "ODD=\udcff"],
      ranks: [
        { stdin: "*", stdout: "", stderr: "/e 1", argv: ["echo", "", "*"], environment: ["SLURM_PROCID=0"] },
        { stdin: "/dev/null", stdout: "/o", stderr: "/o", argv: ["true"], environment: [] },
      ],
    };
    expect(payloadOf(plan)).toEqual(plan);
  });

  test("may have no processes and no variables", () => {
    const plan: WorkPlan = {
      label: false,
      append: true,
      ownGroups: false,
      takesInput: false,
      memoryKiB: 0,
      memoryGroup: "",
      cwd: "/",
      environment: [],
      ranks: [],
    };
    expect(payloadOf(plan)).toEqual(plan);
  });

  test.each([
    { rank: 0, code: 0, signal: null, stage: "", errno: 0, figures: [1, 0, 3] },
    { rank: 11, code: null, signal: 9, stage: "", errno: 0, figures: [] },
    { rank: 3, code: null, signal: null, stage: "exec", errno: 2, figures: [] },
  ] as const)("an end is read as it was written: %j", (end) => {
    expect(decodeRankEnd(encodeRankEnd(end))).toEqual(end);
  });
});
