/** A laptop is smaller than a cluster: what asks for more runs all the same, is told so, and sees what it asked for. */

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await realCluster(chains[0] ?? "node");
});
afterAll(() => cluster.close());

const explain = async (job: number) => (await execa(headnode, ["explain", String(job)], { env: cluster.env })).stdout;

test("a Slurm job gets the whole machine, and its variables say what it asked for", async () => {
  await cluster.run(
    "sbatch --wait -N 4 -n 64 -c 2 -p gpu -A nobody -o big.out --wrap 'echo $SLURM_NTASKS $SLURM_CPUS_PER_TASK $SLURM_NNODES'",
  );
  expect(cluster.text("big.out")).toBe("64 2 4\n");
  expect(await explain(1)).toContain(
    "note: asks for 128 processors, the machine has 4 processors and gives them all\n",
  );
});

test("a Grid Engine job too, with as many slots as it asked for", async () => {
  await cluster.run(
    "qsub -cwd -sync y -pe mpi 32 -l h_vmem=1G,gpu=2 -q fast.q -o big.log -j y -N slots -b y 'echo $NSLOTS'",
  );
  expect(cluster.text("big.log")).toBe("32\n");
  expect(await explain(2)).toContain("note: asked for 32 slots");
});

test("what is too big waits for the whole machine, and runs alone", async () => {
  await cluster.run(
    "sbatch -o /dev/null -n 2 --wrap 'sleep 3'; sbatch -n 64 -o /dev/null --wrap 'squeue -h -t R -o %i > alone.txt'",
  );
  expect((await cluster.run("squeue -h -o '%i %r' -t PD")).out).toBe("4 Resources\n");
  expect(await explain(4)).toContain("it is the next in line");
  await cluster.quiet();
  expect(cluster.text("alone.txt")).toBe("4\n");
});

test("a job that nobody knows is said to be so", async () => {
  const { stderr, exitCode } = await execa(headnode, ["explain", "99"], { env: cluster.env, reject: false });
  expect([stderr, exitCode]).toEqual(["headnode: there is no job 99 here", 1]);
});

test("names that nobody has defined are taken, and noted, in both families", async () => {
  const asks = "-p gpu -A physics -q high -C 'skylake&ib' --reservation=night";
  const job = (await cluster.run(`sbatch --parsable -o /dev/null ${asks} --wrap true`)).out.trim();
  expect(await explain(Number(job))).toContain(
    "note: nobody has defined partition gpu; account physics; QOS high; feature skylake, ib; reservation night: taken as said, without any effect\n",
  );
  await cluster.run("qsub -q long.q -P proj -pe openmpi 2 -l bigdisk=1,h_vmem=1G -N names -b y true");
  expect(await explain(Number(job) + 1)).toContain(
    "note: nobody has defined queue long.q; project proj; parallel environment openmpi; resource bigdisk: taken as said, without any effect\n",
  );
  await cluster.quiet();
});

test("a log directory that is not there is made, and noted once", async () => {
  const job = Number(
    (await cluster.run("sbatch --parsable --wait -a 1-3 -o logs/%a/out.txt --wrap 'echo here'")).out.trim(),
  );
  expect(cluster.text("logs/2/out.txt")).toBe("here\n");
  const notes = (await explain(job)).split("\n").filter((line) => line.startsWith("note: "));
  expect(notes).toEqual([expect.stringMatching(/logs\/1 did not exist and was made for its output$/)]);
  expect(
    (await cluster.run("(umask 027; sbatch --wait -o open/deep/out --wrap true); stat -c %a open open/deep")).out,
  ).toMatch(/750\n750\n$/);
  await cluster.run("qsub -sync y -cwd -j y -o more/ -N made -b y echo here");
  expect((await cluster.run("cat more/made.o*")).out).toBe("here\n");
});
