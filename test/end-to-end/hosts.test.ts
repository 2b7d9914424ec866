/** Plain machines over a real sshd on loopback: jobs of both families, steps, and every way in which a machine is lost. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasSshd, type SshServer, startSshServer } from "../oracle/ssh-server.ts";
import { type RealCluster, realCluster } from "../support/real-cluster.ts";

/** The monitor has the daemon's word through the Node relay. */
const relay = resolve(import.meta.dirname, "../../dist/relay/main.js");

if (!hasSshd()) console.log("there is no sshd on this machine, and plain machines are not tested over one");

/** How often the connection is cut in the campaign. */
const cuts = Number(process.env.HEADNODE_CUTS ?? 2);

describe.skipIf(!hasSshd())("plain machines over ssh", { timeout: 120_000 }, () => {
  let server: SshServer;
  let one: RealCluster;
  const there = mkdtempSync(join(tmpdir(), "hn-there-"));

  beforeAll(async () => {
    server = await startSshServer();
    one = await realCluster("c");
    const words = server.named(["node1", "node2"]).map((word) => `--ssh-option=${word}`);
    const hosts = "--host node1:2 --host node2:2 --over ssh";
    const added = await one.run(`headnode target add farm --hosts ${hosts} --directory ${there} ${words.join(" ")}`);
    expect(added.err).toBe("");
    const tested = await one.run("headnode target test farm");
    expect(tested.err).toBe("");
    expect(tested.out).toMatch(/^node1: 2 processors, .*\nnode2: 2 processors, /);
  }, 120_000);

  afterAll(async () => {
    await one?.close();
    await server?.stop();
    rmSync(there, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  const script = (name: string, lines: readonly string[]) =>
    writeFileSync(join(one.work, name), `#!/bin/bash\n${lines.join("\n")}\n`);
  const numbers = (text: string) => [...text.matchAll(/\b(\d+)\b/g)].map(([, number]) => Number(number));

  test("jobs of both families run there, with steps, arrays, files and exit codes", async () => {
    script("slurm.sh", [
      "#SBATCH -n2 -o slurm.out",
      "echo on $SLURMD_NODENAME with $(nproc); srun -l bash -c 'echo rank $SLURM_PROCID' | sort",
      "squeue -h -j $SLURM_JOB_ID -o '%N %T'; exit 3",
    ]);
    script("sge.sh", [
      "#$ -cwd -j y -o sge.out -N grid -t 1-4",
      "echo task $SGE_TASK_ID on $HOSTNAME $(test -d $TMPDIR && echo yes); [ $SGE_TASK_ID != 3 ]",
    ]);
    const slurm = await one.run("sbatch --wait -M farm slurm.sh");
    expect(slurm.out).toBe("Submitted batch job 1 on cluster farm\n");
    expect(slurm.code).toBe(3);
    expect(one.text("slurm.out")).toBe("on node1 with 2\n0: rank 0\n1: rank 1\nnode1 RUNNING\n");
    await one.run("qsub sge.sh", { env: { HEADNODE_TARGET: "farm" } });
    await one.quiet();
    const lines = one.text("sge.out").trim().split("\n").sort();
    expect(lines.map((line) => line.replace(/node[12]/, "N"))).toEqual(
      [1, 2, 3, 4].map((task) => `task ${task} on N yes`),
    );
    const accounts = await one.run("sacct -XPno jobid,state,exitcode,nodelist -j 1; qacct -j grid -t 3");
    expect(accounts.out).toMatch(/^1\|FAILED\|3:0\|node1\n/);
    expect(accounts.out).toMatch(/^hostname +node[12] *$/m);
    expect(accounts.out).toMatch(/^exit_status +1 *$/m);
  });

  test("its machines are shown as nodes, hosts and queues, alone where the target is named", async () => {
    const [id] = numbers((await one.run("sbatch -M farm -n2 --wrap 'echo > shown.txt; sleep 60'")).out);
    await one.until(() => one.text("shown.txt") !== "");
    const node = (await one.run(`squeue -h -j ${id} -o %N`)).out.trim();
    const states = node === "node1" ? "node1 alloc 2\nnode2 idle 2\n" : "node1 idle 2\nnode2 alloc 2\n";
    expect((await one.run("sinfo -M farm -hN -o '%N %t %c'")).out).toBe(states);
    expect((await one.run("sinfo -hN -o '%N %t %c'", { env: { HEADNODE_TARGET: "farm" } })).out).toBe(states);
    expect((await one.run("sinfo -M local -hN -o '%c'")).out).toBe("4\n");
    const shown = await one.run("scontrol -M farm show node");
    expect(shown.out.match(/^NodeName=.*$/gm)?.map((line) => line.split(" ", 1)[0])).toEqual([
      "NodeName=node1",
      "NodeName=node2",
    ]);
    expect(shown.out).toMatch(new RegExp(`NodeAddr=${node} NodeHostName=${node} `));
    expect(shown.out).toMatch(/CPULoad=[0-9.]+\n/);
    const all = (await one.run("qstat -f -u '*'; qhost; qselect")).out;
    expect(all).toMatch(new RegExp(`^debug@${node} +BIP +0/\\d/2 +[0-9.]+ +lx-amd64 *\\n +${id} `, "m"));
    for (const name of ["node1", "node2"]) {
      expect(all).toMatch(new RegExp(`^all.q@${name} +BIP +0/0/2 `, "m"));
      expect(all).toMatch(new RegExp(`^${name} +lx-amd64 +2 `, "m"));
      expect(all).toMatch(new RegExp(`^all.q@${name}$`, "m"));
    }
    const own = (await one.run("qselect", { env: { HEADNODE_TARGET: "farm" } })).out;
    expect(own).toBe("all.q@node1\nall.q@node2\n");
    await one.run(`scancel ${id}`);
    await one.quiet();
  });

  test("what a job there submits goes there, too", async () => {
    script("next.sh", ["#SBATCH -o next.out", "echo on $SLURMD_NODENAME"]);
    await one.run("sbatch --wait -M farm --wrap 'sbatch --wait next.sh'");
    expect(one.text("next.out")).toMatch(/^on node[12]\n$/);
  });

  test("jobs are cancelled, limited in time and signalled there, and what is too big for them is refused", async () => {
    script("trap.sh", ["trap 'echo got it > signal.txt' USR1", "echo ready > ready.txt", "sleep 60 & wait; wait"]);
    const [id] = numbers((await one.run("sbatch -M farm trap.sh")).out);
    await one.until(() => one.text("ready.txt") !== "");
    await one.run(`scancel -s USR1 -b ${id}`);
    await one.until(() => one.text("signal.txt") === "got it\n");
    await one.run(`scancel ${id}`);
    await one.quiet();
    expect((await one.run(`sacct -XPno state -j ${id}`)).out).toMatch(/^CANCELLED/);
    expect((await one.run("sbatch -M farm -N2 --wrap true")).err).toMatch(/runs on one of them/);
    expect((await one.run("srun true", { env: { HEADNODE_TARGET: "farm" } })).err).toMatch(/only batch jobs/);
  });

  test(`the connection is cut ${cuts} times with jobs in flight: nothing is lost, nothing runs twice`, async () => {
    script("count.sh", [
      "#SBATCH -o /dev/null -a 1-6",
      'echo $SLURM_ARRAY_TASK_ID >>"ran.$SLURM_ARRAY_TASK_ID"',
      "sleep 0.$((RANDOM % 9)); exit $((SLURM_ARRAY_TASK_ID % 3))",
    ]);
    const ids: number[] = [];
    for (let round = 0; round < cuts; round++) {
      ids.push(...numbers((await one.run("sbatch -M farm count.sh")).out));
      await server.cut(round % 2 ? 700 : 0);
    }
    await one.quiet(90);
    const states = (await one.run(`sacct -XPno jobid,state,exitcode -j ${ids.join(",")}`)).out.trim().split("\n");
    expect(states.length).toBe(6 * cuts);
    const wrong = states.filter((line) => {
      const index = Number(/_(\d+)\|/.exec(line)?.[1]);
      return !line.endsWith(index % 3 ? `|FAILED|${index % 3}:0` : "|COMPLETED|0:0");
    });
    expect(wrong).toEqual([]);
    const ran = readdirSync(one.work).filter((name) => name.startsWith("ran."));
    expect(ran.map((name) => readFileSync(join(one.work, name), "utf8").split("\n").length - 1)).toEqual(
      ran.map(() => cuts),
    );
    expect(ran.length).toBe(6);
  });

  test("a machine that nobody reaches keeps its jobs, unknown; it takes no others; what ended meanwhile is told", async () => {
    script("long.sh", ["echo begun > begun.txt", "sleep 1.5", "echo over > over.txt", "exit 5"]);
    const [id] = numbers((await one.run("sbatch -M farm long.sh")).out);
    await one.until(() => one.text("begun.txt") !== "");
    let comeBack = (): void => undefined;
    const away = server.cut(
      new Promise((resolve) => {
        comeBack = resolve;
      }),
    );
    await one.until(async () => /down/.test((await one.run("sinfo -hN -n node1 -o %T")).out));
    expect((await one.run(`squeue -h -j ${id} -o %T`)).out).toBe("RUNNING\n");
    expect((await one.run(`squeue -h -j ${id} -o %R`)).out).toMatch(/^(node[12]) \(unknown: \1 is silent\)\n$/);
    expect((await one.run("qstat -u '*'")).out).toMatch(/ unknown:node[12]_is_silent /);
    expect((await one.run(`headnode explain ${id}`)).out).toMatch(/unknown how it stands now: farm gives no answer/);
    expect((await one.run("headnode target list")).out).toMatch(/unknown: node1: /);
    expect((await one.run("sinfo -hd -o '%N %t'")).out).toMatch(/^node[12,[\]-]+ down\*\n$/);
    expect((await one.run("qstat -f -q all.q@node1")).out).toMatch(/^all.q@node1 .* -NA- +lx-amd64 +au *$/m);
    const heard = `import("${relay}").then((relay) => relay.relayMain("headnode", "watch-queue"))`;
    const monitored = await one.run(`timeout 2 '${process.execPath}' -e '${heard}'`);
    expect(monitored.out).toMatch(/"silent":\["node[12]"\]/);
    const [waiting] = numbers((await one.run("sbatch -M farm --wrap hostname")).out);
    expect((await one.run(`squeue -h -j ${waiting} -o %T`)).out).toBe("PENDING\n");
    await one.until(() => one.text("over.txt") !== "");
    comeBack();
    await away;
    await one.quiet(60);
    expect((await one.run(`sacct -XPno state,exitcode -j ${id},${waiting}`)).out).toBe("FAILED|5:0\nCOMPLETED|0:0\n");
  });

  test("where the runner there is killed its jobs end as those of a lost node, and the next one runs", async () => {
    const [id] = numbers((await one.run("sbatch --no-requeue -M farm --wrap 'echo > sleeps.txt; sleep 60'")).out);
    await one.until(() => one.text("sleeps.txt") !== "");
    // Its supervisors look like it, and its bridge names it.
    const killed = await one.run(`pgrep -f '^${there}/[^ ]*/runner ${there}' | xargs kill -9`);
    expect(killed.err).toBe("");
    await one.until(async () => (await one.run(`squeue -h -j ${id}`)).out === "");
    expect((await one.run(`sacct -XPno state -j ${id}`)).out).toBe("NODE_FAIL\n");
    const next = await one.run("sbatch --wait -M farm --wrap 'exit 4'");
    expect(next.code).toBe(4);
  });
});
