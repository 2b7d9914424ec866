/** Owns proofs about the verbs: what becomes of each part of a target, who may, and what a filter means. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptySpec } from "../../src/model/spec.ts";
import type { Listed, Result } from "../../src/model/verbs.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { ada, bob, submissionOf } from "../support/plain-dialect.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await makeWorld({ cpus: 2 });
});
afterEach(async () => {
  expect(world.log.filter((line) => !line.startsWith("job "))).toEqual([]);
  await world.close();
});

const env = ["FAKE_SECONDS=100"];
const all = (id: number) => ({ id, indices: null });
const some = (id: number, ...runs: [number, number][]) => ({ id, indices: runs });

/** `kind indices`, or `kind #id of the element`. */
function say(result: Result): string {
  if ("indices" in result) return `${result.kind} ${JSON.stringify(result.indices)}`;
  if ("element" in result) return `${result.kind} ${result.element?.index ?? "-"}`;
  return result.kind;
}

const list = (filter: Parameters<TestWorld["verbs"]["select"]>[0]): string[] =>
  world.verbs.select(filter).map((line: Listed) => {
    if (line.kind === "element")
      return `${line.job.id}_${line.element.index} ${line.element.outcome ?? line.element.state}`;
    return `${line.job.id} ${line.kind} ${JSON.stringify(line.kind === "waiting" ? line.part.indices : line.removed.indices)}`;
  });

/** An array of ada's: 1 and 2 run, 3 to 5 wait. */
async function array(): Promise<void> {
  await world.verbs.submit(submissionOf({ indices: [[1, 5]], elementIds: true, env }));
  await world.settle();
}

describe("cancel", () => {
  test("removes what waits and ends what runs", async () => {
    await array();
    expect(world.verbs.cancel(all(1), ada.uid).map(say)).toEqual(["removed [[3,5]]", "ending 1", "ending 2"]);
    expect(world.verbs.cancel(all(1), ada.uid).map(say)).toEqual(["alreadyEnding 1", "alreadyEnding 2"]);
    await world.settle();
    expect(list({ endedSince: 0 })).toEqual(["1 removed [[3,5]]", "1_1 cancelled", "1_2 cancelled"]);
    expect(world.verbs.cancel(all(1), ada.uid).map(say)).toEqual(["alreadyEnded 2"]);
  });

  test("of some elements leaves the others, and says which there are not", async () => {
    await array();
    expect(world.verbs.cancel(some(1, [2, 3], [9, 9]), ada.uid).map(say)).toEqual([
      "removed [[3,3]]",
      "ending 2",
      "unknown [[9,9]]",
    ]);
    await world.settle();
    expect(list({})).toEqual(["1 waiting [[5,5]]", "1_1 running", "1_4 running"]);
    expect(world.verbs.cancel(some(1, [2, 2]), ada.uid).map(say)).toEqual(["alreadyEnded 2"]);
  });

  test("takes an element's own id", async () => {
    await array();
    expect(world.verbs.cancel(all(2), ada.uid).map(say)).toEqual(["ending 1"]);
  });

  test("is for the job's user and root alone", async () => {
    await array();
    expect(world.verbs.cancel(all(1), bob.uid).map(say)).toEqual(["denied"]);
    expect(world.verbs.cancel(all(77), bob.uid).map(say)).toEqual(["unknown null"]);
    expect(world.verbs.cancel(some(1, [5, 5]), 0).map(say)).toEqual(["removed [[5,5]]"]);
  });

  test("reaches a job that is just being started", async () => {
    await world.verbs.submit(submissionOf({ env }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.verbs.cancel(all(1), ada.uid).map(say)).toEqual(["ending -"]);
    await world.settle();
    expect(list({ endedSince: 0 })).toEqual(["1_null cancelled"]);
  });
});

describe("holds", () => {
  test("keep some elements back until they are released, and become one array again", async () => {
    await array();
    expect(world.verbs.hold(some(1, [4, 4]), ada.uid, "user").map(say)).toEqual(["changed [[4,4]]"]);
    expect(list({ states: ["waiting"] })).toEqual(["1 waiting [[3,3],[5,5]]", "1 waiting [[4,4]]"]);
    expect(world.verbs.release(all(1), ada.uid, "user").map(say)).toEqual([
      "changed [[4,4]]",
      "unchanged [[3,3],[5,5]]",
      "unchanged [[1,1]]",
      "unchanged [[2,2]]",
    ]);
    expect(list({ states: ["waiting"] })).toEqual(["1 waiting [[3,5]]"]);
  });

  test("of a running job count when it is requeued", async () => {
    await world.verbs.submit(submissionOf({ env }));
    await world.settle();
    expect(world.verbs.hold(all(1), ada.uid, "user").map(say)).toEqual(["changed null"]);
    expect(world.verbs.requeue(all(1), ada.uid).map(say)).toEqual(["ending -"]);
    await world.settle();
    expect(world.verbs.select({})).toMatchObject([
      { kind: "waiting", reason: "requeuedHeld", part: { restarts: 1, holds: ["user"] } },
    ]);
  });
});

describe("requeue", () => {
  test("puts back what ended, which keeps its id and its earlier run", async () => {
    await world.verbs.submit(submissionOf({ indices: [[1, 1]], elementIds: true }));
    await world.verbs.submit(submissionOf({ indices: [[1, 2]], elementIds: true }));
    await world.settle();
    expect(world.verbs.requeue(some(2, [1, 1]), ada.uid).map(say)).toEqual(["changed [[1,1]]"]);
    await world.settle();
    const runs = world.verbs.select({ ids: [all(2)], endedSince: 0, earlierRuns: true });
    expect(
      runs.map((line) => line.kind === "element" && [line.element.index, line.element.id, line.element.restarts]),
    ).toEqual([
      [1, 3, 0],
      [1, 3, 1],
      [2, 2, 0],
    ]);
  });
});

test("requeue can hold what it puts back, and keep what had ended for later", async () => {
  await world.verbs.submit(submissionOf({ env }));
  await world.verbs.submit(submissionOf({}));
  await world.settle();
  expect(world.verbs.requeue(all(1), ada.uid, { hold: "user" }).map(say)).toEqual(["ending -"]);
  expect(world.verbs.requeue(all(2), ada.uid, { hold: "user", beginAt: 5 }).map(say)).toEqual(["changed null"]);
  await world.settle();
  expect(world.verbs.select({})).toMatchObject([
    { kind: "waiting", reason: "requeuedHeld", part: { restarts: 1, holds: ["user"] } },
    { kind: "waiting", reason: "requeuedHeld", part: { restarts: 1, holds: ["user"], beginAt: 5 } },
  ]);
});

test("a line for standard error goes to what runs", async () => {
  await array();
  expect(world.verbs.tell(all(1), ada.uid, "hello").map(say)).toEqual([
    "signalled 1",
    "signalled 2",
    "notRunning [[3,5]]",
  ]);
  await world.settle();
  expect(world.backend.notices).toEqual(["hello\n", "hello\n"]);
});

describe("alter", () => {
  test("changes spec and place in the queue, and what already runs gets its new limit", async () => {
    await world.verbs.submit(submissionOf({ env }));
    await world.verbs.submit(
      submissionOf({ env, need: { cpus: 2, memory: 0, gpus: 0, nodes: 1, wallTime: Number.POSITIVE_INFINITY } }),
    );
    await world.verbs.submit(
      submissionOf({ env, need: { cpus: 2, memory: 0, gpus: 0, nodes: 1, wallTime: Number.POSITIVE_INFINITY } }),
    );
    await world.settle();
    const limit = {
      spec: { wallTime: 50 },
      submission: { need: { cpus: 1, memory: 0, gpus: 0, nodes: 1, wallTime: 50_000 } },
    };
    expect(world.verbs.alter(all(1), ada.uid, limit).map(say)).toEqual(["changed null"]);
    world.verbs.alter(all(3), ada.uid, { spec: {}, submission: { priority: 9 } });
    await world.advance(50_000);
    expect(list({ endedSince: 0 })).toEqual(["1_null timedOut", "2 waiting null", "3_null running"]);
    expect(world.verbs.job(1)?.spec.wallTime).toBe(50);
  });

  test("a new begin time goes to the elements that are meant", async () => {
    await array();
    world.verbs.alter(some(1, [3, 3]), ada.uid, { spec: {}, submission: { beginAt: world.clock.now() + 5_000 } });
    expect(
      world.verbs
        .select({ states: ["waiting"] })
        .map((line) => line.kind === "waiting" && [line.part.indices, line.reason]),
    ).toEqual([
      [[[3, 3]], "beginTime"],
      [[[4, 5]], "resources"],
    ]);
  });
});

describe("signals", () => {
  test("reach what runs; what waits says so", async () => {
    await array();
    expect(world.verbs.signal(all(1), ada.uid, { signal: 28, to: "shell" }).map(say)).toEqual([
      "signalled 1",
      "signalled 2",
      "notRunning [[3,5]]",
    ]);
    await world.settle();
    expect(world.backend.signals).toEqual(["1.1.0 28 leader", "1.2.0 28 leader"]);
  });

  test("to everything may spare what those with a variable have started", async () => {
    await world.verbs.submit(submissionOf({ env }));
    await world.settle();
    world.verbs.signal(all(1), ada.uid, { signal: 10, to: "all", sparing: "RANK=" });
    world.verbs.signal(all(1), ada.uid, { signal: 10, to: "all" });
    await world.settle();
    expect(world.backend.signals).toEqual(["1.-.0 10 *RANK=", "1.-.0 10 all"]);
  });

  test("suspend and resume what runs", async () => {
    await world.verbs.submit(submissionOf({ env }));
    await world.settle();
    expect(world.verbs.suspend(all(1), ada.uid).map(say)).toEqual(["signalled -"]);
    expect(list({ states: ["suspended"] })).toEqual(["1_null suspended"]);
    expect(world.verbs.suspend(all(1), ada.uid).map(say)).toEqual(["unchanged null"]);
    expect(world.verbs.resume(all(1), ada.uid).map(say)).toEqual(["signalled -"]);
    expect(list({})).toEqual(["1_null running"]);
    await world.settle();
    expect(world.backend.signals).toEqual(["1.-.0 19 all", "1.-.0 18 all"]);
  });
});

describe("select", () => {
  test("restricts by id, own id, user, name, queue, state and outcome", async () => {
    await array();
    await world.verbs.submit(submissionOf({ user: bob, name: "other", queue: "long", account: "x", holds: ["user"] }));
    expect(list({ ids: [all(2)] })).toEqual(["1_1 running"]);
    expect(list({ ids: [some(1, [2, 3])] })).toEqual(["1 waiting [[3,3]]", "1_2 running"]);
    expect(list({ ids: [all(99)] })).toEqual([]);
    for (const filter of [{ users: ["bob"] }, { names: ["other"] }, { queues: ["long"] }, { accounts: ["x"] }])
      expect(list(filter)).toEqual(["4 waiting null"]);
    expect(list({ states: ["running"] })).toEqual(["1_1 running", "1_2 running"]);
    world.verbs.cancel(all(1), 0);
    await world.settle();
    expect(list({ outcomes: ["cancelled"], endedSince: world.clock.now() })).toHaveLength(3);
    expect(list({ names: ["job"], endedSince: 0 })).toHaveLength(3);
    expect(list({ endedSince: world.clock.now() + 1 })).toEqual(["4 waiting null"]);
  });
});

test("what happened to a job can be read back", async () => {
  await world.verbs.submit(submissionOf({ notes: ["--foo has no meaning on one machine"] }));
  await world.settle();
  world.verbs.note(1, "seen");
  expect(world.verbs.history(1).map(({ what, why }) => `${what}: ${why}`)).toEqual([
    "submitted: job",
    "note: --foo has no meaning on one machine",
    "started: node1",
    "ended: completed",
    "note: seen",
  ]);
  expect(world.log).toEqual(["job 1: --foo has no meaning on one machine"]);
});

test("a refused submission uses an id up", async () => {
  expect(world.verbs.spendId()).toBe(1);
  expect((await world.verbs.submit(submissionOf({ spec: emptySpec() }))).id).toBe(2);
});
