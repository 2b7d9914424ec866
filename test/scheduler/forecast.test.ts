/** The latest start of a waiting job: a table of situations. */

import { expect, test } from "vitest";
import type { Waiting } from "../../src/model/job.ts";
import type { Holding, Policy, QueuedJob } from "../../src/model/scheduling.ts";
import { expectedStarts, latestStartOf } from "../../src/scheduler/forecast.ts";

const now = 1_000_000;
const forever = Number.POSITIVE_INFINITY;
const policy: Policy = { backfill: true, depth: 100, oversized: "runs" };
const nodes = [{ name: "node1", cpus: 4, memory: 1000, gpus: 0 }];

const need = (cpus: number, seconds: number) => ({ cpus, memory: 0, gpus: 0, nodes: 1, wallTime: seconds * 1000 });

function queued(id: number, cpus: number, seconds: number, part: Partial<Waiting> = {}): QueuedJob {
  return {
    ...{ id, priority: 0, submittedAt: id, need: need(cpus, seconds), queue: "main", throttle: 0, active: 0 },
    waiting: [{ job: id, indices: null, holds: [], error: null, restarts: 0, beginAt: 0, ...part }],
    ...{ standing: () => "met", perElement: false, cancelIfNeverMet: false, beyondQueue: null, deadline: 0 },
  };
}

function holding(cpus: number, seconds: number): Holding {
  const cpuList = Array.from({ length: cpus }, (_, cpu) => cpu);
  return {
    job: 99,
    index: null,
    node: "node1",
    need: need(cpus, seconds),
    cpuList,
    gpuList: [],
    queue: "main",
    startedAt: now,
  };
}

/** The job asked about is number 1; seconds from now, or null. */
const rows: readonly (readonly [string, readonly Holding[], readonly QueuedJob[], number | null])[] = [
  ["nothing is in the way", [], [queued(1, 4, 60)], 0],
  ["what runs ends in time", [holding(2, 50)], [queued(1, 4, 60)], 50],
  ["one that runs has no limit", [holding(2, forever)], [queued(1, 4, 60)], forever],
  ["one that runs has no limit and leaves room", [holding(2, forever)], [queued(1, 2, 60)], 0],
  ["others are ahead", [holding(4, 10)], [queued(2, 4, 20), queued(3, 4, 30), queued(1, 1, 5)], 60],
  ["others run beside each other", [], [queued(2, 2, 20), queued(3, 2, 30), queued(1, 4, 5)], 30],
  ["an array is ahead", [], [queued(2, 2, 10, { indices: [[1, 10]] }), queued(1, 4, 5)], 50],
  ["one ahead is held", [], [queued(2, 4, 20, { holds: ["user"] }), queued(1, 4, 5)], 0],
  ["it begins later", [], [queued(1, 4, 5, { beginAt: now + 70_000 })], 70],
  ["it is held", [], [queued(1, 4, 5, { holds: ["user"] })], null],
  ["others stand behind it", [], [queued(1, 4, 5), queued(2, 4, 20)], 0],
  ["it is not there", [], [queued(2, 4, 20)], null],
  ["a whole machine is asked for by more than there is", [holding(1, 9)], [queued(1, 64, 5)], 9],
];

test.each(rows)("%s", (_, holds, jobs, expected) => {
  const latest = latestStartOf({ nodes, queued: jobs, holding: holds }, policy, { job: 1, now });
  expect(latest === null ? null : (latest - now) / 1000).toBe(expected);
});

test("a long array ahead is looked at no further than anybody cares", () => {
  const jobs = [queued(2, 1, 10, { indices: [[1, 1_000_000]] }), queued(1, 1, 10)];
  expect(latestStartOf({ nodes, queued: jobs, holding: [] }, policy, { job: 1, now })).toBe(forever);
});

/** Numbers of jobs and seconds from now. */
const expectations: readonly (readonly [string, readonly Holding[], readonly QueuedJob[], Record<number, number>])[] = [
  ["what may start now is not waited for", [], [queued(1, 4, 60)], {}],
  [
    "one after the other",
    [holding(4, 10)],
    [queued(1, 4, 20), queued(2, 4, 30), queued(3, 1, 5)],
    { 1: 10, 2: 30, 3: 60 },
  ],
  [
    "an array counts with all its elements",
    [holding(4, 10)],
    [queued(1, 4, 20, { indices: [[1, 3]] }), queued(2, 4, 5)],
    { 1: 10, 2: 70 },
  ],
  [
    "what is held or waits for others has no time",
    [holding(4, 10)],
    [queued(1, 4, 20, { holds: ["user"] }), queued(2, 4, 5)],
    { 2: 10 },
  ],
  [
    "a throttled array starts nothing",
    [holding(4, 10)],
    [{ ...queued(1, 4, 20, { indices: [[1, 3]] }), throttle: 1, active: 1 }],
    {},
  ],
  ["no further than a day", [holding(4, 10)], [queued(1, 4, 90_000), queued(2, 4, 5)], { 1: 10 }],
  ["what never ends is waited for without a time", [holding(4, forever)], [queued(1, 4, 5)], {}],
];

test.each(expectations)("expected starts: %s", (_, holds, jobs, expected) => {
  const starts = expectedStarts({ nodes, queued: jobs, holding: holds }, policy, now);
  expect(Object.fromEntries([...starts].map(([id, { at }]) => [id, (at - now) / 1000]))).toEqual(expected);
});
