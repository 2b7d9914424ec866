/** Owns proofs about `-M`: which clusters are listed, under which headings, and whose jobs are touched. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { clustersAsked } from "../../src/dialects/slurm/clusters-asked.ts";
import { type AwayWorld, openAway } from "../support/away-world.ts";
import { ada } from "../support/plain-dialect.ts";

let away: AwayWorld;
beforeEach(async () => {
  away = await openAway();
  for (const target of ["lab", "other"]) await away.send({ target });
});
afterEach(() => away.world.close());

const run = (name: string, ...args: readonly string[]) => away.world.run(name, args, { user: ada });

test("squeue lists one cluster after the other, each under its heading", async () => {
  const { out } = await run("squeue", "-o", "%i", "-M", "other,lab,other");
  expect(out).toBe("CLUSTER: other\nJOBID\n2\n\nCLUSTER: lab\nJOBID\n1\n");
  expect((await run("squeue", "-h", "-o", "%i", "-M", "lab")).out).toBe("1\n");
});

test("a name that nobody knows is told beside those that are known", async () => {
  const { out, err } = await run("squeue", "-o", "%i", "-M", "moon,lab");
  expect(out).toBe("CLUSTER: lab\nJOBID\n1\n");
  expect(err).toBe("squeue: error: No cluster 'moon' known by database.\n");
});

test("a strict cluster refuses a list of which it knows none", () => {
  const cluster = { ...away.world.verbs.description, strict: true };
  expect(() => clustersAsked(["moon"], cluster)).toThrow(
    /^No cluster 'moon' known by database\.\n'moon' can't be reached now/,
  );
});

test("sacct lists jobs of those clusters", async () => {
  expect((await run("sacct", "-nXP", "-M", "lab", "-o", "jobid")).out).toBe("1\n");
  expect((await run("sacct", "-nXP", "-M", "lab,other", "-o", "jobid")).out).toBe("1\n2\n");
});

test("scancel touches no job of another cluster, and a cluster alone names no jobs", async () => {
  expect(await run("scancel", "-M", "other", "1")).toMatchObject({ code: 0 });
  expect(away.lines()[0]).toBe("1null priority");
  expect(await run("scancel", "-M", "lab")).toMatchObject({
    code: 1,
    err: "scancel: error: No job identification provided\n",
  });
  expect(await run("scancel", "-M", "moon", "1")).toMatchObject({ code: 1, err: expect.stringContaining("'moon'") });
  expect(away.lines()[0]).toBe("1null priority");
  await run("scancel", "-M", "lab", "1");
  await away.world.settle();
  expect(away.lines()[0]).toBe("1null cancelled");
});
