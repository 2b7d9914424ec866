/** Where an MPI of its own is installed, its launcher is the one that is found, and sees the slots that the job has. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chains, type RealCluster, realCluster } from "../support/real-cluster.ts";

let cluster: RealCluster;
beforeAll(async () => {
  const config = `nodes = 2
[machine]
cpus = 8
`;
  cluster = await realCluster(chains[0] ?? "node");
  writeFileSync(join(cluster.work, "config.toml"), config);
});
afterAll(() => cluster.close());

/** Slots as Open MPI's launcher finds them: Slurm's lists, or Grid Engine's file where all that it looks for is set. */
const openMpi = `#!/bin/bash
if [ -n "$SLURM_JOBID" ] && [ -n "$SLURM_NODELIST" ]; then
  echo "slurm $(scontrol show hostnames "$SLURM_NODELIST" | paste -sd,) $SLURM_TASKS_PER_NODE"
elif [ -n "$SGE_ROOT" ] && [ -n "$ARC" ] && [ -n "$JOB_ID" ] && [ -r "$PE_HOSTFILE" ]; then
  echo "sge $(awk '{ n += $2 } END { print NR, n }' "$PE_HOSTFILE")"
else
  echo none
fi
`;

/** Slots as MPICH's launcher finds them. */
const mpich = `#!/bin/bash
if [ -n "$SLURM_NODELIST" ]; then echo "slurm $SLURM_NODELIST $SLURM_TASKS_PER_NODE"
elif [ -n "$PE_HOSTFILE" ]; then echo "sge $(cut -d' ' -f2 "$PE_HOSTFILE")"
else echo none
fi
`;

describe("an MPI on PATH", () => {
  beforeAll(() => {
    const bin = join(cluster.work, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "mpirun"), openMpi, { mode: 0o755 });
    writeFileSync(join(bin, "mpiexec"), mpich, { mode: 0o755 });
    const body = "export PATH=$PWD/bin:$PATH\nmpirun ./solver\nmpiexec ./solver\n";
    writeFileSync(join(cluster.work, "slurm.sh"), `#!/bin/bash\n#SBATCH -o slurm.out\n${body}`);
    writeFileSync(join(cluster.work, "sge.sh"), `#$ -cwd -j y -o sge.out -S /bin/bash\n${body}`);
  });

  test("sees a Slurm job's tasks", async () => {
    await cluster.run("sbatch --wait -n 3 slurm.sh");
    expect(cluster.text("slurm.out")).toMatch(/^slurm \S+ 3\nslurm \S+ 3\n$/);
  });

  test("sees tasks on virtual nodes", async () => {
    await cluster.run("headnode daemon stop");
    const env = { HEADNODE_CONFIG: join(cluster.work, "config.toml") };
    await cluster.run("sbatch --wait -N 2 --ntasks-per-node=3 slurm.sh", { env });
    expect(cluster.text("slurm.out")).toMatch(/^slurm (\S+),\1-2 3\(x2\)\nslurm (\S+),\2-2 3\(x2\)\n$/);
    await cluster.run("headnode daemon stop");
  });

  test("sees a Grid Engine job's slots", async () => {
    await cluster.run("qsub -sync y -pe mpi 3 sge.sh");
    expect(cluster.text("sge.out")).toBe("sge 1 3\nsge 3\n");
  });

  test("sees none where a job has none", async () => {
    await cluster.run("qsub -sync y -o alone.out sge.sh");
    expect(cluster.text("alone.out")).toBe("none\nnone\n");
  });
});

/** The real ones, where this machine has them. */
const found = (program: string) =>
  (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, program)));
const launchers = [
  ["mpirun.openmpi", "OMPI_COMM_WORLD_RANK"],
  ["mpiexec.hydra", "PMI_RANK"],
] as const;

for (const [launcher, variable] of launchers)
  test.runIf(found(launcher))(`${launcher} starts as many ranks as the job has tasks`, async () => {
    const allowed = "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1";
    await cluster.run(`sbatch --wait -n 3 -o real.out --wrap '${allowed}; ${launcher} printenv ${variable}'`);
    expect(cluster.text("real.out").split("\n").filter(Boolean).sort()).toEqual(["0", "1", "2"]);
  });

test.runIf(!found("mpirun"))(
  "where none is installed the stand-in starts ranks with the variables of both",
  async () => {
    const shown = "echo \\$OMPI_COMM_WORLD_RANK \\$OMPI_COMM_WORLD_SIZE \\$PMI_RANK \\$PMI_SIZE";
    await cluster.run(`sbatch --wait -n 2 -o four.out --wrap 'mpirun -np 4 sh -c "${shown}"'`);
    const lines = cluster.text("four.out").split("\n").filter(Boolean).sort();
    expect(lines).toEqual(["0 4 0 4", "1 4 1 4", "2 4 2 4", "3 4 3 4"]);
  },
);
