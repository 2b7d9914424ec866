/** Owns proofs about a line that breaks at each of its moments: every job is there once, and ends here as it ended there. */

import { afterEach, expect, test } from "vitest";
import { emptySpec } from "../../src/model/spec.ts";
import { type AwayWorld, openAway } from "../support/away-world.ts";
import type { Fault } from "../support/fake-slurm.ts";
import { ada } from "../support/plain-dialect.ts";

let away: AwayWorld;
afterEach(() => away.world.close());

const minute = 60_000;

/** Two jobs and an array; one is held, released and changed, one cancelled while it runs, one element fails. */
async function play(): Promise<void> {
  const { world, lab, send } = away;
  const run = (name: string, ...args: readonly string[]) => world.run(name, args, { user: ada });
  await send({ name: "one" });
  await send({ name: "two" });
  await send({ name: "many", indices: [[1, 3]], spec: { ...emptySpec(), array: [{ first: 1, last: 3, step: 1 }] } });
  await world.advance(minute);
  await run("scontrol", "hold", "1");
  await world.advance(minute);
  await run("scontrol", "release", "1");
  const update = run("scontrol", "update", "jobid=1", "name=other");
  await world.advance(minute);
  await update;
  const native = (id: number) => Number(world.verbs.whereabouts(id)?.native);
  lab.set(native(2), "RUNNING");
  await world.advance(2 * minute);
  await run("scancel", "2");
  await world.advance(2 * minute);
  lab.set(native(1), "COMPLETED");
  for (const index of [1, 2]) lab.set(native(3), "COMPLETED", { index });
  lab.set(native(3), "FAILED", { index: 3, exit: 7 << 8 });
  await world.advance(10 * minute);
}

const asItShouldBe = ["1_null completed", "2_null cancelled", "3_1 completed", "3_2 completed", "3_3 failed"];

/** By kind, so many conversations from the first on; only submissions can be halfway. */
const moments = { refused: 12, deaf: 12, halfway: 4 } as const;
const kinds = ["refused", "deaf", "halfway"] as const;
const rounds = kinds.flatMap((kind) => Array.from({ length: moments[kind] }, (_, at) => [kind, at] as const));

test.each(rounds)("%s at conversation %i", async (kind, at) => {
  away = await openAway();
  away.lab.faults = [...Array.from({ length: at }, (): Fault => null), kind];
  await play();
  expect(away.lines()).toEqual(asItShouldBe);
  expect([...away.lab.jobs.keys()]).toEqual([100, 101, 102]);
  expect(away.world.verbs.job(1)?.name).toBe("other");
  expect(away.world.idle()).toBe(true);
});

test("a line of which every fourth conversation breaks", async () => {
  away = await openAway();
  away.lab.faults = Array.from(
    { length: 200 },
    (_, at): Fault => (at % 8 === 2 ? "deaf" : at % 8 === 6 ? "refused" : null),
  );
  await play();
  await away.world.advance(60 * minute);
  expect(away.lines()).toEqual(asItShouldBe);
  expect([...away.lab.jobs.keys()]).toEqual([100, 101, 102]);
});

test("a controller that answers nothing, and a daemon that is started anew meanwhile", async () => {
  away = await openAway();
  const { world, lab, send } = away;
  await send();
  lab.set(100, "RUNNING");
  await world.advance(minute);
  lab.busy = true;
  await world.restart({ meanwhileMs: 10 * minute });
  expect(away.lines()).toEqual(["1_null running"]);
  await world.advance(5 * minute);
  expect(world.verbs.whereabouts(1)).toMatchObject({
    silentSince: expect.any(Number),
    why: expect.stringContaining("timed out"),
  });
  lab.set(100, "COMPLETED");
  lab.purge(100);
  lab.busy = false;
  await world.advance(5 * minute);
  expect(away.lines()).toEqual(["1_null completed"]);
});

test("asks once for all of its jobs, and not more often when there are more", async () => {
  const looks = async (jobs: number): Promise<number> => {
    away = await openAway();
    for (let job = 0; job < jobs; job++) await away.send();
    const before = away.lab.count();
    await away.world.advance(30 * minute);
    const asked = away.lab.count() - before;
    if (jobs < 40) await away.world.close();
    return asked;
  };
  const few = await looks(2);
  expect(await looks(40)).toBeLessThanOrEqual(few + 2);
});
