import { expect, test } from "vitest";
import { silentSge } from "../../src/relay/silence-sge.ts";
import { silentSlurm } from "../../src/relay/silence-slurm.ts";

const down = "Unable to contact slurm controller (connect failure)";
const unexpected = "Unexpected message received";
const call = (line: string, job?: string) => {
  const [command = "", ...argv] = line.split(" ");
  return { dialect: "slurm", command, argv, job, host: "login1", heard: false };
};

test.each([
  ["sbatch --wrap true", `sbatch: error: Batch job submission failed: ${down}`, 1],
  ["sbatch --test-only job.sh", `allocation failure: ${down}`, 1],
  ["salloc true", `salloc: error: Job submit/allocate failed: ${down}`, 1],
  ["srun true", `srun: error: Unable to allocate resources: ${down}`, 1],
  ["squeue -j 1", `slurm_load_jobs error: ${down}`, 1],
  ["squeue -s -j 1", `slurm_get_job_steps error: ${down}`, 1],
  ["sinfo -R", `slurm_load_partitions: ${down}`, 1],
  ["scancel -s 9 4_2", `scancel: error: Kill job error on job id 4_2: ${down}`, 8],
  ["scancel -b 4", `scancel: error: Kill job error on job id 4: ${down}`, 8],
  ["scancel -s 9 -u ada", `slurm_load_jobs error: ${down}`, 1],
  ["scontrol show job=1", `slurm_load_jobs error: ${down}`, 1],
  ["scontrol -o show nodes", `slurm_load_node error: ${down}`, 1],
  ["scontrol show hostnames a[1-2]", `scontrol: error: ${down}`, 1],
  ["scontrol hold 1,2", `${unexpected} for job 1\n${unexpected} for job 2\nslurm_suspend error: ${unexpected}`, 1],
  ["scontrol update jobid=1 nice=1", `${unexpected} for job 1`, 1],
  ["sdiag", `slurm_get_statistics: ${down}`, 255],
  ["sacct -j 1", "sacct: error: Problem talking to the database: Connection refused", 1],
  ["sbcast a b", `sbcast: error: ${down}`, 1],
])("%s says what Slurm's says when its controller is down", (line, err, code) => {
  expect(silentSlurm(call(line))).toEqual({ out: "", err, code });
});

test("scontrol ping says on standard output that the controller is down", () => {
  expect(silentSlurm(call("scontrol ping"))).toEqual({
    ...{ out: "Slurmctld(primary) at login1 is DOWN", err: "", code: 1 },
  });
});

test("srun in a job can't confirm its allocation", () => {
  expect(silentSlurm(call("srun true", "7")).err).toBe(
    `srun: error: Unable to confirm allocation for job 7: ${down}\n` +
      "srun: Check SLURM_JOB_ID environment variable. Expired or invalid job 7",
  );
});

test("a command that may have been heard says that the answer is missing", () => {
  expect(silentSlurm({ ...call("sbatch x"), heard: true }).err).toContain("(receive failure)");
  expect(silentSge({ ...call("qsub x"), heard: true }).err).toContain("failed receiving gdi request");
});

const lost = 'unable to send message to qmaster using port 6444 on host "login1": got send error';
const refused = "error: commlib error: got select error (Connection refused)";

test.each([
  ["qsub job.sh", { out: "", err: `${refused}\nUnable to run job: ${lost}\nExiting.`, code: 1 }],
  ["qstat -u ada", { out: "", err: `${refused}\nerror: ${lost}`, code: 1 }],
  ["qconf -sql", { out: "", err: `${refused}\n${lost}`, code: 1 }],
  ["qdel 1", { out: lost, err: refused, code: 1 }],
  ["qrls 1", { out: lost, err: refused, code: 11 }],
])("%s says what Grid Engine's says when its qmaster is down", (line, said) => {
  expect(silentSge(call(line))).toEqual(said);
});
