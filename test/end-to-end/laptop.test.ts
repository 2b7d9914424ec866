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
