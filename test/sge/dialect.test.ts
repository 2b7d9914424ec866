import { describe, expect, test } from "vitest";
import { remembering } from "../../src/daemon/kin.ts";
import { sgeDialect } from "../../src/dialects/sge/dialect.ts";
import { parseJob } from "../../src/dialects/sge/reading.ts";
import { submissionOf, waitingFor } from "../../src/dialects/sge/submission.ts";
import type { Start } from "../../src/language/dialect.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import type { Element } from "../../src/model/job.ts";
import type { Ending } from "../../src/model/launch.ts";
import { users } from "./world.ts";

const cluster = plainCluster({ host: "vm", cpus: 4, memory: 2 ** 34, gpus: 0 });
const user = users[0] as (typeof users)[number];

function start(args: readonly string[], more: Partial<Start> & { index?: number; directory?: string } = {}): Start {
  const read = parseJob({ args, script: "true\n", file: "job.sh", now: 0 });
  const binary = read.settled.asks.binary === true;
  const submission = submissionOf(read, binary ? null : new TextEncoder().encode("true\n"), {
    cluster,
    user,
    directory: "/place",
    environment: ["HOME=/home/alice", "MINE=1", "TERM=xterm", "TMPDIR=/mine", "BASH_FUNC_f%%=() { :; }"],
    limits: "",
    isDirectory: (path) => path === "/logs" || path === "/place/logs",
  });
  const element = { job: 7, index: more.index ?? null, restarts: 0, cpuList: "", gpuList: [], node: "vm", pid: 99 };
  const common = {
    job: { ...waitingFor(submission, null), id: 7, submittedAt: 0 },
    element: element as unknown as Element,
    cluster,
    scriptPath: binary ? "" : "/state/7/script",
    shims: "",
    shimsInstalled: false,
    machine: { arch: "x64", hostName: "vm" },
    ...more,
  };
  return { ...remembering(common), element: common.element, directory: more.directory ?? "/state/7/run" };
}

const launchOf = (args: readonly string[], more = {}) => sgeDialect.plan(start(args, more)).launch;
const variable = (args: readonly string[], name: string, more = {}) =>
  launchOf(args, more)
    .environment.find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1);

describe("the program", () => {
  test.each([
    [["job.sh", "a", "b c"], "/bin/sh", ["-sh", "/state/7/script", "a", "b c"]],
    [["-S", "/bin/bash", "job.sh"], "/bin/bash", ["-bash", "/state/7/script"]],
    [["-S", "/usr/bin/python3", "p.py", "a"], "/usr/bin/python3", ["python3", "/state/7/script", "a"]],
    [["-cwd", "-S", "bash", "job.sh"], "/place/bash", ["-bash", "/state/7/script"]],
    [["-S", "other:/x,vm:/bin/ksh", "job.sh"], "/bin/ksh", ["-ksh", "/state/7/script"]],
    [["-b", "y", "echo", "a b", "$HOME"], "/bin/sh", ["-sh", "-c", "echo a b $HOME"]],
    [["-b", "y", "-shell", "n", "./x", "a;b"], "./x", ["./x", "a;b"]],
    [["-b", "y", "-shell", "n", "echo", "*"], "/usr/bin/env", ["env", "--", "echo", "*"]],
  ])("%j", (args, file, argv) => expect(launchOf(args)).toMatchObject({ file, argv }));

  test("qsub is found within a job although login shells set PATH anew", () => {
    const shims = "/opt/shims";
    const find = 'PATH="$HEADNODE_SHIMS:$PATH"; ';
    const bash = launchOf(["-S", "/bin/bash", "job.sh", "a"], { shims });
    expect(bash.argv).toEqual(["-bash", "-c", `${find}. "$0"`, "/state/7/script", "a"]);
    expect(launchOf(["job.sh", "a"], { shims }).argv).toEqual([
      ...["-sh", "-c", expect.stringMatching(/^PATH="\$HEADNODE_SHIMS:\$PATH"; .*; true\n\nexit$/)],
      ...["/state/7/script", "a"],
    ]);
    expect(launchOf(["-b", "y", "x", "a"], { shims }).argv.at(-1)).toBe('PATH="$HEADNODE_SHIMS:$PATH"; x a');
    expect(variable(["job.sh"], "HEADNODE_SHIMS", { shims })).toBe(shims);
    expect(variable(["-S", "/bin/csh", "job.sh"], "PATH", { shims })).toMatch(/^\/opt\/shims:/);
  });
});

describe("procedures", () => {
  const attributes = { start_proc_args: "/opt/start $pe_hostfile $job_id $other", stop_proc_args: "NONE" };
  const cluster1 = {
    ...cluster,
    parallelEnvironments: [{ name: "mpi", slots: 9, allocationRule: "$pe_slots", attributes }],
  };
  const around = (args: readonly string[]) => launchOf(args, { cluster: cluster1 });

  test("of a parallel environment are run around its jobs, with files of their own", () => {
    const { file, argv } = around(["-cwd", "-pe", "mpi", "2", "job.sh", "a"]);
    expect([file, ...argv.slice(4)]).toEqual([
      ...["/bin/bash", "", "/opt/start /state/7/run/pe_hostfile 7 $other", "", ""],
      ...["/place/job.sh.po7", "/place/job.sh.pe7", "-sh", "/bin/sh", "/state/7/script", "a"],
    ]);
  });

  test("write where the job's output goes if that has a name, and are not there for other jobs", () => {
    const named = around(["-cwd", "-o", "out", "-j", "y", "-pe", "mpi", "2", "job.sh"]).argv;
    expect(named.slice(8, 10)).toEqual(["/place/out", ""]);
    expect(around(["job.sh"]).file).toBe("/bin/sh");
  });
});

describe("streams", () => {
  test.each([
    [["job.sh"], "/home/alice/job.sh.o7", "/home/alice/job.sh.e7"],
    [["-cwd", "-N", "n", "-j", "y", "job.sh"], "/place/n.o7", ""],
    [["-cwd", "-o", "logs", "-e", "/logs", "job.sh"], "/place/logs/job.sh.o7", "/logs/job.sh.e7"],
    [
      ["-cwd", "-o", "d/$JOB_NAME.$JOB_ID.$TASK_ID.$USER.$HOSTNAME", "-j", "y", "job.sh"],
      "/place/d/job.sh.7.0.alice.vm",
      "",
    ],
    [["-cwd", "-o", "$\u007bJOB_ID}.$UNKNOWN", "-j", "y", "job.sh"], "/place/$\u007bJOB_ID}.$UNKNOWN", ""],
    [["-o", "$HOME/x", "-e", "~/y", "job.sh"], "/home/alice/x", "/home/alice/y"],
    [["-o", ":/a", "-e", "vm:/b", "job.sh"], "/a", "/b"],
    [["-o", "/dev/null", "-e", "other:/x,/y", "job.sh"], "/dev/null", "/y"],
  ])("%j", (args, stdout, stderr) =>
    expect(launchOf(args)).toMatchObject({ stdout, stderr, stdin: "/dev/null", append: true }),
  );

  test("tasks have files of their own", () => {
    expect(launchOf(["-t", "1-3", "job.sh"], { index: 2 })).toMatchObject({ stdout: "/home/alice/job.sh.o7.2" });
  });

  test("directories of files that were named are made, the working directory is not", () => {
    const made = (args: readonly string[]) => sgeDialect.plan(start(args)).makeDirectories.slice(2);
    expect(made(["-wd", "/no/such", "job.sh"])).toEqual([]);
    expect(made(["-cwd", "-o", "new/x", "job.sh"])).toEqual(["/place/new"]);
    expect(
      sgeDialect.plan(start(["-o", "/new/x", "job.sh"], { cluster: { ...cluster, strict: true } })).makeDirectories,
    ).toHaveLength(2);
  });
});

describe("the environment", () => {
  test.each([
    [["job.sh"], "MINE", undefined],
    [["job.sh"], "TERM", ""],
    [["-V", "job.sh"], "MINE", "1"],
    [["-V", "job.sh"], "TERM", "xterm"],
    [["-V", "job.sh"], "BASH_FUNC_f%%", undefined],
    [["-V", "job.sh"], "TMPDIR", "/state/7/run/7.1.all.q"],
    [["-v", "A=1,MINE,NOTSET,JOB_ID=9", "job.sh"], "MINE", "1"],
    [["-v", "A=1,MINE,NOTSET,JOB_ID=9", "job.sh"], "NOTSET", ""],
    [["-v", "A=1,MINE,NOTSET,JOB_ID=9", "job.sh"], "JOB_ID", "7"],
    [["-v", "PATH=/my", "job.sh"], "PATH", "/state/7/run/7.1.all.q:/my"],
    [["job.sh"], "SGE_TASK_ID", "undefined"],
    [["-t", "3-7:2", "job.sh"], "SGE_TASK_STEPSIZE", "2"],
    [["job.sh"], "PE_HOSTFILE", undefined],
    [["job.sh"], "SGE_O_WORKDIR", "/place"],
    [["-q", "short.q", "job.sh"], "QUEUE", "short.q"],
    [["-pe", "smp", "64", "job.sh"], "NSLOTS", "64"],
    [["-pe", "smp", "2-100", "job.sh"], "NSLOTS", "4"],
  ])("%j: %s is %j", (args, name, value) => expect(variable(args, name)).toBe(value));

  test("a parallel job finds its hosts in a file", () => {
    const plan = sgeDialect.plan(start(["-pe", "mpi", "3", "job.sh"]));
    expect(plan.writeFiles).toEqual([
      { path: "/state/7/run/pe_hostfile", text: "vm 3 all.q@vm UNDEFINED\n", mode: 0o644 },
    ]);
  });
});

describe("limits", () => {
  test("are those of the processes, memory once for each slot", () => {
    const args = [
      "-pe",
      "smp",
      "2",
      "-l",
      "h_vmem=1G,h_cpu=60,h_fsize=1M,h_core=0,s_cpu=50,h_stack=infinity",
      "job.sh",
    ];
    expect(launchOf(args).limits).toEqual([
      `as=${2 ** 31}:${2 ** 31}`,
      "cpu=50:60",
      `fsize=${2 ** 20}:${2 ** 20}`,
      "stack=unlimited:unlimited",
      "core=0:0",
    ]);
  });

  test("none is less than the real one sets", () => {
    const args = ["-l", "h_vmem=4,h_data=1K,s_cpu=1,h_fsize=0,h_stack=1K,h_core=1K,h_rss=1M", "job.sh"];
    const [MiB, floor] = [2 ** 20, (bytes: number) => `${bytes}:${bytes}`];
    expect(launchOf(args).limits).toEqual([
      `as=${floor(10 * MiB)}`,
      `data=${floor(10 * MiB)}`,
      "cpu=2:",
      `fsize=${floor(15 * 1024)}`,
      `stack=${floor(MiB)}`,
      `core=${floor(1024)}`,
      `rss=${floor(10 * MiB)}`,
    ]);
  });

  test.each([
    ["h_rt=10", [], [[10, 9]]],
    ["s_rt=10", [], [[10, 10]]],
    [
      "s_rt=2,h_rt=6",
      [],
      [
        [2, 10],
        [92, 9],
      ],
    ],
    [
      "s_rt=2,h_rt=200",
      [],
      [
        [2, 10],
        [200, 9],
      ],
    ],
    [
      "h_rt=3",
      ["-notify"],
      [
        [3, 12],
        [63, 9],
      ],
    ],
  ])("%s %j", (request, more, rows) => {
    const { timeline } = launchOf(["-l", request, ...more, "job.sh"]);
    expect(timeline.map(({ afterMs, signal }) => [afterMs / 1000, signal])).toEqual(rows);
  });

  test("a job that is deleted is killed at once, one that wants to know is told first", () => {
    const signals = (args: readonly string[]) =>
      sgeDialect.stop(start(args), "cancel").map(({ afterMs, signal }) => [afterMs, signal]);
    expect(signals(["job.sh"])).toEqual([[0, 9]]);
    expect(signals(["-notify", "job.sh"])).toEqual([
      [0, 12],
      [60_000, 9],
    ]);
  });
});

describe("the end", () => {
  const ending = (end: Partial<Ending>) => ({ code: null, signal: null, tag: "", ...end }) as Ending;
  test.each([
    [{ code: 0 }, null, { kind: "ended", outcome: "completed", code: 0, remark: "" }],
    [{ code: 3 }, null, { kind: "ended", outcome: "failed", code: 3, remark: "" }],
    [{ code: 99 }, null, { kind: "again", at: 5, error: null }],
    [
      { code: 100 },
      null,
      { kind: "again", error: expect.stringMatching(/\[1001:99\]: exit_status of job start = 100$/) },
    ],
    [{ signal: 9 }, null, { kind: "ended", outcome: "failed", signal: 9, remark: "100 : assumedly after job" }],
    [{ signal: 9 }, "cancel", { kind: "ended", outcome: "cancelled" }],
    [{ code: 12 }, "cancel", { kind: "ended", outcome: "cancelled", code: 12, remark: "" }],
    [{ code: 99 }, "cancel", { kind: "ended", outcome: "cancelled" }],
    [{ signal: 9 }, "requeue", { kind: "again", error: null }],
    [{ signal: 9, tag: "limit" }, null, { kind: "ended", outcome: "timedOut" }],
    [{ signal: 9, tag: "node-failure" }, null, { kind: "ended", outcome: "nodeFailed" }],
  ] as const)("%j, stopped %j", (end, stopped, verdict) => {
    expect(sgeDialect.judge({ start: start(["job.sh"]), ending: ending(end), stopped, now: 5 })).toMatchObject(verdict);
  });

  test.each([
    ["cwd", "ENOENT", "/no", "error: can't chdir to /no: No such file or directory"],
    ["stdin", "ENOENT", "/in", "error: can't open /in as dummy input file"],
    ["stdout", "ENOENT", "/no/x", 'error: can\'t open output file "/no/x": No such file or directory'],
    ["exec", "ENOENT", "/bin/sh", 'unable to find shell "/bin/sh"'],
    ["exec", "ENOENT", "/no/cmd", 'execvlp(/no/cmd, "/no/cmd") failed: No such file or directory'],
  ])("a start that fails at %s (%s) waits in error", (stage, errno, path, text) => {
    const failure = { key: "", stage, errno, path };
    expect(sgeDialect.judgeFailure({ start: start(["job.sh"]), failure, now: 0 })).toMatchObject({
      kind: "again",
      error: expect.stringContaining(`]: ${text}`),
    });
  });
});
