/** What the starts of a job have in common is the same whoever of them asks first. */

import { describe, expect, test } from "vitest";
import { families, remembering } from "../../src/daemon/kin.ts";
import { sgeDialect } from "../../src/dialects/sge/dialect.ts";
import { parseJob } from "../../src/dialects/sge/reading.ts";
import { submissionOf as sgeSubmissionOf, waitingFor } from "../../src/dialects/sge/submission.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import type { Dialect, Kin } from "../../src/language/dialect.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import type { Element, Job, Submission } from "../../src/model/job.ts";
import { emptySpec, type JobSpec } from "../../src/model/spec.ts";
import { noUsage } from "../../src/model/usage.ts";
import { ada, submissionOf } from "../support/plain-dialect.ts";

const cluster = plainCluster({ host: "vm", cpus: 4, memory: 2 ** 34, gpus: 2 });
/** With what a job around it had: some of it is replaced in some elements only. */
const nested = ["HOME=/home/ada", "PATH=/usr/bin:/bin", "SLURM_JOB_ID=7", "CUDA_VISIBLE_DEVICES=5", "PE_HOSTFILE=/x"];
const plainly = ["HOME=/home/ada", "PATH=/usr/bin:/bin", "no equals sign", "EMPTY="];

const slurmJob = (spec: Partial<JobSpec>, environment: readonly string[], more: Partial<Submission> = {}): Submission =>
  submissionOf({ spec: { ...emptySpec(), ...spec }, env: environment, user: ada, limits: "nofile=1024", ...more });

const sgeJob = (args: readonly string[], environment: readonly string[]): Submission => {
  const read = parseJob({ args, script: "true\n", file: "job.sh", now: 0 });
  const binary = read.settled.asks.binary === true;
  const submission = sgeSubmissionOf(read, binary ? null : new TextEncoder().encode("true\n"), {
    ...{ cluster, user: ada, directory: "/place", environment, limits: "", isDirectory: () => false },
  });
  return waitingFor(submission, null);
};

const rows: readonly (readonly [string, Dialect, Submission])[] = [
  ...[plainly, nested].flatMap((environment): readonly (readonly [string, Dialect, Submission])[] => [
    ["of nothing said", slurmDialect, slurmJob({}, environment)],
    ["with a time limit", slurmDialect, slurmJob({ wallTime: 60 }, environment)],
    [
      "with a warning",
      slurmDialect,
      slurmJob({ wallTime: 60, warning: { signal: 10, before: 9, to: "steps" } }, environment),
    ],
    ["with named files", slurmDialect, slurmJob({ stdout: ["logs/%A_%a-%j.out"], stderr: ["%x.%a"] }, environment)],
    ["with memory", slurmDialect, slurmJob({ memoryPerNode: 2 ** 30, ranks: 2, cpusPerRank: 2 }, environment)],
    ["that is attended", slurmDialect, slurmJob({}, environment, { attended: true })],
    ["of nothing said", sgeDialect, sgeJob(["-t", "1-9:2", "job.sh"], environment)],
    ["with everything of the submitter's", sgeDialect, sgeJob(["-V", "-cwd", "-t", "1-9", "job.sh", "a"], environment)],
    ["of another shell", sgeDialect, sgeJob(["-S", "/bin/csh", "-v", "CUDA_VISIBLE_DEVICES=3", "job.sh"], environment)],
    [
      "with slots and limits",
      sgeDialect,
      sgeJob(["-pe", "mpi", "2", "-l", "h_vmem=1G,h_rt=60", "job.sh"], environment),
    ],
    [
      "without a script",
      sgeDialect,
      sgeJob(["-b", "y", "-t", "1-3", "-o", "$TASK_ID.x", "echo", "$SGE_TASK_ID"], environment),
    ],
  ]),
];

const elements: readonly Partial<Element>[] = [
  { index: 1, id: 13, cpuList: "0", gpuList: [] },
  { index: 3, id: 14, cpuList: "1", gpuList: [1] },
  { index: 5, id: 12, cpuList: "2-3", gpuList: [], restarts: 2 },
  { index: null, id: 12, cpuList: "", gpuList: [0, 1] },
];

const elementOf = (given: Partial<Element>): Element => ({
  ...{
    job: 12,
    index: null,
    id: 12,
    state: "starting",
    outcome: null,
    holds: [],
    restarts: 0,
    node: "vm",
    queue: null,
  },
  ...{ cpuList: "", gpuList: [], startedAt: null, endedAt: null, pid: null, code: null, signal: null },
  ...{ ...noUsage, endedBy: null, remark: "", ...given },
});

const kinOf = (job: Job, element: Element): Kin => ({
  ...{ job, element, cluster, scriptPath: job.script === null ? "" : "/s/12/script", shims: "/shims" },
  ...{ shimsInstalled: false, machine: { arch: "x86_64", hostName: "vm" } },
});

describe.each(rows)("a job %s", (_, dialect, submission) => {
  const job: Job = { ...submission, dialect: dialect.name, id: 12, submittedAt: 0 };
  const starts = elements.map((given, at) => ({ element: elementOf(given), directory: `/s/12/${at}` }));
  const alone = starts.map((start) => dialect.plan({ ...remembering(kinOf(job, start.element)), ...start }));

  test.each([0, 1, 2, 3])(
    `of ${dialect.name} has the plans that its elements have alone, whoever is first (%i)`,
    (first) => {
      const family = families(kinOf);
      const order = [...starts.keys()].map((at) => (at + first) % starts.length);
      for (const at of order) {
        const start = starts[at];
        if (start) expect(dialect.plan({ ...family(job, start.element, cluster), ...start })).toEqual(alone[at]);
      }
    },
  );
});

test("another node, another description and another job are no kin", () => {
  const family = families(kinOf);
  const job: Job = { ...slurmJob({}, []), id: 12, submittedAt: 0 };
  const [here, there] = [elementOf({}), elementOf({ node: "other" })];
  const first = family(job, here, cluster);
  expect(family(job, here, cluster)).toBe(first);
  expect(family(job, there, cluster)).not.toBe(first);
  expect(family({ ...job }, here, cluster)).not.toBe(first);
  expect(family(job, here, { ...cluster })).not.toBe(first);
});
