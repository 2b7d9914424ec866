import { expect, test } from "vitest";
import { refusalOf } from "../../src/dialects/sge/admission.ts";
import { jobName } from "../../src/dialects/sge/object-names.ts";
import { parseJob } from "../../src/dialects/sge/reading.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import { UsageError } from "../../src/model/errors.ts";
import { reviewedRefusals, wildLines } from "../support/wild.ts";
import { users } from "./world.ts";

const cluster = plainCluster({ host: "vm", cpus: 4, memory: 2 ** 34, gpus: 0 });

test("every line found in the wild is accepted, or refused for the reason that was reviewed", () => {
  const refused = wildLines("sge").flatMap((line) => {
    const why = complaint(line);
    return why === null ? [] : [`${line}\t${why.replaceAll("\n", " / ")}`];
  });
  expect(refused).toEqual(reviewedRefusals("sge"));
});

function complaint(line: string): string | null {
  try {
    const job = parseJob({ args: ["job.sh"], script: `${line}\n`, file: "job.sh", now: 0 });
    const { spec } = job.settled;
    const name = jobName(spec.name, job.operand);
    const denied = job.denied("alice");
    const user = users[0] as (typeof users)[number];
    return refusalOf({ spec, name, user, cluster, denied, masterQueues: spec.masterQueues !== null });
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
