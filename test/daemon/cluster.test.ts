/** Owns proofs about the loop: what is submitted starts, ends, is listed, and survives whatever happens to the daemon. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { UnreachableError } from "../../src/model/errors.ts";
import { emptySpec } from "../../src/model/spec.ts";
import type { Listed } from "../../src/model/verbs.ts";
import { makeWorld, type TestWorld, type WorldOptions } from "../support/cluster.ts";
import { submissionOf } from "../support/plain-dialect.ts";

let world: TestWorld;
const open = async (options: WorldOptions = {}): Promise<TestWorld> => {
  world = await makeWorld(options);
  return world;
};
let expectedLog: readonly unknown[] = [];
afterEach(async () => {
  expect(world.log).toEqual(expectedLog);
  expectedLog = [];
  await world.close();
});

const lasting = (seconds: number, more: readonly string[] = []): readonly string[] => [
  `FAKE_SECONDS=${seconds}`,
  ...more,
];

/** `id state` or `id[indices] reason`, ended ones too. */
function lines(): string[] {
  return world.verbs.select({ endedSince: 0 }).map(say);
}

function say(line: Listed): string {
  if (line.kind === "waiting") return `${line.job.id}${JSON.stringify(line.part.indices)} ${line.reason}`;
  if (line.kind === "removed") return `${line.job.id}${JSON.stringify(line.removed.indices)} ${line.removed.outcome}`;
  const { id, index, state, outcome } = line.element;
  return `${line.job.id}_${index} #${id} ${outcome ?? state}`;
}

/** What follows from what has happened is done after some turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("the loop", () => {
  test("runs a job to its end and lists it all the way", async () => {
    await open();
    const job = await world.verbs.submit(submissionOf({ env: lasting(10) }));
    expect(lines()).toEqual(["1null none"]);
    await world.settle();
    expect(lines()).toEqual(["1_null #1 running"]);
    await world.advance(10_000);
    expect(lines()).toEqual(["1_null #1 completed"]);
    const [line] = world.verbs.select({ ids: [{ id: job.id, indices: null }], endedSince: 0 });
    expect(line).toMatchObject({ element: { code: 0, startedAt: job.submittedAt, endedAt: job.submittedAt + 10_000 } });
    expect(world.backend.acknowledged).toEqual(["1.-.0"]);
    await world.settle();
    expect(existsSync(join(world.state, "jobs", "1"))).toBe(false);
  });

  test("an array runs as far as there is room, each element under its own id and the last under the array's", async () => {
    await open({ cpus: 2 });
    await world.verbs.submit(submissionOf({ indices: [[1, 3]], elementIds: true, env: lasting(5) }));
    await world.settle();
    expect(lines()).toEqual(["1[[3,3]] resources", "1_1 #2 running", "1_2 #3 running"]);
    await world.advance(5_000);
    expect(lines()).toEqual(["1_1 #2 completed", "1_2 #3 completed", "1_3 #1 running"]);
  });

  test("a dependency starts when its predecessor ended well, and is removed when it never can be", async () => {
    await open();
    const first = await world.verbs.submit(submissionOf({ env: lasting(5, ["FAKE_EXIT=1"]) }));
    const waitingFor = (kind: "ok" | "notOk") =>
      ({
        dependency: { need: "all", conditions: [{ kind, job: first.id, name: null, index: null, delay: 0 }] },
      }) as const;
    await world.verbs.submit(submissionOf(waitingFor("ok")));
    await world.verbs.submit(submissionOf({ ...waitingFor("ok"), spec: { ...emptySpec(), cancelIfNeverMet: true } }));
    await world.verbs.submit(submissionOf({ ...waitingFor("notOk"), env: lasting(1) }));
    await world.settle();
    expect(lines().slice(0, 3)).toEqual(["1_null #1 running", "2null dependency", "3null dependency"]);
    await world.advance(5_000);
    expect(lines()).toEqual(["1_null #1 failed", "2null dependencyNeverMet", "3null cancelled", "4_null #4 running"]);
  });

  test("begin times, delays after a start and deadlines come about without anybody's doing", async () => {
    await open();
    const now = world.clock.now();
    await world.verbs.submit(submissionOf({ beginAt: now + 60_000, env: lasting(600) }));
    await world.verbs.submit(
      submissionOf({
        dependency: { need: "all", conditions: [{ kind: "start", job: 1, name: null, index: null, delay: 120 }] },
      }),
    );
    await world.verbs.submit(
      submissionOf({ holds: ["user"], spec: { ...emptySpec(), deadline: (now + 90_000) / 1000 } }),
    );
    await world.settle();
    expect(lines()).toEqual(["1null beginTime", "2null dependency", "3null heldByUser"]);
    await world.advance(60_000);
    expect(lines()).toEqual(["1_null #1 running", "2null dependency", "3null heldByUser"]);
    await world.advance(30_001);
    expect(lines()).toEqual(["1_null #1 running", "2null dependency", "3null deadlineMissed"]);
    await world.advance(90_000);
    expect(lines()).toEqual(["1_null #1 running", "2_null #2 completed", "3null deadlineMissed"]);
  });

  test("elements of two arrays follow each other one by one", async () => {
    await open({ cpus: 1 });
    await world.verbs.submit(submissionOf({ indices: [[1, 2]], env: lasting(5) }));
    const conditions = [{ kind: "correspondingOk", job: 1, name: null, index: null, delay: 0 }] as const;
    await world.verbs.submit(
      submissionOf({ indices: [[1, 3]], priority: 5, env: lasting(5), dependency: { need: "all", conditions } }),
    );
    await world.advance(5_000);
    expect(lines()).toEqual(["1[[2,2]] resources", "1_1 #1 completed", "2[[2,3]] dependency", "2_1 #2 running"]);
    await world.advance(20_000);
    expect(lines().slice(-3)).toEqual(["2[[3,3]] dependencyNeverMet", "2_1 #2 completed", "2_2 #2 completed"]);
  });

  test("a singleton waits for every earlier job of its name", async () => {
    await open();
    const dependency = { need: "all", conditions: [{ kind: "singleton" }] } as const;
    for (const name of ["a", "a", "b"]) await world.verbs.submit(submissionOf({ name, dependency, env: lasting(5) }));
    await world.settle();
    expect(lines()).toEqual(["1_null #1 running", "2null dependency", "3_null #3 running"]);
    await world.advance(5_000);
    expect(lines()[1]).toBe("2_null #2 running");
  });

  test("whoever waits for a job hears of its elements and its end", async () => {
    await open({ cpus: 1 });
    await world.verbs.submit(submissionOf({ indices: [[1, 2]], env: lasting(5) }));
    const heard: (number | null)[] = [];
    world.verbs.watch(1, { ended: (element) => heard.push(element.index) });
    const finished = world.verbs.finished(1);
    await world.advance(10_000);
    expect(heard).toEqual([1, 2]);
    expect((await finished).elements().map(({ outcome }) => outcome)).toEqual(["completed", "completed"]);
    expect((await world.verbs.finished(1)).removed).toBe(false);
  });

  test("no timer is set while nothing is due", async () => {
    await open();
    await world.verbs.submit(submissionOf({ holds: ["user"] }));
    await world.verbs.submit(submissionOf());
    await world.settle();
    expect(world.clock.pending()).toBe(0);
    expect(world.idle()).toBe(true);
  });
});

describe("a start that fails", () => {
  const env = ["FAKE_FAILURE=stdout ENOENT /missing/out"];

  test("ends a job in one family", async () => {
    await open();
    await world.verbs.submit(submissionOf({ env }));
    await world.settle();
    expect(lines()).toEqual(["1_null #1 launchFailed"]);
  });

  test.each(["slurm", "sge"] as const)("for want of room is tried again later, as %s", async (dialect) => {
    await open();
    await world.verbs.submit(submissionOf({ dialect, env: ["FAKE_FAILURE=fork EAGAIN /bin/sh"] }));
    await world.settle();
    expect(lines()).toEqual(["1null beginTime"]);
    await world.advance(10_000);
    expect(world.backend.launches.map(({ key }) => key)).toEqual(["1.-.0", "1.-.1"]);
    expect(world.verbs.history(1).map(({ why }) => why)).toContain(
      "the machine had no room for it (fork: EAGAIN); it is tried again",
    );
  });

  test("waits for somebody to look in the other", async () => {
    await open();
    await world.verbs.submit(submissionOf({ dialect: "sge", env }));
    await world.settle();
    expect(lines()).toEqual(["1null startFailed"]);
    world.verbs.clearError({ id: 1, indices: null }, 1000);
    await world.settle();
    expect(world.backend.launches.map(({ key }) => key)).toEqual(["1.-.0", "1.-.1"]);
  });
});

describe("a node that is lost", () => {
  test("requeues what may be, ends the rest, and goes on", async () => {
    await open();
    const stderr = join(world.work, "err");
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    await world.verbs.submit(
      submissionOf({ env: lasting(60), spec: { ...emptySpec(), requeue: false, stderr: [stderr] } }),
    );
    await world.settle();
    world.backend.crash();
    expectedLog = [expect.stringContaining("the backend was lost")];
    await world.settle();
    expect(lines()).toEqual(["1null beginTime", "2_null #2 nodeFailed"]);
    expect(readFileSync(stderr, "utf8")).toMatch(/^job 2 was lost at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\n$/);
    await world.advance(60_000);
    expect(lines()[0]).toBe("1_null #1 running");
    expect(world.verbs.select({ endedSince: 0, earlierRuns: true })).toHaveLength(3);
  });

  test("a start under way then happens once, when there is a backend again", async () => {
    await open();
    world.backend.crash();
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    expectedLog = [expect.stringContaining("the backend was lost")];
    await world.settle();
    expect(lines()).toEqual(["1_null #1 running"]);
    expect(world.backend.launches).toHaveLength(1);
  });
});

describe("a daemon that ends", () => {
  test("does not wait for ever for a backend that does not answer", async () => {
    await open();
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    await world.verbs.submit(submissionOf({ env: lasting(60), need: { ...submissionOf({}).need, cpus: 64 } }));
    await world.settle();
    world.backend.mute();
    world.backend.crash();
    await turns();
    const restarted = world.restart();
    expectedLog = [expect.stringContaining("the backend was lost"), expect.stringContaining("takes too long")];
    await turns();
    world.backend.answer();
    await world.clock.advance(10_000, async () => undefined);
    await restarted;
    expect(lines()).toHaveLength(2);
  });
});

test("a start that its cancellation has overtaken when the daemon ends is a job that was cancelled", async () => {
  await open();
  world.backend.mute();
  world.backend.crash();
  await world.verbs.submit(submissionOf({ env: lasting(60) }));
  await turns();
  world.verbs.cancel({ id: 1, indices: null }, 1000);
  const restarted = world.restart();
  expectedLog = [expect.stringContaining("the backend was lost"), expect.stringContaining("takes too long")];
  await turns();
  world.backend.answer();
  await world.clock.advance(10_000, async () => undefined);
  await restarted;
  await world.settle();
  expect(lines()).toEqual(["1_null #1 cancelled"]);
  expect(world.backend.launches).toHaveLength(0);
});

describe("a disk that is full", () => {
  test("delays what happens until there is room, and loses nothing", async () => {
    await open();
    await world.verbs.submit(submissionOf({ env: lasting(10) }));
    await world.settle();
    const { commit } = world.store as { commit: { relaxed: <T>(work: () => T) => T } };
    const { relaxed } = commit;
    commit.relaxed = (work) =>
      relaxed(() => {
        work();
        throw new UnreachableError("the disk is full");
      });
    await world.advance(10_000);
    expectedLog = [expect.stringContaining("the disk is full")];
    expect(lines()).toEqual(["1_null #1 running"]);
    commit.relaxed = relaxed;
    await world.advance(5_000);
    expect(lines()).toEqual(["1_null #1 completed"]);
    expect(world.backend.acknowledged).toEqual(["1.-.0"]);
  });
});

describe("a daemon that starts again", () => {
  test("still has its nodes and queues as operators left them", async () => {
    await open();
    const mark = { state: "drain", reason: "fan", by: { name: "root", uid: 0 }, at: 0 } as const;
    world.verbs.amend({ kind: "node", name: "node1", change: { mark } }, 0);
    world.verbs.amend({ kind: "queue", name: "plain", change: { state: "down" } }, 0);
    await world.verbs.submit(submissionOf({ env: lasting(5) }));
    await world.restart();
    expect(world.verbs.description.nodes[0]?.mark).toEqual(mark);
    expect(lines()).toEqual(["1null nodesDown"]);
    world.verbs.amend({ kind: "node", name: "node1", change: { mark: null } }, 0);
    await world.settle();
    expect(lines()).toEqual(["1_null #1 running"]);
  });

  test("finds its jobs running, and those that ended meanwhile", async () => {
    await open();
    await world.verbs.submit(submissionOf({ env: lasting(5, ["FAKE_EXIT=3"]) }));
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    await world.settle();
    await world.restart({ meanwhileMs: 30_000 });
    expect(lines()).toEqual(["1_null #1 failed", "2_null #2 running"]);
    await world.advance(60_000);
    expect(lines()).toEqual(["1_null #1 failed", "2_null #2 completed"]);
    expect(world.backend.launches).toHaveLength(2);
  });

  test("launches what was to start and never got there", async () => {
    await open();
    world.backend.deafen();
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    await world.settle();
    world.backend.crash();
    expect(lines()).toEqual(["1_null #1 starting"]);
    await world.restart();
    expect(lines()).toEqual(["1_null #1 running"]);
    expect(world.backend.launches.map(({ key }) => key)).toEqual(["1.-.0", "1.-.0"]);
  });

  test("still ends what was told to end", async () => {
    await open();
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    await world.settle();
    world.store.commit.durable(() =>
      world.store.elements.ending({ job: 1, index: null }, { by: 1000, stop: "cancel" }),
    );
    await world.restart();
    expect(lines()).toEqual(["1_null #1 cancelled"]);
  });

  test("what was told to end before it was launched was cancelled, and is no failure of the node", async () => {
    await open();
    world.backend.deafen();
    await world.verbs.submit(submissionOf({ env: lasting(60) }));
    await world.settle();
    world.store.commit.durable(() =>
      world.store.elements.ending({ job: 1, index: null }, { by: 1000, stop: "cancel" }),
    );
    world.backend.crash();
    await world.restart();
    expect(lines()).toEqual(["1_null #1 cancelled"]);
    expect(world.backend.launches).toHaveLength(1);
  });

  test("knows array, holds and ids where it left them", async () => {
    await open({ cpus: 1 });
    await world.verbs.submit(submissionOf({ indices: [[1, 5]], elementIds: true, env: lasting(5) }));
    await world.settle();
    world.verbs.hold({ id: 1, indices: [[4, 4]] }, 1000, "user");
    await world.restart();
    expect(lines()).toEqual(["1[[2,3],[5,5]] resources", "1[[4,4]] heldByUser", "1_1 #2 running"]);
    await world.advance(15_000);
    expect(lines().slice(-2)).toEqual(["1_3 #4 completed", "1_5 #5 running"]);
    await world.advance(5_000);
    world.verbs.release({ id: 1, indices: null }, 1000, "user");
    await world.settle();
    expect(lines().at(-2)).toBe("1_4 #1 running");
  });
});
