/** GPUs that a config declares are given out and masked; where there are none, who asks runs all the same and sees none. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

const masks = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL"];
const shown = `echo "${masks.map((name) => `$\{${name}-unset}`).join("|")}`;

describe("two GPUs by declaration", () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster(chains[0] ?? "node");
    const config = join(cluster.work, "config.toml");
    writeFileSync(config, '[machine]\ngpus = "a100:2"\n');
    await cluster.run("headnode daemon start", { env: { HEADNODE_CONFIG: config } });
    writeFileSync(join(cluster.work, "slurm.sh"), `#!/bin/bash\n${shown}|$SLURM_JOB_GPUS"\n`);
    writeFileSync(join(cluster.work, "sge.sh"), `#$ -cwd -S /bin/bash\n${shown}|$SGE_HGR_gpu|$SGE_HGR_gpus"\n`);
  });
  afterAll(() => cluster.close());

  test("a Slurm job sees what it asked for, each step and task its part", async () => {
    const steps =
      'srun -n1 --gres=gpu:1 sh -c "echo one \\$CUDA_VISIBLE_DEVICES"; srun -n2 --gpus-per-task=1 sh -c "echo each \\$CUDA_VISIBLE_DEVICES"';
    await cluster.run("sbatch --wait --gres=gpu:a100:2 -o both.out slurm.sh");
    await cluster.run("sbatch --wait --gres=gpu:1 -o one.out slurm.sh; sbatch --wait -o none.out slurm.sh");
    await cluster.run(`sbatch --wait -n 2 --gres=gpu:2 -o steps.out --wrap '${steps}'`);
    expect(cluster.text("both.out")).toBe("0,1|0,1|0,1|0,1\n");
    expect(cluster.text("one.out")).toBe("0|0|0|0\n");
    expect(cluster.text("none.out")).toBe("unset|unset|unset|\n");
    expect(cluster.text("steps.out").split("\n").sort()).toEqual(["", "each 0", "each 1", "one 0"]);
  });

  test("a Grid Engine job too, by the name that it asked with", async () => {
    await cluster.run("qsub -sync y -l gpu=2 -j y -o both.log sge.sh; qsub -sync y -l gpus=1 -j y -o one.log sge.sh");
    await cluster.run("qsub -sync y -j y -o none.log sge.sh");
    expect(cluster.text("both.log")).toBe("0,1|0,1|0,1|0 1|\n");
    expect(cluster.text("one.log")).toBe("0|0|0||0\n");
    expect(cluster.text("none.log")).toBe("unset|unset|unset||\n");
  });

  test("jobs of both families side by side have different ones, a third waits", async () => {
    const wait = "until [ -e go ]; do sleep 0.1; done";
    await cluster.run(`sbatch --gres=gpu:1 -o first.out --wrap 'echo $CUDA_VISIBLE_DEVICES; ${wait}'`);
    await cluster.run(`echo 'echo $CUDA_VISIBLE_DEVICES; ${wait}' | qsub -cwd -l gpu=1 -j y -o second.out -S /bin/sh`);
    await cluster.until(() => cluster.text("first.out") !== "" && cluster.text("second.out") !== "");
    await cluster.run("sbatch --gres=gpu:1 -o third.out --wrap 'echo $CUDA_VISIBLE_DEVICES'");
    expect((await cluster.run("squeue -h -t PD -o %r")).out).toBe("Resources\n");
    writeFileSync(join(cluster.work, "go"), "");
    await cluster.quiet();
    expect([cluster.text("first.out"), cluster.text("second.out")].sort()).toEqual(["0\n", "1\n"]);
    expect(cluster.text("third.out")).toMatch(/^[01]\n$/);
  });
});

test("where there is none, who asks for some runs, is told, and sees an empty mask", async () => {
  const cluster = await realCluster(chains[0] ?? "node");
  writeFileSync(join(cluster.work, "config.toml"), "[machine]\ngpus = 0\n");
  writeFileSync(join(cluster.work, "job.sh"), `#!/bin/bash\n${shown}"\n`);
  try {
    await cluster.run("headnode daemon start", { env: { HEADNODE_CONFIG: join(cluster.work, "config.toml") } });
    const job = (await cluster.run("sbatch --parsable --wait --gpus=2 -o slurm.out job.sh")).out.trim();
    await cluster.run("qsub -cwd -sync y -l gpu=1 -j y -o sge.out -S /bin/bash job.sh");
    expect(cluster.text("slurm.out")).toBe("||\n");
    expect(cluster.text("sge.out")).toBe("||\n");
    expect((await cluster.run(`headnode explain ${job}`)).out).toMatch(/^note: asks for 2 GPUs?, .*$/m);
  } finally {
    await cluster.close();
  }
});
