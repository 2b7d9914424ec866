/** Owns proofs about output files of jobs that are away: they are called as their owner expects, by the number that the job has here. */

import { expect, test } from "vitest";
import { outputNames } from "../../src/forwarding/output-names.ts";
import type { Indices } from "../../src/model/indices.ts";
import { emptySpec, type JobSpec } from "../../src/model/spec.ts";

const array: Indices = [[1, 4]];

test.each<[string, "slurm" | "sge", Indices | null, Partial<JobSpec>, readonly (readonly string[] | null)[]]>([
  ["nobody named any", "slurm", null, {}, [["slurm-12.out"], null]],
  ["an array's", "slurm", array, {}, [["slurm-12_%a.out"], null]],
  [
    "they have its number",
    "slurm",
    null,
    { stdout: ["o-%5j-%A-%x"], stderr: ["%j.%N"] },
    [["o-00012-12-%x"], ["12.%N"]],
  ],
  ["elements have numbers there", "slurm", array, { stdout: ["%A-%a-%j"] }, [["12-%a-%j"], null]],
  ["a percent sign is one", "slurm", null, { stdout: ["%%j"] }, [["%%j"], null]],
  ["a backslash keeps all", "slurm", null, { stdout: ["%j\\x"] }, [["%j\\x"], null]],
  ["nobody named any", "sge", null, {}, [["n.o12"], ["n.e12"]]],
  ["an array's", "sge", array, { joinStreams: true }, [["n.o12.$TASK_ID"], null]],
  ["in directories", "sge", null, { stdout: ["logs/"], stderr: ["h:/e/"] }, [["logs/n.o12"], ["h:/e/n.e12"]]],
  ["they have its number", "sge", null, { stdout: ["$JOB_ID.$JOB_NAME"], stderr: ["e"] }, [["12.$JOB_NAME"], ["e"]]],
])("%s, of %s, %j %j", (_, dialect, indices, said, names) => {
  const { stdout, stderr } = outputNames({ id: 12, name: "n", dialect, indices, spec: { ...emptySpec(), ...said } });
  expect([stdout, stderr]).toEqual(names);
});
