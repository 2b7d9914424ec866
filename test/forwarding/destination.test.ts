/** Owns proofs about where submissions go: what is said nearest to the job counts. */

import { afterEach, describe, expect, test } from "vitest";
import { plainTarget } from "../../src/config/targets.ts";
import { noTargets, type TargetBook } from "../../src/daemon/away.ts";
import { destined } from "../../src/daemon/destination.ts";
import { plainCluster } from "../../src/model/cluster.ts";
import { emptySpec } from "../../src/model/spec.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { submissionOf } from "../support/plain-dialect.ts";

let world: TestWorld;
afterEach(() => world.close());

const all = ["lab", "farm"].map((name) => ({ ...plainTarget, name, kind: "slurm" as const, over: "here" }));
const book = (more: Partial<TargetBook> = {}): TargetBook => ({ ...noTargets, all: () => all, ...more });

interface Said {
  readonly clusters?: readonly string[];
  readonly variable?: string;
  readonly queue?: string;
  readonly chosen?: string;
}

async function targetOf({ clusters, variable, queue = "main", chosen }: Said): Promise<string | undefined> {
  world = await makeWorld();
  const targets = book({ chosen: () => chosen ?? null, ofQueue: (name) => (name === "away" ? "farm" : null) });
  const verbs = destined(world.verbs, (name) => (name === "HEADNODE_TARGET" ? variable : undefined), targets);
  const spec = { ...emptySpec(), clusters: clusters ?? null, queues: [queue] };
  const job = await verbs.submit(submissionOf({ spec, queue }));
  if (queue === "away" && job.target === "farm") expect(job.spec.queues).toBeNull();
  return job.target;
}

describe("a submission goes", () => {
  test.each<[string, Said, string | undefined]>([
    ["nowhere else if nobody says so", {}, undefined],
    ["where -M says", { clusters: ["lab"], variable: "farm" }, "lab"],
    ["to the first of -M that is known", { clusters: ["nobody", "farm"] }, "farm"],
    ["here for -M local, whatever else is said", { clusters: ["local"], variable: "farm", chosen: "lab" }, undefined],
    ["where the variable says", { variable: "lab", chosen: "farm", queue: "away" }, "lab"],
    ["here if the variable says so", { variable: "local", chosen: "farm" }, undefined],
    ["where its queue leads", { queue: "away", chosen: "lab" }, "farm"],
    ["where was chosen", { chosen: "lab" }, "lab"],
  ])("%s", async (_, said, target) => {
    expect(await targetOf(said)).toBe(target);
  });

  test("to another cluster without being judged by what is described here", async () => {
    const queues = [{ name: "short", isDefault: true, defaultWallTime: 60, maxWallTime: 60, slots: null, sequence: 0 }];
    const plain = { ...plainCluster({ host: "node1", cpus: 1, memory: 1, gpus: 0 }), strict: true, queues };
    world = await makeWorld({ description: plain });
    const verbs = destined(world.verbs, () => undefined, book());
    expect(verbs.describedFor({ clusters: null, queue: "long" })).toMatchObject({ strict: true, queues });
    expect(verbs.describedFor({ clusters: ["lab"], queue: "long" })).toMatchObject({ strict: false, queues: [] });
  });

  test("nowhere if nobody knows the target: it is refused", async () => {
    await expect(targetOf({ variable: "moon" })).rejects.toThrow(/no target moon/);
  });
});
