/** How a Slurm job is started, what its end means, and how it is brought about. */

import { describe, expect, test } from "vitest";
import { remembering } from "../../src/daemon/kin.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { expandName } from "../../src/dialects/slurm/streams.ts";
import type { Start } from "../../src/language/dialect.ts";
import type { ClusterDescription } from "../../src/model/cluster.ts";
import type { Element, Job } from "../../src/model/job.ts";
import type { Ending } from "../../src/model/launch.ts";
import { emptySpec, type JobSpec } from "../../src/model/spec.ts";
import { noUsage } from "../../src/model/usage.ts";
import { submissionOf } from "../support/plain-dialect.ts";
import { ada, described } from "./described.ts";

function start(
  spec: Partial<JobSpec> = {},
  more: { job?: Partial<Job>; element?: Partial<Element>; cluster?: Partial<ClusterDescription> } = {},
): Start {
  const job: Job = {
    ...submissionOf({ spec: { ...emptySpec(), ...spec }, env: ["HOME=/home/ada", "PATH=/usr/bin:/bin"] }),
    ...{ id: 12, submittedAt: 0, user: ada, workingDirectory: "/w", submitDirectory: "/w", name: "nm", queue: "debug" },
    ...{ command: ["/w/job.sh", "a b"], limits: "nofile=1024", ...more.job },
  };
  const element: Element = {
    ...{
      job: 12,
      index: null,
      id: 12,
      state: "starting",
      outcome: null,
      holds: [],
      restarts: 0,
      node: "node1",
      queue: null,
    },
    ...{ cpuList: "0", gpuList: [], startedAt: null, endedAt: null, pid: null, code: null, signal: null },
    ...{ ...noUsage, endedBy: null, remark: "", ...more.element },
  };
  const places = {
    scriptPath: "/s/12/slurm_script",
    directory: "/s/12",
    shims: "",
    shimsInstalled: false,
    machine: { arch: "x86_64", hostName: "vm" },
  };
  const { directory, ...common } = places;
  const kin = remembering({ job, element, cluster: { ...described, strict: false, ...more.cluster }, ...common });
  return { ...kin, element, directory };
}

const environmentOf = (given: Start) => {
  const entries = slurmDialect.plan(given).launch.environment;
  return Object.fromEntries(entries.map((entry) => [entry.split("=")[0], entry.replace(/^[^=]*=/, "")]));
};

test("the spooled script is executed itself, with its arguments", () => {
  const { launch } = slurmDialect.plan(start());
  expect([launch.file, launch.argv]).toEqual(["/s/12/slurm_script", ["/s/12/slurm_script", "a b"]]);
  expect([launch.stdin, launch.stdout, launch.stderr]).toEqual(["/dev/null", "/w/slurm-12.out", ""]);
  expect(launch.limits).toEqual(["nofile=1024:", `rss=${1000 * 2 ** 20}:`]);
});

describe("variables", () => {
  test("only what was asked for has tasks and processors per task", () => {
    const plain = environmentOf(start());
    expect(plain).toMatchObject({
      SLURM_JOB_ID: "12",
      SLURM_CPUS_ON_NODE: "1",
      SLURM_MEM_PER_CPU: "1000",
      TMPDIR: "/tmp",
    });
    expect(plain).not.toHaveProperty("SLURM_NTASKS");
    const asked = environmentOf(start({ ranks: 2, cpusPerRank: 2 }));
    expect(asked).toMatchObject({
      SLURM_NTASKS: "2",
      SLURM_NPROCS: "2",
      SLURM_CPUS_PER_TASK: "2",
      SLURM_CPUS_ON_NODE: "4",
      SLURM_TASKS_PER_NODE: "2",
    });
  });

  test("a job too big for the machine sees what it asked for", () => {
    const big = environmentOf(start({ nodes: { least: 4, most: null }, ranksPerNode: 32 }));
    expect(big).toMatchObject({ SLURM_NTASKS: "128", SLURM_NNODES: "4", SLURM_JOB_NODELIST: "node1" });
  });

  test("an array's element knows the array", () => {
    const range = { first: 5, last: 9, step: 2 };
    const element = start(
      { array: [{ first: 2, last: 2, step: 1 }, range] },
      {
        job: {
          indices: [
            [2, 2],
            [5, 5],
            [7, 7],
            [9, 9],
          ],
        },
        element: { index: 5, id: 14 },
      },
    );
    expect(environmentOf(element)).toMatchObject({
      ...{ SLURM_JOB_ID: "14", SLURM_ARRAY_JOB_ID: "12", SLURM_ARRAY_TASK_ID: "5", SLURM_ARRAY_TASK_COUNT: "4" },
      ...{ SLURM_ARRAY_TASK_MIN: "2", SLURM_ARRAY_TASK_MAX: "9", SLURM_ARRAY_TASK_STEP: "2" },
    });
  });
});

test.each([
  ["a-%j.txt", "a-12.txt"],
  ["c-%a.txt", "c-4294967294.txt"],
  ["d-%x-%u-%N.txt", "d-nm-ada-vm.txt"],
  ["k-%%j.txt", "k-%j.txt"],
  ["l-%4j-%11j-%0j.txt", "l-0012-0000000012-12.txt"],
  ["p-%b-%z-%", "p-%b-%z-%"],
  ["s-%4x-%3t-%2n-%s.txt", "s-nm-000-00-batch.txt"],
  ["v-\\%j.txt", "v-%j.txt"],
])("the file name %s is %s", (name, expected) => {
  const names = { jobId: 12, arrayJobId: 12, index: null, jobName: "nm", user: "ada", host: "vm" };
  expect(expandName(name, names)).toBe(expected);
});

test("a missing output directory is made, but not the working directory, and none where Slurm is taken strictly", () => {
  const asked = start({ stdout: ["logs/%j.out"] });
  const strictly = start({ stdout: ["logs/%j.out"] }, { cluster: described });
  expect(slurmDialect.plan(asked).makeDirectories).toEqual(["/w/logs"]);
  expect(slurmDialect.plan(start()).makeDirectories).toEqual([]);
  expect(slurmDialect.plan(strictly).makeDirectories).toEqual([]);
});

describe("the end", () => {
  const ending: Ending = {
    ...{ key: "12.-.0", code: 0, signal: null, startedAt: 0, endedAt: 1000, tag: "" },
    ...noUsage,
  };
  test.each([
    [{}, null, { outcome: "completed", code: 0 }],
    [{ code: 7 }, null, { outcome: "failed", code: 7 }],
    [{ code: null, signal: 9 }, null, { outcome: "failed", signal: 9 }],
    [{ tag: "limit", code: null, signal: 15 }, null, { outcome: "timedOut" }],
    [{}, "cancel", { outcome: "cancelled" }],
    [{ tag: "requeue" }, "requeue", { kind: "again", at: 121_000 }],
    [{ tag: "node-failure", code: null }, null, { kind: "again" }],
  ] as const)("%j, stopped by %s, is %j", (given, stopped, verdict) => {
    const judged = slurmDialect.judge({ start: start(), ending: { ...ending, ...given }, stopped, now: 1000 });
    expect(judged).toMatchObject(verdict);
  });

  test("a missing interpreter is 2:0 with a word about it, a missing file 0:53 without", () => {
    const script = start({}, { job: { script: new TextEncoder().encode("#!/no/such/interp\n") } });
    const fail = (stage: string) => ({
      start: script,
      failure: { key: "", stage, errno: "ENOENT", path: "/x" },
      now: 0,
    });
    expect(slurmDialect.judgeFailure(fail("exec"))).toMatchObject({
      ...{ outcome: "failed", code: 2 },
      notice: "slurmstepd: error: execve(): bad interpreter(/no/such/interp): No such file or directory",
    });
    expect(slurmDialect.judgeFailure(fail("stdout"))).toMatchObject({
      outcome: "launchFailed",
      signal: 53,
      notice: "",
    });
  });

  test("a warning goes to steps unless it is meant for the shell, and not before a trap could be set", () => {
    const warned = start({ wallTime: 60, warning: { signal: 10, before: 90, to: "steps" } });
    const [first] = slurmDialect.plan(warned).launch.timeline;
    expect(first).toMatchObject({ afterMs: 3000, signal: 10, scope: "SLURM_STEP_ID=" });
  });

  test("a time limit warns the shell, is made known, ends shell and steps gently, then everything", () => {
    const limited = start({ wallTime: 600, warning: { signal: 10, before: 60, to: "shell" } });
    const rows = slurmDialect.plan(limited).launch.timeline;
    expect(rows.map(({ afterMs, signal, scope }) => `${afterMs / 1000} ${signal} ${scope}`)).toEqual([
      ...["540 10 leader", "600 0 leader", "600.15 18 leader", "600.15 15 leader"],
      ...["600.15 18 SLURM_STEP_ID=", "600.15 15 SLURM_STEP_ID=", "605.15 9 all"],
    ]);
    expect(rows[1]).toMatchObject({ tag: "limit", notice: "" });
    expect(rows[2]?.notice).toBe("slurmstepd: error: *** JOB 12 ON node1 CANCELLED AT %T DUE TO TIME LIMIT ***\n");
  });
});
