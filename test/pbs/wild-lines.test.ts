/** Every #PBS line found in public repositories is read, or refused for a reason that was reviewed by eye. */

import { expect, test } from "vitest";
import { parseJob } from "../../src/dialects/pbs/reading.ts";
import { RefusedError, UsageError } from "../../src/model/errors.ts";
import { reviewedRefusals, wildLines } from "../support/wild.ts";

function refusal(line: string): string | null {
  try {
    parseJob({ args: [], script: `#!/bin/sh\n${line}\n`, file: "job.sh" });
    return null;
  } catch (error) {
    if (error instanceof UsageError || error instanceof RefusedError) return `${line}\t${error.where} ${error.message}`;
    throw error;
  }
}

test("the refused #PBS lines are the reviewed ones", () => {
  const refused = wildLines("pbs").flatMap((line) => refusal(line) ?? []);
  expect(refused).toEqual(reviewedRefusals("pbs"));
});
