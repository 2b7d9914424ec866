/** srun's tables, what its steps come to, and what it says of their tasks: without any process. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { bindingValues, cpuBinding, memoryBinding } from "../../src/dialects/slurm/binding.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { srunOptions } from "../../src/dialects/slurm/srun-options.ts";
import { repeated } from "../../src/dialects/slurm/step.ts";
import { stepVariableNames } from "../../src/dialects/slurm/step-environment.ts";
import { programsOf } from "../../src/dialects/slurm/step-programs.ts";
import {
  advance,
  atFirst,
  dueAt,
  exitCode,
  recordedEnd,
  type StepRules,
} from "../../src/dialects/slurm/step-progress.ts";
import { rankList } from "../../src/dialects/slurm/step-wording.ts";
import type { RankEnd } from "../../src/language/work.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import { noUsage } from "../../src/model/usage.ts";
import { makeWorld, type RunOptions, type TestWorld } from "../support/cluster.ts";

let world: TestWorld;
const gpuNode = plainCluster({ host: "node1", cpus: 4, memory: 2 ** 34, gpus: 2 });

beforeEach(async () => {
  world = await makeWorld({ commands: slurmCommands, dialects: [slurmDialect], description: gpuNode });
});
afterEach(() => world.close());

/** A job that runs for a while, in whose place srun is called. */
async function job(...options: string[]): Promise<string> {
  const env = { FAKE_SECONDS: "1000" };
  const said = await world.run("sbatch", ["--parsable", ...options, "--wrap", "srun"], { env });
  await world.settle();
  return said.out.trim();
}

async function srun(id: string, args: readonly string[], more: RunOptions = {}) {
  const launch = world.backend.launches.at(-1);
  const variables = (launch?.environment ?? []).filter((entry) => /^(SLURM|CUDA)/.test(entry));
  const env = Object.fromEntries(variables.map((entry) => entry.split("=", 2) as [string, string]));
  return world.run("srun", args, { ...more, env: { ...env, SLURM_JOB_ID: id, ...more.env } });
}

/** A variable of each task of the last step. */
function seen(name: string): readonly (string | undefined)[] {
  const asked = world.asked.at(-1);
  return (asked?.ranks ?? []).map((rank) =>
    [...(asked?.environment ?? []), ...rank.environment]
      .findLast((entry) => entry.startsWith(`${name}=`))
      ?.slice(name.length + 1),
  );
}

const end = (rank: number, code: number | null, signal: number | null = null): RankEnd => ({
  ...{ rank, code, signal, failure: null, usage: noUsage },
});

describe("the table", () => {
  test("every option has help, and what is ignored or refused has a reason", () => {
    for (const { name, help, effect } of srunOptions.rows) {
      expect(help, name).not.toBe("");
      if (effect.standing.kind !== "honoured") expect(effect.standing.why.length, name).toBeGreaterThan(10);
    }
  });

  test("no variable is read by two options", () => {
    const names = srunOptions.rows.flatMap(({ variable }) => variable ?? []);
    expect(new Set(names).size).toBe(names.length);
  });

  test("no variable of a step is listed twice", () => {
    expect(new Set(stepVariableNames).size).toBe(stepVariableNames.length);
  });
});

describe("a step in a job", () => {
  test("runs as many tasks as the job asked for, each with its numbers", async () => {
    const id = await job("-n4");
    expect(await srun(id, ["hostname"])).toEqual({ out: "", err: "", code: 0 });
    expect(seen("SLURM_PROCID")).toEqual(["0", "1", "2", "3"]);
    expect(seen("SLURM_LOCALID")).toEqual(["0", "1", "2", "3"]);
    expect(seen("SLURM_GTIDS")[2]).toBe("0,1,2,3");
    expect(seen("SLURM_STEP_TASKS_PER_NODE")[0]).toBe("4");
  });

  test("counts steps up, and keeps how they ended", async () => {
    const id = await job();
    await srun(id, ["true"]);
    await srun(id, ["/bin/false"], { work: () => [end(0, 42)] });
    expect(seen("SLURM_STEP_ID")).toEqual(["1"]);
    const steps = world.verbs.steps(Number(id)).map(({ step, name, outcome, code }) => [step, name, outcome, code]);
    expect(steps).toEqual([
      [0, "true", "completed", 0],
      [1, "false", "failed", 42],
    ]);
    const listed = await world.run("sacct", ["-n", "-P", "-o", "jobid,jobname,ntasks,state,exitcode"]);
    expect(listed.out).toBe(
      "1|wrap||RUNNING|0:0\n1.batch|batch|1|RUNNING|0:0\n1.0|true|1|COMPLETED|0:0\n1.1|false|1|FAILED|42:0\n",
    );
  });

  test("more than one node is only in the numbers: a job of two nodes has its tasks on nodes 0 and 1", async () => {
    const id = await job("-N2", "-n4");
    await srun(id, ["train"]);
    expect(seen("SLURM_NODEID")).toEqual(["0", "0", "1", "1"]);
    expect(seen("SLURM_LOCALID")).toEqual(["0", "1", "0", "1"]);
    expect(seen("SLURM_GTIDS")[3]).toBe("2,3");
    expect(seen("SLURM_STEP_TASKS_PER_NODE")[0]).toBe("2(x2)");
    expect((await srun(id, ["-n1", "true"])).err).toBe(
      "srun: Warning: can't run 1 processes on 2 nodes, setting nnodes to 1\n",
    );
    expect((await srun(id, ["--ntasks-per-node=1", "true"])).err).toMatch(
      /^srun: Warning: can't honor --ntasks-per-node/,
    );
    expect((await srun(id, ["-N3", "true"])).err).toBe("srun: error: Only allocated 2 nodes asked for 3\n");
  });

  test("a job that asked for more than the machine has may run a step of what it asked for", async () => {
    const id = await job("-n64");
    await srun(id, ["hostname"]);
    expect(seen("SLURM_PROCID").length).toBe(64);
    expect(await srun(id, ["-n65", "hostname"])).toEqual({
      out: "",
      err: "srun: error: Unable to create step for job 1: More processors requested than permitted\n",
      code: 1,
    });
    expect((await srun(id, ["-O", "-n65", "hostname"])).code).toBe(0);
  });

  test.each([
    [["-n2"], ["0,1", "0,1"]],
    [["-n1", "--gres=gpu:1"], ["0"]],
    [
      ["-n2", "--gpus-per-task=1"],
      ["0", "1"],
    ],
    [["-n1", "--gres=none"], [undefined]],
  ])("%j shows each task its GPUs", async (args, devices) => {
    const id = await job("-n2", "--gres=gpu:2");
    await srun(id, [...args, "nvidia-smi"]);
    expect(seen("CUDA_VISIBLE_DEVICES")).toEqual(devices);
    expect(seen("SLURM_STEP_GPUS")).toEqual(devices);
    expect(seen("SLURM_JOB_GPUS")[0]).toBe("0,1");
  });

  test("what the user says about devices is left alone in a job without GPUs", async () => {
    await srun(await job(), ["true"], { env: { CUDA_VISIBLE_DEVICES: "" } });
    expect(seen("CUDA_VISIBLE_DEVICES")).toEqual([""]);
  });

  test("files are named after the task, the step and the job", async () => {
    const id = await job("-n2");
    await srun(id, ["-o", "o-%j.%s.%t", "-e", "e-%J-%n-%N-%2t", "-i", "none", "x"]);
    expect(world.asked[0]?.ranks[1]).toMatchObject({
      stdin: "/dev/null",
      stdout: `${world.work}/o-1.0.1`,
      stderr: `${world.work}/e-1.0-0-node1-01`,
    });
    // A step has a name of its own, its files have the job's.
    await srun(id, ["-J", "named", "-o", "o-%x-%3s", "x"]);
    expect(world.asked[1]?.ranks[0]?.stdout).toBe(`${world.work}/o-wrap-001`);
  });

  test("stdin is a copy for each of several tasks, the caller's own for one, and one task's alone by its number", async () => {
    const id = await job("-n2");
    const inputs = () => world.asked.at(-1)?.ranks.map(({ stdin }) => stdin);
    await srun(id, ["cat"]);
    expect(inputs()).toEqual(["*", "*"]);
    await srun(id, ["-n1", "cat"]);
    expect(inputs()).toEqual([""]);
    await srun(id, ["-i1", "cat"]);
    expect(inputs()).toEqual(["/dev/null", ""]);
    await srun(id, ["-n1", "cat"], { terminal: true });
    expect(inputs()).toEqual(["*"]);
  });

  test("--pty gives the terminal to the first task, and is left alone where there is none", async () => {
    const id = await job("-n2");
    const streams = () => world.asked.at(-1)?.ranks.map(({ stdin, stdout }) => [stdin, stdout]);
    await srun(id, ["--pty", "sh"], { terminal: true });
    expect(streams()).toEqual([
      ["", ""],
      ["/dev/null", "/dev/null"],
    ]);
    expect(world.asked.at(-1)?.apart).toBe(false);
    const said = await srun(id, ["--pty", "sh"]);
    expect(said.err).toContain("disregarding --pty option");
    expect(streams()).toEqual([
      ["*", ""],
      ["*", ""],
    ]);
    expect(world.asked.at(-1)?.apart).toBe(true);
  });

  test("--whole holds all that the job has, and is not said with --exact", async () => {
    const id = await job("-n4");
    await srun(id, ["-n1", "-c1", "x"]);
    expect(seen("SLURM_CPUS_ON_NODE")).toEqual(["1"]);
    await srun(id, ["-n1", "-c1", "--whole", "x"]);
    expect(seen("SLURM_CPUS_ON_NODE")).toEqual(["4"]);
    expect((await srun(id, ["--whole", "--exact", "x"])).err).toBe(
      "srun: error: --exact and --whole are mutually exclusive.\n",
    );
  });

  test("--export=NONE leaves what Slurm itself says", async () => {
    await srun(await job(), ["--export=NONE", "x"], { env: { SECRET: "1" } });
    expect([seen("SECRET"), seen("PATH"), seen("SLURM_JOB_ID")]).toEqual([[undefined], [undefined], ["1"]]);
    await srun("1", ["--export=ALL,B=2", "x"], { env: { SECRET: "1" } });
    expect([seen("SECRET"), seen("B")]).toEqual([["1"], ["2"]]);
  });

  test("a directory that is not there is said, and is /tmp", async () => {
    const said = await srun(await job(), ["-D", "/missing", "pwd"]);
    expect(said.err).toContain("couldn't chdir to `/missing'");
    expect(world.asked[0]?.cwd).toBe("/tmp");
  });

  test("--multi-prog reads who runs what", async () => {
    const id = await job("-n3");
    writeFileSync(join(world.work, "mp.conf"), "# who\n0 echo zero %t\n1-2 echo task %t offset %o\n");
    await srun(id, ["--multi-prog", "mp.conf"]);
    expect(world.asked[0]?.ranks.map(({ argv }) => argv.join(" "))).toEqual([
      "echo zero 0",
      "echo task 1 offset 0",
      "echo task 2 offset 1",
    ]);
    expect((await srun(id, ["--multi-prog", "none.conf"])).err).toBe(
      "srun: error: Could not open multi_prog config file none.conf\n",
    );
  });

  test.each([
    [["--nosuch", "x"], "srun: unrecognized option '--nosuch'\nTry \"srun --help\" for more information\n", 255],
    [["-n0", "x"], 'srun: error: Invalid numeric value "0" for --ntasks.\n', 1],
    [["-t", "abc", "x"], "srun: error: Invalid --time specification\n", 255],
    [[], "srun: fatal: No command given to execute.\n", 1],
  ])("%j is refused", async (args, err, code) => {
    expect(await srun(await job(), args)).toEqual({ out: "", err, code });
  });

  test("a job that nobody knows", async () => {
    expect(await world.run("srun", ["true"], { env: { SLURM_JOB_ID: "999" } })).toEqual({
      out: "",
      err: "srun: error: Unable to confirm allocation for job 999: Invalid job id specified\nsrun: Check SLURM_JOB_ID environment variable. Expired or invalid job 999\n",
      code: 1,
    });
  });
});

describe("a step outside of a job", () => {
  test("has a job of its own, which ends with it", async () => {
    const said = await world.run("srun", ["-J", "own", "-n2", "x"], { work: () => [end(0, 0), end(1, 3)] });
    expect(said).toEqual({ out: "", err: "srun: error: node1: task 1: Exited with exit code 3\n", code: 3 });
    expect(seen("SLURM_JOB_NAME")).toEqual(["own", "own"]);
    expect(seen("SLURM_STEP_ID")).toEqual(["0", "0"]);
    const listed = await world.run("sacct", ["-n", "-P", "-o", "jobid,jobname,state,exitcode"]);
    expect(listed.out).toBe("1|own|FAILED|3:0\n1.0|own|FAILED|3:0\n");
    expect(world.backend.launches).toEqual([]);
  });

  test("waits for its turn, and says so", async () => {
    await job("-n4");
    const waiting = world.run("srun", ["true"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await world.run("scancel", ["1"]);
    await world.advance(60_000);
    expect(await waiting).toEqual({
      out: "",
      err: "srun: job 2 queued and waiting for resources\nsrun: job 2 has been allocated resources\n",
      code: 0,
    });
  });

  test("is gone when its caller gives up", async () => {
    await job("-n4");
    const said = await world.run("srun", ["true"], { interrupted: Promise.resolve(2) });
    expect(said.code).toBe(1);
    expect(said.err).toContain("srun: Job allocation 2 has been revoked\n");
    expect((await world.run("squeue", ["-h", "-o", "%i"])).out).toBe("1\n");
  });

  test("a daemon that comes back ends what nobody attends to", async () => {
    await job("-n4");
    const known = world.verbs.job(1);
    if (known) await world.verbs.attend(known);
    await world.settle();
    await world.restart();
    await world.run("scancel", ["1"]);
    await world.advance(60_000);
    expect((await world.run("squeue", ["-h"])).out).toBe("");
  });
});

describe("while a step runs", () => {
  const rules: StepRules = {
    ...{ id: "7.0", node: "node1", ranks: 3, quiet: false, killOnBadExit: false, disableStatus: false },
    ...{ quitOnInterrupt: false, waitMs: null, limitMs: null, killWaitMs: 5_000, startedAt: 0, programOf: () => "x" },
  };
  /** Plays news at their times; gives what was said, the signals, and the exit code. */
  const play = (more: Partial<StepRules>, ...news: (readonly [number, RankEnd | number | "time"])[]) => {
    const all = { ...rules, ...more };
    let progress = atFirst;
    let err = "";
    const signals: number[] = [];
    for (const [now, each] of news) {
      const what =
        each === "time"
          ? ({ kind: "time" } as const)
          : typeof each === "number"
            ? ({ kind: "signal", signal: each } as const)
            : ({ kind: "ended", end: each } as const);
      const after = advance(all, progress, { what, now });
      progress = after.progress;
      err += after.err;
      signals.push(...after.signals);
    }
    return { err, signals, code: exitCode(progress), over: progress.over, due: dueAt(all, progress) };
  };

  test("the highest code counts, and tasks that end alike are told together", () => {
    expect(play({}, [0, end(2, 1)], [1, end(0, 1)], [2, end(1, 5)])).toMatchObject({
      err: "srun: error: node1: tasks 0,2: Exited with exit code 1\nsrun: error: node1: task 1: Exited with exit code 5\n",
      code: 5,
      over: true,
    });
  });

  test("a bad end is told soon, also when others go on", () => {
    const early = play({}, [0, end(0, 3)]);
    expect(early).toMatchObject({ err: "", over: false });
    expect(play({}, [0, end(0, 3)], [early.due, "time"]).err).toBe(
      "srun: error: node1: task 0: Exited with exit code 3\n",
    );
  });

  test("a signal is 128 and its number", () => {
    expect(play({ ranks: 1 }, [0, end(0, null, 9)])).toMatchObject({
      err: "srun: error: node1: task 0: Killed\nsrun: Force Terminated StepId=7.0\n",
      code: 137,
    });
    expect(play({ ranks: 1, quiet: true }, [0, end(0, null, 11)])).toMatchObject({
      err: "srun: error: node1: task 0: Segmentation fault\n",
      code: 139,
    });
  });

  test("-K ends the others, gently and then for good", () => {
    const begun = play({ killOnBadExit: true }, [0, end(0, 3)]);
    expect(begun.signals).toEqual([18, 15]);
    expect(begun.err).toContain("srun: launch/slurm: _step_signal: Terminating StepId=7.0\n");
    expect(play({ killOnBadExit: true }, [0, end(0, 3)], [begun.due, "time"]).signals).toEqual([18, 15, 9]);
  });

  test("-W ends the others so long after the first", () => {
    const said = play({ waitMs: 2_000 }, [0, end(0, 0)], [2_000, "time"]);
    expect(said.err).toMatch(/^srun: First task exited 2s ago\nsrun: StepId=7.0 tasks 1-2: running\n/);
    expect(said.signals).toEqual([9]);
  });

  test("one interrupt asks, a second one ends", () => {
    expect(play({}, [0, 2])).toMatchObject({ signals: [], over: false });
    expect(play({}, [0, 2], [500, 2])).toMatchObject({ signals: [2], due: 800 });
    expect(play({}, [0, 2], [1_500, 2])).toMatchObject({ signals: [] });
    const status = "srun: sending Ctrl-C to StepId=7.0\n";
    expect(play({ disableStatus: true }, [0, 2])).toMatchObject({ err: status, signals: [2] });
    expect(play({}, [0, 10], [1, 15])).toMatchObject({ signals: [10, 9] });
    expect(play({}, [0, 3]).err).toMatch(/^srun: Quit\nsrun: forcing job termination\n/);
  });

  test("after two interrupts an exit code is told, a signal is not, and who stays is killed", () => {
    const one = { ranks: 1 };
    const lines = play(one, [0, 2], [500, 2]).err;
    expect(play(one, [0, 2], [500, 2], [510, end(0, null, 2)])).toMatchObject({ err: lines, code: 130, over: true });
    expect(play(one, [0, 2], [500, 2], [510, end(0, 6)])).toMatchObject({
      err: `${lines}srun: error: node1: task 0: Exited with exit code 6\n`,
      code: 6,
    });
    const killed = play(one, [0, 2], [500, 2], [800, "time"], [810, end(0, null, 9)]);
    expect(killed).toMatchObject({ signals: [2, 9], code: 137 });
    expect(killed.err).toMatch(/ aborted: [^\n]*\nslurmstepd: error: \*\*\* STEP 7\.0 ON node1 CANCELLED AT [^\n]*\n$/);
  });

  test("the record has the last task's code, or the signal of one that nobody killed", () => {
    const recorded = (...ends: readonly RankEnd[]) => recordedEnd({ ...atFirst, ends });
    expect(recorded(end(0, 3), end(2, 0), end(1, 1))).toEqual({ code: 0, signal: null });
    expect(recorded(end(0, 0), end(1, 2))).toEqual({ code: 2, signal: null });
    expect(recorded(end(0, null, 11), end(1, 2))).toEqual({ code: 0, signal: 11 });
    expect(recordedEnd({ ...atFirst, ends: [end(0, 0), end(1, null, 9)], endedBefore: 1 }).signal).toBe(null);
  });

  test("that a task was killed is said at the end, also where its own end was told before", () => {
    const said = play({ ranks: 2 }, [0, end(0, null, 9)], [1_000, "time"], [2_000, end(1, 0)]);
    expect(said.err).toBe("srun: error: node1: task 0: Killed\nsrun: Force Terminated StepId=7.0\n");
  });

  test.each([
    ["0 a\n", "no record for task id 1"],
    ["0-1 a\n1 b\n", "Duplicate record for task 1\nLine 2 of configuration file mp invalid"],
    ["x a\n", "Invalid task range specification (x)\nLine 1 of"],
    ["# remark\n0\n", "Line 2 of configuration file mp invalid"],
    ["0-9 a\n", "Invalid task id, 9 >= ntasks\nLine 1 of"],
  ])("a file of programs that is wrong: %j", (text, why) => {
    expect(() => programsOf(text, 2, { file: "mp", code: 1 })).toThrow(why);
  });

  test("a file of programs: lists, quotes, lines that go on, and the rest", () => {
    const text = "1 bash -c 'exit %t' \"a\\\n b\"\n* rest %t %o\n";
    expect(programsOf(text, 3, { file: "mp", code: 1 })).toEqual([
      ["rest", "0", "0"],
      ["bash", "-c", "exit 1", '"a', 'b"'],
      ["rest", "2", "2"],
    ]);
  });

  test("what is asked about binding is told to the tasks", () => {
    expect(bindingValues(cpuBinding.read("cores"))).toMatchObject({ "": "quiet,corescores", LIST: "cores" });
    expect(bindingValues(cpuBinding.read("v,map_cpu:0,1"))).toMatchObject({ "": "verbose,map_cpu:0,1", LIST: "0,1" });
    expect(bindingValues(cpuBinding.read("quiet"))[""]).toBe(null);
    expect(cpuBinding.read("quiet,corescores").type).toBe("cores");
    expect(bindingValues(memoryBinding.read("prefer,local"))).toMatchObject({
      "": "quiet,prefer,local",
      PREFER: "prefer",
    });
    expect(() => cpuBinding.read("v,nosuch")).toThrow("nosuch");
  });

  test("small words", () => {
    expect(rankList([0, 1, 2, 4])).toBe("tasks 0-2,4");
    expect(repeated([3, 2, 2])).toBe("3,2(x2)");
    expect(() => programsOf("0 a", 2, { file: "mp", code: 1 })).toThrow("no record for task id 1");
  });
});
