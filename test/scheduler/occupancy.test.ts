import fc from "fast-check";
import { expect, test } from "vitest";
import type { Holding, QueuedJob } from "../../src/model/scheduling.ts";
import { nodeSpace } from "../../src/scheduler/node-space.ts";
import { numberSet } from "../../src/scheduler/number-set.ts";
import { occupancyOf } from "../../src/scheduler/occupancy.ts";
import { schedule } from "../../src/scheduler/schedule.ts";

const nodes = ["a", "b", "c"].map((name) => ({ name, cpus: 20, memory: 100, gpus: 1 }));
const capacities = new Map([["slots@main", 50]]);
const policy = { backfill: true, depth: 100, oversized: "waits" } as const;

interface Asked {
  readonly cpus: number;
  readonly memory: number;
  readonly gpus: number;
  readonly nodes: number;
  readonly minutes: number;
  readonly ends: readonly number[];
}

function queued(id: number, { cpus, memory, gpus, nodes: count, minutes }: Asked): QueuedJob {
  return {
    ...{ id, priority: 0, submittedAt: id, queue: "main", beyondQueue: null, throttle: 0, active: 0, deadline: 0 },
    need: { cpus, memory, gpus, nodes: count, wallTime: minutes === 9 ? Number.POSITIVE_INFINITY : minutes * 60_000 },
    waiting: [{ job: id, indices: null, holds: [], error: null, restarts: 0, beginAt: 0 }],
    ...{ standing: () => "met", perElement: false, cancelIfNeverMet: false },
  };
}

const asked = fc.record({
  cpus: fc.integer({ min: 1, max: 60 }),
  memory: fc.integer({ min: 0, max: 200 }),
  gpus: fc.integer({ min: 0, max: 2 }),
  nodes: fc.integer({ min: 1, max: 3 }),
  minutes: fc.integer({ min: 1, max: 9 }),
  ends: fc.array(fc.nat(20), { maxLength: 3 }),
});

test("passes over a kept occupancy decide as passes that look at everything anew", () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 40 }), (all) => {
      const occupancy = occupancyOf({ nodes, holding: [], capacities }, policy);
      const waiting = new Map<number, QueuedJob>();
      let holding: Holding[] = [];
      for (const [id, one] of all.entries()) {
        const now = id * 30_000;
        for (const held of holding.filter((_, at) => one.ends.includes(at))) occupancy.release(held);
        holding = holding.filter((_, at) => !one.ends.includes(at));
        waiting.set(id, queued(id, one));
        const anew = schedule({ nodes, holding, capacities, queued: waiting.values() }, policy, now);
        const decisions = schedule({ occupancy, queued: [...waiting.values()] }, policy, now);
        expect(decisions).toEqual(anew);
        for (const decision of decisions) {
          const job = decision.kind === "start" ? waiting.get(decision.job) : undefined;
          if (decision.kind !== "start" || !job) continue;
          waiting.delete(job.id);
          holding.push({ ...decision, need: job.need, startedAt: now });
        }
      }
    }),
  );
});

test("the lowest numbers are given first, and come back", () => {
  const set = numberSet(70);
  expect(set.takeLowest(33)).toEqual(Array.from({ length: 33 }, (_, number) => number));
  set.take([40, 69, 70, -1]);
  set.give([5, 31, 32]);
  expect(set.takeLowest(5)).toEqual([5, 31, 32, 33, 34]);
  expect(set.takeLowest(100)).toHaveLength(70 - 33 - 2 - 2);
  expect(set.takeLowest(1)).toEqual([]);
});

test("the first nodes with room for their share are taken, else those with most", () => {
  const space = nodeSpace([
    { name: "a", cpus: 2 },
    { name: "b", cpus: 4 },
    { name: "c", cpus: 4 },
  ]);
  expect(space.take(3, 1)).toEqual(["b"]);
  expect(space.take(4, 2)).toEqual(["a", "c"]);
  expect(space.take(4, 2)).toEqual(["b", "c"]);
  space.occupy(["a", "c"], 4, -1);
  expect(space.take(2, 1)).toEqual(["a"]);
});
