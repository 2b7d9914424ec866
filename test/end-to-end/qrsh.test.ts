/** qrsh and qlogin as a user meets them, through the C and the Node programs. */

import { afterEach, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

describe.each(chains)("qrsh through the %s chain", { timeout: 60_000 }, (chain) => {
  const open: RealCluster[] = [];
  const cluster = async () => {
    const made = await realCluster(chain);
    open.push(made);
    return made;
  };

  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  test("a command runs as a job, with its streams and its exit code", async () => {
    const one = await cluster();
    const command = "echo $JOB_ID $JOB_NAME $NSLOTS $JOB_SCRIPT; echo err >&2; exit 3";
    expect(await one.run(`qrsh -N name -pe smp 2 '${command}'`)).toMatchObject({
      ...{ out: "1 name 2 QRSH\n", err: "err\n", code: 3 },
    });
    expect(await one.run("echo line in | qrsh cat")).toMatchObject({ out: "line in\n", code: 0 });
    expect((await one.run("qrsh 'kill -9 $$'")).code).toBe(137);
    expect((await one.run("qrsh -l h_vmem=1G 'ulimit -v'")).out).toBe("1048576\n");
    const record = await one.run("qacct -j 1 | grep 'jobname\\|failed\\|exit_status' | tr -s ' '");
    expect(record.out).toBe("jobname name \nfailed 0 \nexit_status 3 \n");
  });

  test("a parallel job starts its tasks, a shell knows nothing of its job, and what can't start at once is refused", async () => {
    const one = await cluster();
    const host = (await one.run("hostname")).out.trim();
    expect((await one.run(`qrsh -pe smp 2 'qrsh -inherit ${host} echo task $JOB_ID'`)).out).toBe("task 1\n");
    expect(await one.run("echo 'echo \"[$JOB_ID]\"; exit 4' | qrsh")).toMatchObject({ out: "[]\n", code: 4 });
    await one.run("qsub -b y -pe smp 1-1000 sleep 60; sleep 1");
    expect(await one.run("qrsh -pe smp 1-1000 true")).toMatchObject({
      ...{ out: "", err: 'Your "qrsh" request could not be scheduled, try again later.\n', code: 1 },
    });
    expect((await one.run("qsub -b y -N x true >/dev/null; qstat | grep -c qrsh")).out).toBe("0\n");
    await one.run("qdel '*'");
  });

  test("what is deleted ends, and words that are wrong are named", async () => {
    const one = await cluster();
    const deleted = await one.run(
      "qrsh sleep 50 & until qstat | grep -q ' r '; do sleep 0.2; done; qdel 1 >/dev/null; wait $!",
    );
    expect(deleted.code).toBe(137);
    expect(await one.run("qrsh -terse true")).toMatchObject({ err: "error: Unknown option -terse\n", code: 1 });
    expect(await one.run("qlogin -cwd")).toMatchObject({ err: "error: Unknown option -wd\n", code: 1 });
    expect((await one.run("unset DISPLAY; qsh")).err).toBe("error: no DISPLAY variable found with interactive job \n");
    expect((await one.run("unset JOB_ID; qrsh -inherit here true")).err).toContain('"JOB_ID" not set in environment');
  });
});
