/** Owns proofs about elements that are handed to the backend ahead: they follow one another, and nobody sees a difference. */

import { afterEach, describe, expect, test } from "vitest";
import { createAhead } from "../../src/daemon/ahead.ts";
import { UnreachableError } from "../../src/model/errors.ts";
import { launchKey } from "../../src/model/job.ts";
import { makeWorld, type TestWorld, type WorldOptions } from "../support/cluster.ts";
import { submissionOf } from "../support/plain-dialect.ts";

let world: TestWorld;
const open = async (options: WorldOptions = {}): Promise<TestWorld> => {
  world = await makeWorld({ cpus: 2, ...options });
  return world;
};
afterEach(() => world.close());

const short = ["FAKE_SECONDS=0.1"];
const array = (last: number, more: Parameters<typeof submissionOf>[0] = {}) =>
  submissionOf({ env: short, indices: [[1, last]], elementIds: true, ...more });

/** Submits an array of short elements and lets the first of them end, so that others are handed over. */
async function begin(last: number, more: Parameters<typeof submissionOf>[0] = {}): Promise<number> {
  const job = await world.verbs.submit(array(last, more));
  await world.settle();
  await world.advance(100);
  return job.id;
}

/** So much time goes by before the daemon comes to anything. */
const unheeded = (ms: number): Promise<void> => world.clock.advance(ms, async () => undefined);

const begun = (): string[] => world.backend.launches.map(({ key }) => key);
const keys = (job: number, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, at) => `${job}.${first + at}.0`);
const waiting = (): unknown[] =>
  world.verbs.select({}).flatMap((line) => (line.kind === "waiting" ? [[line.job.id, line.part.indices]] : []));
const outcomes = (job: number): (string | null)[] => world.store.elements.of(job).map(({ outcome }) => outcome);

describe("elements of an array", () => {
  test("begin in their order, each once, in the places of those that ended", async () => {
    await open();
    const job = await begin(100);
    await world.advance(10_000);
    expect(begun()).toEqual(keys(job, 1, 100));
    expect(new Set(world.backend.launches.map(({ affinity }) => affinity))).toEqual(new Set(["0", "1"]));
    expect(outcomes(job)).toEqual(Array(100).fill("completed"));
    const rows = world.store.elements.of(job);
    expect(rows.map((row) => row.cpuList)).toEqual(world.backend.launches.map(({ affinity }) => affinity));
    expect(world.backend.acknowledged.toSorted()).toEqual(begun().toSorted());
  });

  test("that follow others have ids of their own, and the last one has the array's", async () => {
    await open();
    const job = await begin(50);
    await world.advance(10_000);
    const ids = world.store.elements.of(job).map(({ id }) => id);
    expect(ids.slice(0, -1)).toEqual(Array.from({ length: 49 }, (_, at) => job + 1 + at));
    expect(ids.at(-1)).toBe(job);
  });

  test("wait like others until they begin", async () => {
    await open();
    const job = await begin(100);
    expect(waiting()).toEqual([[job, [[5, 100]]]]);
    expect(world.counts()).toMatchObject({ running: 2, waiting: 96 });
  });

  test("begin without a turn when others end", async () => {
    await open();
    const job = await begin(100);
    // Nobody collects what is told within so short a time.
    await unheeded(100);
    expect(begun()).toEqual(keys(job, 1, 6));
    await world.advance(10_000);
    expect(begun()).toEqual(keys(job, 1, 100));
  });

  test("of long duration are not handed over", async () => {
    await open();
    const job = await world.verbs.submit(array(10, { env: ["FAKE_SECONDS=10"] }));
    await world.advance(10_000);
    await unheeded(10_000);
    expect(begun()).toEqual(keys(job.id, 1, 4));
    await world.advance(60_000);
    expect(outcomes(job.id)).toEqual(Array(10).fill("completed"));
  });

  test("keep to a throttle", async () => {
    await open({ cpus: 4 });
    const job = await begin(20, { throttle: 1 });
    await world.advance(500);
    expect(begun().length).toBeLessThan(8);
    expect(world.counts().running).toBe(1);
    await world.advance(5_000);
    expect(begun()).toEqual(keys(job, 1, 20));
  });

  test("that can't be started pass their places on", async () => {
    await open();
    const job = await begin(30, { env: ["FAKE_FAILURE=stdout ENOENT /missing"] });
    await world.advance(1_000);
    expect(outcomes(job)).toEqual(Array(30).fill("launchFailed"));
    expect(begun()).toEqual(keys(job, 1, 30));
  });
});

describe("what was handed over is taken back", () => {
  test("when the array is cancelled: nothing of it begins any more", async () => {
    await open();
    const job = await begin(100);
    world.verbs.cancel({ id: job, indices: null }, 0);
    const before = begun();
    await world.advance(10_000);
    expect(begun()).toEqual(before);
    expect(waiting()).toEqual([]);
    expect(world.store.elements.of(job).length).toBe(4);
    expect(world.store.waiting.removedOf(job).map(({ indices }) => indices)).toEqual([[[5, 100]]]);
  });

  test("when it is cancelled while what has begun was not heard of: that is cancelled as what runs", async () => {
    await open();
    const job = await begin(100);
    await unheeded(100);
    world.verbs.cancel({ id: job, indices: null }, 0);
    await world.advance(10_000);
    expect(begun()).toEqual(keys(job, 1, 6));
    const rows = world.store.elements.of(job);
    expect(rows.map(({ outcome }) => outcome)).toEqual([...Array(4).fill("completed"), "cancelled", "cancelled"]);
    expect(world.store.waiting.removedOf(job).map(({ indices }) => indices)).toEqual([[[7, 100]]]);
    expect(world.store.elements.tally(job)).toMatchObject({ active: 0, ok: 4 });
  });

  test("when it is held, and goes on when it is released", async () => {
    await open();
    const job = await begin(40);
    world.verbs.hold({ id: job, indices: null }, 0, "user");
    await world.advance(1_000);
    expect(begun()).toEqual(keys(job, 1, 4));
    world.verbs.release({ id: job, indices: null }, 0, "user");
    await world.advance(10_000);
    expect(begun()).toEqual(keys(job, 1, 40));
    expect(new Set(world.store.elements.of(job).map(({ id }) => id)).size).toBe(40);
  });

  test("when one element of it is changed, which then has its own way", async () => {
    await open();
    const job = await begin(20);
    world.verbs.hold({ id: job, indices: [[7, 7]] }, 0, "user");
    await world.advance(10_000);
    expect(begun()).toEqual([...keys(job, 1, 6), ...keys(job, 8, 20)]);
    expect(waiting()).toEqual([[job, [[7, 7]]]]);
  });

  test("when its next element is held: the others go on", async () => {
    await open();
    const job = await begin(20);
    world.verbs.hold({ id: job, indices: [[5, 5]] }, 0, "user");
    await world.advance(10_000);
    expect(begun()).toEqual([...keys(job, 1, 4), ...keys(job, 6, 20)]);
    expect(waiting()).toEqual([[job, [[5, 5]]]]);
  });

  test("when a job comes that is ahead of it", async () => {
    await open();
    const job = await begin(100);
    const urgent = await world.verbs.submit(submissionOf({ env: short, priority: 10 }));
    await world.advance(100);
    await world.advance(100);
    expect(begun().indexOf(`${urgent.id}.-.0`)).toBeLessThan(8);
    await world.advance(10_000);
    expect(outcomes(job)).toEqual(Array(100).fill("completed"));
  });

  test("when room is found elsewhere: elements still begin in their order", async () => {
    await open({ cpus: 3 });
    await world.verbs.submit(submissionOf({ env: ["FAKE_SECONDS=0.35"] }));
    const job = await begin(60);
    await world.advance(10_000);
    expect(begun().slice(1)).toEqual(keys(job, 1, 60));
  });

  test("when the daemon goes: the next one starts it", async () => {
    await open();
    const job = await begin(60);
    await world.restart({ meanwhileMs: 1_000 });
    await world.advance(10_000);
    expect(begun()).toEqual(keys(job, 1, 60));
    expect(outcomes(job)).toEqual(Array(60).fill("completed"));
  });

  test("when the backend is lost: the next one gets it", async () => {
    await open();
    const job = await begin(60);
    world.backend.crash();
    await world.advance(200_000);
    const last = new Map(world.store.elements.of(job).map((row) => [row.index, row.outcome]));
    expect([...last.values()]).toEqual(Array(60).fill("completed"));
    expect(new Set(begun()).size).toBe(begun().length);
  });
});

test("what has begun is found by who asks, though nothing was heard of it", async () => {
  await open();
  const job = await begin(60);
  await unheeded(100);
  world.heed();
  expect(world.store.elements.of(job).map((row) => `${launchKey(row)} ${row.state} ${row.cpuList}`)).toEqual([
    ...keys(job, 1, 4).map((key, at) => `${key} ended ${at % 2}`),
    `${job}.5.0 running 0`,
    `${job}.6.0 running 1`,
  ]);
  world.backend.muffle();
  await unheeded(100);
  world.heed();
  const unheard = world.store.elements.of(job).slice(4);
  expect(unheard.map((row) => `${launchKey(row)} ${row.cpuList}`)).toEqual(
    [5, 6, 7, 8].map((index) => `${job}.${index}.0 ${(index + 1) % 2}`),
  );
  world.backend.hangUp();
  await world.advance(10_000);
  expect(begun()).toEqual(keys(job, 1, 60));
  expect(outcomes(job)).toEqual(Array(60).fill("completed"));
});

test("what is handed over once more while its files were being made is given once", async () => {
  await open();
  await begin(10);
  const [element] = world.store.elements.of(1);
  if (!element) throw new Error("nothing began");
  const ahead = createAhead();
  const handed = { key: "1.9.0", element, stage: "making" } as const;
  ahead.add(handed);
  ahead.drop(new Set([handed.key]));
  const again = { ...handed };
  ahead.add(again);
  expect([ahead.advance(handed, "sent"), ahead.advance(again, "sent")]).toEqual([false, true]);
  expect(ahead.next(1)?.stage).toBe("sent");
});

test("what began while nobody listened is found: a row, no second start", async () => {
  await open();
  const job = await begin(60);
  world.backend.muffle();
  await unheeded(100);
  expect(begun()).toEqual(keys(job, 1, 6));
  world.backend.hangUp();
  await world.settle();
  expect(world.store.elements.of(job).map((row) => `${launchKey(row)} ${row.state}`)).toEqual([
    ...keys(job, 1, 4).map((key) => `${key} ended`),
    ...keys(job, 5, 6).map((key) => `${key} running`),
  ]);
  await world.advance(10_000);
  expect(begun()).toEqual(keys(job, 1, 60));
  expect(outcomes(job)).toEqual(Array(60).fill("completed"));
  expect(world.store.elements.of(job).map(({ cpuList }) => cpuList)).toEqual(
    world.backend.launches.map(({ affinity }) => affinity),
  );
});

test("a turn that the disk refuses is made up for", async () => {
  await open();
  const job = await begin(60);
  const { relaxed } = world.store.commit;
  let refused = 0;
  Object.assign(world.store.commit, {
    relaxed<T>(work: () => T): T {
      return relaxed(() => {
        const result = work();
        if (refused++ < 2) throw new UnreachableError("the disk is full");
        return result;
      });
    },
  });
  await world.advance(30_000);
  expect(begun()).toEqual(keys(job, 1, 60));
  expect(outcomes(job)).toEqual(Array(60).fill("completed"));
});
