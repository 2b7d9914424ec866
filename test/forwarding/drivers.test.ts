/** Owns proofs about the drivers: what real clusters answered means what it meant when it was captured. */

import { describe, expect, test } from "vitest";
import { describeCluster } from "../../src/config/cluster.ts";
import { readConfig } from "../../src/config/config.ts";
import { profileText } from "../../src/config/profile.ts";
import { sgeDriver } from "../../src/dialects/sge/driver.ts";
import { slurmDriver } from "../../src/dialects/slurm/driver.ts";
import type { Driver } from "../../src/language/driver.ts";
import type { Condition } from "../../src/model/dependency.ts";
import { capturedReplies, meaningOf } from "../support/captured.ts";

const drivers = { slurm: slurmDriver, sge: sgeDriver } as const;

describe.each(["slurm", "sge"] as const)("what a real %s answered", (family) => {
  const captured = capturedReplies(family);

  test("is captured for every question", () => {
    const asked = new Set(captured.map((each) => each.asked));
    expect([...asked].sort()).toEqual(["accounted", "found", "ordered", "probed", "profiled", "seen", "submitted"]);
  });

  test.each(captured.map((each) => [each.name, each] as const))("%s", (_, each) => {
    expect(meaningOf(each)).toEqual(each.means);
  });
});

test.each(["slurm", "sge"] as const)("what a real %s has and allows is a config that says so", (family) => {
  const profiled = capturedReplies(family).find(({ asked }) => asked === "profiled");
  const driver = drivers[family];
  const profile = driver.profile.read(profiled?.replies ?? [], profiled?.further ?? []);
  const read = readConfig(profileText(profile, { target: "lab", at: "2026-11-21" }));
  expect(read).not.toHaveProperty("findings");
  if (!("config" in read)) return;
  const cluster = describeCluster(read.config, { host: "laptop", cpus: 1, memory: 1, gpus: 0 });
  expect(cluster.strict).toBe(true);
  expect(cluster.queues.map(({ name }) => name)).toEqual(profile.queues.map(({ name }) => name));
  expect(cluster.queues.map(({ maxWallTime }) => maxWallTime)).toEqual(profile.queues.map(({ maxTime }) => maxTime));
  expect(cluster.parallelEnvironments).toEqual(profile.environments);
  expect(cluster.nodes.map(({ cpus, memory }) => ({ cpus, memory }))).toEqual(
    profile.nodes.map(({ cpus, memory }) => ({ cpus, memory })),
  );
});

describe.each(["slurm", "sge"] as const)("the driver of %s", (family) => {
  const driver: Driver = drivers[family];

  test.each([
    ["", 255, "ssh: connect to host lab port 22: Connection refused"],
    ["", 1, "slurm_load_jobs error: Socket timed out on send/recv operation"],
    ["", 1, "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation"],
    ["", 1, "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)"],
    ["", 1, "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying"],
    [
      "",
      1,
      "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    ],
    ["", 1, 'error: commlib error: got read error (closing "login/qmaster/1")'],
    ["", 1, "Unable to run job: got timeout error (GDI)"],
    ["", 1, "sbatch: error: Unable to open file: Disk quota exceeded"],
  ])("takes no passing trouble for a refusal: %s%i %s", (out, code, err) => {
    const foreign = family === "slurm" ? /commlib|GDI/ : /slurm|sbatch|ssh/i;
    if (foreign.test(err)) return;
    expect(driver.submitted({ code, out, err }).kind === "refused" && !/ssh/.test(err)).toBe(false);
  });

  test("never takes what a look did not answer for an empty queue", () => {
    for (const reply of [
      { code: 1, out: "", err: "Socket timed out" },
      { code: 124, out: "", err: "" },
      { code: 0, out: "", err: "" },
    ]) {
      const seen = driver.seen(reply, ["1"]);
      // An empty answer of squeue is one; qstat always sends a document.
      if (family === "slurm" && reply.code === 0) expect(seen).toEqual({ kind: "seen", sightings: [] });
      else expect(seen.kind).not.toBe("seen");
    }
  });

  test("waits for exactly what it can wait for", () => {
    const on = (kind: Exclude<Condition["kind"], "singleton">, more: object = {}): Condition =>
      ({ kind, job: 7, name: null, index: null, delay: 0, ...more }) satisfies Condition;
    const can = (condition: Condition) => driver.canWait({ need: "all", conditions: [condition] });
    expect(can(on("end"))).toBe(true);
    expect(can(on("ok"))).toBe(family === "slurm");
    expect(can(on("notOk"))).toBe(family === "slurm");
    expect(can(on("end", { index: 3 }))).toBe(false);
    expect(can({ kind: "singleton" })).toBe(false);
  });
});
