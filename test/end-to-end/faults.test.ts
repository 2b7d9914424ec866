/** What goes wrong below the store: full and read-only disks, files taken away, too few descriptors, stopped processes. */

import { chownSync, rmSync, truncateSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, describe, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";
import { processes } from "../torture/killer.ts";

const open: RealCluster[] = [];
const cluster = async (more: Readonly<Record<string, string>> = {}): Promise<RealCluster> => {
  const made = await realCluster(chains[0] ?? "node", more);
  open.push(made);
  return made;
};
const mounted: string[] = [];

afterEach(async () => {
  for (const directory of mounted.splice(0)) await execa("umount", ["-l", directory], { reject: false });
  for (const one of open.splice(0)) await one.close();
});

test("a store that was removed under a running daemon is put back, and nothing is lost", async () => {
  const one = await cluster();
  await one.run("sbatch -H --wrap true");
  rmSync(join(one.state, "store.db"));
  const refused = await one.run("sbatch -H --wrap true");
  expect(refused.err).toMatch(/store\.db was removed while it was in use\. It was put back as it was.*Try again/s);
  expect(refused.code).toBe(1);
  expect(
    (await one.run("sbatch -o /dev/null --parsable --wrap 'until [ -e go ]; do sleep 0.05; done; exit 4'")).out,
  ).toBe("2\n");
  await one.until(async () => (await one.run("squeue -h -j 2 -o %T")).out === "RUNNING\n");
  rmSync(join(one.state, "store.db"));
  // Whether the job's own news or a command comes first, it is put back.
  await one.until(async () => (await one.run("sbatch -H --parsable --wrap true")).out === "3\n");
  await one.run("touch go");
  await one.until(
    async () => (await one.run("sacct -n -P -X -o JobID,State")).out === "1|PENDING\n2|FAILED\n3|PENDING\n",
  );
});

test("a store that was emptied is refused in plain words, before and after the daemon is started again", async () => {
  const one = await cluster();
  await one.run("sbatch -H --wrap true");
  // A daemon that ends puts everything into the file itself; the next one has no log to mend it from.
  await stop(one);
  await one.run("squeue");
  truncateSync(join(one.state, "store.db"), 0);
  const refused = await one.run("sbatch -H --wrap true");
  expect(refused).toMatchObject({ out: "", code: 1 });
  expect(refused.err).toMatch(/was emptied while it was in use/);
  await one.until(async () => /is (empty|damaged)/.test((await one.run("squeue")).err));
});

test("a daemon whose processes were all stopped for a while goes on as if nothing had been", async () => {
  const one = await cluster();
  await one.run("sbatch -o /dev/null --wrap 'sleep 1; exit 3'; sbatch -o /dev/null -d afterany:1 --wrap true");
  await one.until(async () => (await one.run("squeue -h -j 1 -o %T")).out === "RUNNING\n");
  const pids = Object.values(processes(one.state)).filter((pid) => pid !== undefined);
  expect(pids.length).toBe(2);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 2500));
  for (const pid of pids) process.kill(pid, "SIGCONT");
  await one.quiet();
  expect((await one.run("sacct -n -P -X -o JobID,State,ExitCode")).out).toBe("1|FAILED|3:0\n2|COMPLETED|0:0\n");
});

test("a daemon whose descriptors are used up lives, and serves again when some are free", async () => {
  const one = await cluster();
  await execa("bash", ["-c", `ulimit -n 900; exec ${headnode} daemon start`], { env: one.env });
  const before = processes(one.state).daemon;
  await one.run("sbatch -o /dev/null --wrap 'until [ -e go ]; do sleep 0.05; done; exit 6'");
  const callers = Array.from({ length: 1100 }, () => createConnection(join(one.state, "socket")));
  for (const caller of callers) caller.on("error", () => undefined);
  await one.run("touch go; sleep 0.5");
  for (const caller of callers) caller.destroy();
  await one.until(async () => (await one.run("sacct -n -P -X -o State,ExitCode")).out === "FAILED|6:0\n");
  expect(processes(one.state).daemon).toBe(before);
});

/** Root may start as many processes as it likes; the limit is another user's. */
const nobody = 65534;

test.runIf(process.getuid?.() === 0)(
  "jobs that there are too few processes for are tried again, and the daemon lives",
  { timeout: 120_000 },
  async () => {
    const one = await cluster({ HEADNODE_CPUS: "24" });
    for (const directory of [dirname(one.work), one.work, one.env.HOME ?? ""]) chownSync(directory, nobody, nobody);
    const asNobody = (line: string) =>
      execa("bash", ["-c", `ulimit -u 45; ${line}`], {
        ...{ uid: nobody, gid: nobody, cwd: one.work, env: one.env, extendEnv: false, reject: false },
      });
    try {
      // A script that starts no process itself: what there is no room for is always the launch.
      const script = "#!/bin/bash\\nread -t 1 <>pipe\\nexit 2\\n";
      await asNobody(`mkfifo pipe; printf '${script}' >job.sh; sbatch -a 1-24 -o /dev/null job.sh`);
      const ends = async (): Promise<string> =>
        (await asNobody("sacct -X -n -P -o State,ExitCode | sort | uniq -c")).stdout;
      await one.until(async () => (await ends()).trim() === "24 FAILED|2:0", 90);
      expect((await asNobody(`${headnode} explain 1`)).stdout).toContain("the machine had no room for it (");
    } finally {
      await asNobody(`scancel -u nobody; ${headnode} daemon stop`);
      for (const directory of [dirname(one.work), one.work, one.env.HOME ?? "", one.state]) chownSync(directory, 0, 0);
    }
  },
);

/** Resolves when daemon and runner are gone. */
async function stop(one: RealCluster): Promise<void> {
  await execa(headnode, ["daemon", "stop"], { env: one.env });
  await one.until(() => Object.values(processes(one.state)).every((pid) => pid === undefined));
}

/** A disk of that size (KiB) at the state directory; needs to be root. */
async function smallDisk(one: RealCluster, size: number): Promise<void> {
  await execa("mount", ["-t", "tmpfs", "-o", `size=${size}k,mode=0700`, "tmpfs", one.state]);
  mounted.push(one.state);
}

describe.runIf(process.getuid?.() === 0)("on a disk of its own", () => {
  test("a full disk is said to be full, keeps what was acknowledged, and serves again when there is room", async () => {
    const one = await cluster();
    await execa("mkdir", ["-m", "700", one.state]);
    await smallDisk(one, 3_000);
    const script = `#${"x".repeat(100_000)}`;
    const acknowledged: string[] = [];
    let refusal = "";
    for (let turn = 0; turn < 60 && refusal === ""; turn++) {
      const { out, err, code } = await one.run("sbatch -H --parsable -J fat", { stdin: `#!/bin/sh\n${script}\n` });
      if (code === 0) acknowledged.push(out);
      else refusal = err;
    }
    expect(refusal).toMatch(/the disk is full; nothing was kept of what was asked/);
    expect(acknowledged.length).toBeGreaterThan(3);
    const listed = async (): Promise<readonly string[]> =>
      (await one.run("squeue -h -o %i | sort -n")).out.split(/(?<=\n)/);
    expect(await listed()).toEqual(acknowledged);
    await execa("mount", ["-o", "remount,size=20000k", one.state]);
    expect((await one.run("sbatch -o /dev/null --wait --wrap 'exit 5'")).code).toBe(5);
    await one.run("scancel -u $(id -un)");
    await stop(one);
  });

  test("a read-only disk is said to be so, and serves again when it is none", async () => {
    const one = await cluster();
    await execa("mkdir", ["-m", "700", one.state]);
    await smallDisk(one, 20_000);
    await one.run("sbatch -H --wrap true");
    await stop(one);
    await execa("mount", ["-o", "remount,ro", one.state]);
    const ran = await one.run("sbatch -H --wrap true");
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/read-only/);
    await execa("mount", ["-o", "remount,rw", one.state]);
    expect((await one.run("sbatch -H --parsable --wrap true")).out).toBe("2\n");
    await one.run("scancel -u $(id -un)");
    await stop(one);
  });
});
