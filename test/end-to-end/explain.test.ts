/** `headnode explain`: what was asked, why it waits and until when at the latest, for both families. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chains, headnode, type RealCluster, realCluster } from "../support/real-cluster.ts";

let cluster: RealCluster;
beforeAll(async () => {
  cluster = await realCluster(chains[0] ?? "node");
});
afterAll(() => cluster.close());

const explain = async (job: number) => (await execa(headnode, ["explain", String(job)], { env: cluster.env })).stdout;

test("waiting jobs are told why, and until when at the latest", async () => {
  await cluster.run("sbatch -n 4 -t 10 -o /dev/null --wrap 'sleep 60'");
  await cluster.run("sbatch -n 4 -t 20 -o out-%j.txt --wrap 'true'");
  await cluster.run("sbatch -d afterok:2 -a 1-3%2 -o /dev/null --wrap 'true'");
  await cluster.run("qsub -cwd -h -b y -N grid true");
  await cluster.until(async () => (await explain(1)).includes("running"));
  expect(await explain(2)).toMatch(
    /next in line: starts \d{4}-\d\d-\d\d \d\d:\d\d:\d\d at the latest, if what is ahead takes all its time\n/,
  );
  const array = await explain(3);
  expect(array).toContain("is an array of 3 elements, 1-3, 2 at a time\n");
  expect(array).toContain("[1-3] waits for other jobs: job 2 must end well\n");
  expect(await explain(4)).toContain("is held by its owner until released\n");
  expect(await explain(4)).toContain(", sge, queue all.q");
  await cluster.run("scancel 1");
  await cluster.until(async () => (await explain(3)).includes("[1-3] ended, done, exit code 0"));
  await cluster.run("qdel 4");
});

test("a script that activates an environment where there is no conda is told so, once, in both families", async () => {
  const body = "#!/bin/bash\nconda activate torch || true\n";
  writeFileSync(join(cluster.work, "conda.sh"), body);
  const job = Number((await cluster.run("sbatch --parsable --wait -a 1-3 -o /dev/null conda.sh")).out.trim());
  await cluster.run("qsub -sync y -o /dev/null -j y conda.sh");
  const note = "note: there is no conda on its PATH: torch was not activated; install it, or take the line out\n";
  await cluster.until(async () => (await explain(job)).includes(note));
  expect((await explain(job)).split(note)).toHaveLength(2);
});
