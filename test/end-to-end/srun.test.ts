/** srun as a user meets it, in jobs and alone, through the C and the Node programs. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";

describe.each(chains)("srun through the %s chain", { timeout: 60_000 }, (chain) => {
  const open: RealCluster[] = [];
  const cluster = async () => {
    const made = await realCluster(chain);
    open.push(made);
    return made;
  };
  /** What a batch script with these lines writes. */
  const inJob = async (one: RealCluster, options: string, lines: readonly string[]) => {
    writeFileSync(join(one.work, "job.sh"), `#!/bin/bash\n${lines.join("\n")}\n`);
    const ran = await one.run(`sbatch --wait -o job.out ${options} job.sh`);
    return { ...ran, text: one.text("job.out") };
  };

  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  test("tasks, labels, files, programs and exit codes", async () => {
    const one = await cluster();
    const { text } = await inJob(one, "-n4", [
      "srun bash -c 'echo task $SLURM_PROCID of $SLURM_NTASKS' | sort",
      "srun -l -n2 bash -c 'echo out; echo err >&2' 2>&1 | sort",
      "srun -n2 -o 'f-%j.%s.%t' bash -c 'echo file $SLURM_PROCID'; cat f-1.2.0 f-1.2.1",
      "srun -n2 -o all.txt bash -c 'echo shared'; cat all.txt",
      "printf '0 echo zero\\n1-2 echo %%t %%o\\n' > mp; srun -n3 -l --multi-prog mp | sort",
      "srun bash -c 'exit $((SLURM_PROCID % 2 * 3))'; echo rc $?",
      "srun -n1 bash -c 'kill -9 $$'; echo rc $?",
      "srun -n1 nosuchprogram; echo rc $?; srun -n1 /etc/passwd; echo rc $?",
      "srun -O -n11 -l echo hi | sort | head -n 2",
    ]);
    expect(text.replaceAll(/error: [^ ]+: task/g, "error: NODE: task")).toBe(`task 0 of 4
task 1 of 4
task 2 of 4
task 3 of 4
0: err
0: out
1: err
1: out
file 0
file 1
shared
shared
0: zero
1: 1 0
2: 2 1
srun: error: NODE: tasks 1,3: Exited with exit code 3
rc 3
srun: error: NODE: task 0: Killed
srun: Force Terminated StepId=1.6
rc 137
slurmstepd: error: execve(): nosuchprogram: No such file or directory
srun: error: NODE: task 0: Exited with exit code 2
rc 2
slurmstepd: error: execve(): /etc/passwd: Permission denied
srun: error: NODE: task 0: Exited with exit code 13
rc 13
 0: hi
 1: hi
`);
    expect((await one.run("sacct -n -P -j 1 -o jobid,jobname,ntasks,state,exitcode | sed -n '3p;8,10p'")).out).toBe(
      "1.0|bash|4|COMPLETED|0:0\n1.5|bash|4|FAILED|3:0\n1.6|bash|1|CANCELLED|0:9\n1.7|nosuchprogram|1|FAILED|2:0\n",
    );
  });

  test("lines in files are labelled too", async () => {
    const one = await cluster();
    const lines = [
      "srun -n2 -l -o both.txt sh -c 'echo out; echo err >&2'",
      "srun -n2 -l -o own-%t.txt -e err.txt sh -c 'printf out; printf err >&2'",
    ];
    await inJob(one, "-n2", lines);
    const sorted = (name: string) => one.text(name).split("\n").sort().filter(Boolean);
    expect(sorted("both.txt")).toEqual(["0: err", "0: out", "1: err", "1: out"]);
    expect(sorted("err.txt")).toEqual(["0: err", "1: err"]);
    expect([one.text("own-0.txt"), one.text("own-1.txt")]).toEqual(["0: out\n", "1: out\n"]);
  });

  test("standard input goes to every task, and a loop's list is eaten as it is by the real srun", async () => {
    const one = await cluster();
    const { text } = await inJob(one, "-n2", [
      "printf 'l1\\nl2\\n' | srun -l cat | sort",
      "printf '1\\n2\\n3\\n' | while read x; do echo got $x; srun -n1 true; done",
      "printf '1\\n2\\n' | while read x; do echo again $x; srun -n1 true </dev/null; done",
      "seq 100000 | srun -n2 -l md5sum | sort -u -k2 | wc -l",
      "echo one | srun -n1 cat; echo x | srun -i none -n1 cat",
    ]);
    expect(text).toBe("0: l1\n0: l2\n1: l1\n1: l2\ngot 1\nagain 1\nagain 2\n1\none\n");
  });

  test("a launcher of distributed training finds its way by Slurm's variables", async () => {
    const one = await cluster();
    const { text } = await inJob(one, "-N2 --ntasks-per-node=2", [
      "export MASTER_ADDR=$(echo $SLURM_JOB_NODELIST | cut -d, -f1)",
      "srun bash -c 'echo rank $SLURM_PROCID/$SLURM_NTASKS node $SLURM_NODEID local $SLURM_LOCALID at $MASTER_ADDR' | sort",
    ]);
    expect(text.replaceAll(/at \S+$/gm, "at NODE")).toBe(
      [0, 1, 2, 3].map((rank) => `rank ${rank}/4 node ${rank >> 1} local ${rank & 1} at NODE\n`).join(""),
    );
  });

  test("a task that takes more memory than it may is the step's affair; alone, the job's", async () => {
    const one = await cluster();
    const hog = `"${process.execPath}" -e 'const all = Buffer.alloc(400 << 20, 1); setTimeout(() => all, 30_000)'`;
    writeFileSync(join(one.work, "hog.sh"), `exec ${hog}\n`);
    const { text } = await inJob(one, "--mem=150", ["srun -n1 sh hog.sh; echo rc $?"]);
    const said = (id: string): string =>
      "srun: error: NODE: task 0: Out Of Memory\n" +
      `slurmstepd: error: Detected 1 oom-kill event(s) in StepId=${id}. ` +
      "Some of your processes may have been killed by the cgroup out-of-memory handler.\n";
    expect(text.replace(/error: [^ ]+: task/, "error: NODE: task")).toBe(`${said("1.0")}rc 1\n`);
    const alone = await one.run("srun --mem=150 -n1 sh hog.sh");
    expect(alone.code).toBe(1);
    expect(alone.err.replace(/error: [^ ]+: task/, "error: NODE: task")).toBe(said("2.0"));
    const told = await one.run("sacct -n -P -o jobid,state,exitcode,derivedexitcode");
    expect(told.out.split("\n")).toEqual([
      ...["1|COMPLETED|0:0|0:125", "1.batch|COMPLETED|0:0|", "1.0|OUT_OF_MEMORY|0:125|"],
      ...["2|OUT_OF_MEMORY|0:125|0:125", "2.0|OUT_OF_MEMORY|0:125|", ""],
    ]);
  });

  test("a step tells of its own time limit while it runs", async () => {
    const one = await cluster();
    await one.run(
      "sbatch -t 200 -o /dev/null --wrap 'srun -t 90 --overlap sleep 30 & sleep 0.5; srun --overlap sleep 30'",
    );
    const limits = async () => (await one.run("squeue -hs -o '%i %l'")).out;
    await one.until(async () => (await limits()) === "1.0 1:30:00\n1.1 UNLIMITED\n1.batch UNLIMITED\n");
    expect((await one.run("scontrol show step 1.0")).out).toContain(" TimeLimit=01:30:00\n");
  });

  test("steps side by side and one after the other", async () => {
    const one = await cluster();
    const { text } = await inJob(one, "-n2", [
      "step() { srun $1 -n1 bash -c 'echo begin; touch begun; sleep 0.5; echo end'; }",
      "step --exact & step --exact & wait; echo --; rm begun; step & until [ -e begun ]; do sleep 0.02; done; step & wait",
    ]);
    expect(text).toBe(
      "begin\nbegin\nend\nend\n--\nbegin\nsrun: Job 1 step creation temporarily disabled, retrying (Requested nodes are busy)\n" +
        "end\nsrun: Step created for job 1\nbegin\nend\n",
    );
  });

  test("a task that fails leaves the others alone, unless -K", async () => {
    const one = await cluster();
    const { text } = await inJob(one, "-n2", [
      "srun bash -c '[ $SLURM_PROCID = 0 ] && exit 3; sleep 0.5; echo survived'; echo rc $?",
      "srun -K bash -c '[ $SLURM_PROCID = 0 ] && exit 3; sleep 30; echo survived' 2>/dev/null; echo rc $?",
    ]);
    expect(text).toMatch(/^srun: error: .*: task 0: Exited with exit code 3\nsurvived\nrc 3\nrc 143\n$/);
  });

  test("signals: TERM ends the tasks and their children, USR1 is passed on", async () => {
    const one = await cluster();
    const { text } = await inJob(one, "-n1", [
      "srun bash -c 'sleep 61.5 & sleep 62.5' & sleep 0.7; kill -TERM $!; wait $!; echo rc $?",
      "pgrep -f '^sleep 6[12].5'",
      "srun bash -c 'trap \"echo told; exit 3\" USR1; while :; do sleep 0.1; done' 2>/dev/null & sleep 0.7; kill -USR1 $!; wait $!; echo rc $?",
    ]);
    expect(text).toMatch(/^srun: forcing job termination\n[\s\S]*task 0: Killed\nrc 137\ntold\nrc 3\n$/);
  });

  test("scancel -s reaches the tasks of steps, and leaves the batch shell alone", async () => {
    const one = await cluster();
    const task = `trap "echo task got it; exit 0" USR1; touch ready; while :; do sleep 0.05; done`;
    writeFileSync(
      join(one.work, "job.sh"),
      `#!/bin/bash\ntrap 'echo shell got it' USR1\nsrun -n1 bash -c '${task}'\necho over\n`,
    );
    await one.run("sbatch -o seen.out job.sh");
    await one.until(() => existsSync(join(one.work, "ready")));
    expect(await one.run("scancel -s USR1 1")).toEqual({ out: "", err: "", code: 0 });
    await one.until(() => one.text("seen.out") === "task got it\nover\n");
  });

  test("scancel lets the tasks of steps end in their own way where the shell waits for them", async () => {
    const one = await cluster();
    // It takes its time, so that its shell has heard of the end before it waits for nothing any more.
    const task = `trap "sleep 0.5; echo saved; exit 0" TERM; touch ready; while :; do sleep 0.05; done`;
    writeFileSync(
      join(one.work, "job.sh"),
      `#!/bin/bash\ntrap 'echo shell TERM' TERM\nsrun -n1 bash -c '${task}'\necho over\n`,
    );
    await one.run("sbatch -o seen.out job.sh");
    await one.until(() => existsSync(join(one.work, "ready")));
    await one.run("scancel 1");
    await one.quiet();
    expect(one.text("seen.out")).toContain(
      "srun: Job step aborted: Waiting up to 32 seconds for job step to finish.\n",
    );
    // What the task says and what is said of it come from different processes, in no order.
    expect(one.text("seen.out")).toMatch(/STEP 1\.0 ON \S+ CANCELLED AT/);
    expect(one.text("seen.out")).toContain("saved\n");
    expect(one.text("seen.out")).toMatch(/shell TERM\nover\n$/);
  });

  test("alone it makes a job, waits for it, and gives it back", async () => {
    const one = await cluster();
    expect(await one.run("echo text | srun cat")).toEqual({ out: "text\n", err: "", code: 0 });
    await one.run("sbatch -n4 -o /dev/null --wrap 'sleep 60'");
    await one.until(async () => (await one.run("squeue -h -o %T")).out === "RUNNING\n");
    expect((await one.run("srun -I1 true")).err).toMatch(/Requested nodes are busy\n$/);
    // One signal: timeout(1) sends two, and the second one ends a command at once.
    expect((await one.run("srun -J tired true & sleep 0.5; kill -TERM $!; wait $!")).err).toMatch(/revoked\n/);
    const waited = one.run("srun bash -c 'echo ran; exit 4'");
    await one.until(async () => (await one.run("squeue -h -t PD -o %j")).out === "bash\n");
    await one.run("scancel 2");
    expect(await waited).toMatchObject({ out: "ran\n", code: 4 });
    await one.quiet();
  });

  test("scancel ends a running srun", async () => {
    const one = await cluster();
    const running = one.run("srun -J doomed sleep 60");
    await one.until(async () => (await one.run("squeue -h -n doomed -o %T")).out === "RUNNING\n");
    await one.run("scancel -n doomed");
    const { err, code } = await running;
    expect(code).toBe(143);
    expect(err).toMatch(/^srun: Job step aborted: [\s\S]*STEP 1.0 ON [\s\S]*task 0: Terminated\n$/);
  });

  test("work outlives its daemon", async () => {
    const one = await cluster();
    const running = one.run("srun bash -c 'sleep 1.5; echo done; exit 6'");
    await one.until(async () => (await one.run("squeue -h -o %T")).out === "RUNNING\n");
    const status = JSON.parse((await one.run(`${headnode} daemon status --json`)).out) as { readonly pid: number };
    process.kill(status.pid, "SIGKILL");
    expect(await running).toMatchObject({ code: 6 });
  });
});
