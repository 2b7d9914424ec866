/** Every #SBATCH line found in public repositories is read, or refused for a reason that was reviewed by eye. */

import { expect, test } from "vitest";
import { parseJob } from "../../src/dialects/slurm/reading.ts";
import { RefusedError, UsageError } from "../../src/model/errors.ts";
import { reviewedRefusals, wildLines } from "../support/wild.ts";

function refusal(line: string): string | null {
  const source = { args: ["job.sh"], variable: () => undefined, file: "job.sh", now: 0 };
  try {
    parseJob({ ...source, script: `#!/bin/sh\n${line}\n` });
    return null;
  } catch (error) {
    if (error instanceof UsageError || error instanceof RefusedError)
      return `${line}\t${error.where} ${error.message.replaceAll("\n", " / ")}`;
    throw error;
  }
}

test("the refused #SBATCH lines are the reviewed ones", () => {
  const refused = wildLines("slurm").flatMap((line) => refusal(line) ?? []);
  expect(refused).toEqual(reviewedRefusals("slurm"));
});
