/** Owns proofs about jobs that go to a target: sent once whatever breaks, followed to their end, never declared dead in silence. */

import { afterEach, describe, expect, test } from "vitest";
import type { Dependency } from "../../src/model/dependency.ts";
import type { Job } from "../../src/model/job.ts";
import { emptySpec } from "../../src/model/spec.ts";
import { type AwayWorld, openAway, said } from "../support/away-world.ts";
import type { TestWorld } from "../support/cluster.ts";
import type { FakeSlurm } from "../support/fake-slurm.ts";
import { submissionOf } from "../support/plain-dialect.ts";

let world: TestWorld;
let lab: FakeSlurm;
let other: FakeSlurm;
let send: AwayWorld["send"];
let lines: AwayWorld["lines"];
afterEach(() => world.close());

async function open(): Promise<void> {
  ({ world, lab, other, send, lines } = await openAway());
}

const minute = 60_000;
const waitingFor = (job: Job, kind: "ok" | "end"): Dependency => ({
  need: "all",
  conditions: [{ kind, job: job.id, name: null, index: null, delay: 0 }],
});

describe("a job that is handed to a target", () => {
  test("is sent, shown as it stands there, and ends as it ended there, with times and usage", async () => {
    await open();
    const { id } = await send();
    expect(lines()).toEqual(["1null priority"]);
    expect(world.verbs.whereabouts(id)).toMatchObject({
      target: "lab",
      native: "100",
      stage: "sent",
      silentSince: null,
    });
    lab.set(100, "RUNNING");
    await world.advance(minute);
    expect(lines()).toEqual(["1_null running"]);
    const startedAt = world.clock.now() - minute;
    lab.set(100, "FAILED", { exit: 3 << 8 });
    await world.advance(minute);
    const [listed] = world.verbs.select({ endedSince: 0 });
    expect(listed).toMatchObject({
      element: { state: "ended", outcome: "failed", code: 3, signal: null, node: "n1", startedAt, userMicros: 1.5e6 },
    });
    expect(world.idle()).toBe(true);
  });

  test("holds nothing of this machine, and this machine starts nothing of it", async () => {
    await open();
    await send();
    const here = await world.verbs.submit(
      submissionOf({ env: ["FAKE_SECONDS=60"], need: { cpus: 4, memory: 0, gpus: 0, nodes: 1, wallTime: 1e6 } }),
    );
    lab.set(100, "RUNNING");
    await world.settle();
    expect(world.verbs.select({ ids: [{ id: here.id, indices: null }] }).map(said)).toEqual(["2_null running"]);
    expect(world.backend.running.has("1.-.0")).toBe(false);
  });

  test("of which there are many at a time costs one question a look", async () => {
    await open();
    for (let job = 0; job < 30; job++) await world.verbs.submit(submissionOf({ target: "lab" }));
    await world.settle();
    const before = lab.count();
    await world.advance(10 * minute);
    expect(lab.jobs.size).toBe(30);
    // Twice a minute when nothing moves, a few more at first.
    expect(lab.count() - before).toBeLessThan(35);
  });

  test("is refused there: it ends, and says why", async () => {
    await open();
    await send({ spec: { ...emptySpec(), queues: ["nowhere"] } });
    expect(lines()).toEqual(["1_null launchFailed"]);
    const refusal = world.verbs.history(1).find(({ what }) => what === "refused");
    expect(refusal?.why).toContain("Invalid partition name");
    expect(world.idle()).toBe(true);
  });

  test("waits here while the target takes no more, is told as such, and is sent once when there is room", async () => {
    await open();
    lab.full = true;
    await send();
    await world.advance(10 * minute);
    expect(lines()).toEqual(["1null notTaken"]);
    expect(world.verbs.whereabouts(1)).toMatchObject({
      silentSince: null,
      why: expect.stringContaining("QOSMaxSubmitJobPerUserLimit"),
    });
    lab.full = false;
    await world.advance(2 * minute);
    expect(lines()).toEqual(["1null priority"]);
    expect(lab.jobs.size).toBe(1);
  });

  test("is an array: its elements are rows of their own, each as it stands", async () => {
    await open();
    await send({ indices: [[1, 3]], spec: { ...emptySpec(), array: [{ first: 1, last: 3, step: 1 }] } });
    lab.set(100, "RUNNING", { index: 1 });
    lab.set(100, "COMPLETED", { index: 2 });
    await world.advance(minute);
    expect(lines()).toEqual(["1[[3,3]] priority", "1_1 running", "1_2 completed"]);
    world.verbs.cancel({ id: 1, indices: [[1, 1]] }, 1000);
    world.verbs.cancel({ id: 1, indices: [[3, 3]] }, 1000);
    await world.settle();
    await world.advance(minute);
    expect(lab.said.slice(1)).toEqual(["scancel 100_[1,3]"]);
    expect(lines()).toEqual(["1[[3,3]] cancelled", "1_1 cancelled", "1_2 completed"]);
  });

  test("is held and released there when it is here", async () => {
    await open();
    await send();
    world.verbs.hold({ id: 1, indices: null }, 1000, "user");
    await world.settle();
    await world.advance(minute);
    expect(lines()).toEqual(["1null heldByUser"]);
    world.verbs.release({ id: 1, indices: null }, 1000, "user");
    await world.settle();
    expect(lab.said.slice(1)).toEqual(["scontrol hold 100", "scontrol release 100"]);
  });

  test("that had begun before it was cancelled as one that waits is a run that ended", async () => {
    await open();
    await send();
    lab.set(100, "COMPLETED");
    world.verbs.cancel({ id: 1, indices: null }, 1000);
    await world.settle();
    await world.advance(minute);
    expect(lines()).toEqual(["1_null completed"]);
  });

  test("goes on while the daemon is away", async () => {
    await open();
    await send();
    lab.set(100, "RUNNING");
    await world.restart({ meanwhileMs: 10 * minute });
    expect(lines()).toEqual(["1_null running"]);
    lab.set(100, "COMPLETED");
    lab.purge(100);
    await world.restart({ meanwhileMs: 10 * minute });
    expect(lines()).toEqual(["1_null completed"]);
  });
});

describe("waiting for others", () => {
  test("of the same target is left to the target, by its numbers", async () => {
    await open();
    const first = await send();
    await send({ dependency: waitingFor(first, "ok"), spec: { ...emptySpec(), dependency: waitingFor(first, "ok") } });
    expect(lab.said[1]).toContain("--dependency=afterok:100");
  });

  test("of another target, or of this machine, is done here", async () => {
    await open();
    const first = await send({ target: "other" });
    await send({ dependency: waitingFor(first, "ok") });
    expect(lines()).toEqual(["1null priority", "2null dependency"]);
    await world.advance(minute);
    expect(lab.jobs.size).toBe(0);
    other.set(100, "COMPLETED");
    await world.advance(minute);
    expect(lab.said).toHaveLength(1);
    expect(lab.said[0]).not.toContain("--dependency");
  });

  test("until a time is done here", async () => {
    await open();
    await send({ beginAt: world.clock.now() + 5 * minute });
    await world.advance(4 * minute);
    expect(lab.jobs.size).toBe(0);
    await world.advance(2 * minute);
    expect(lab.jobs.size).toBe(1);
  });
});

describe("a submission whose answer never came", () => {
  test.each([
    ["the connection was refused at first", ["refused"], false],
    ["the answer was lost", ["deaf"], false],
    ["the answer was lost, many times", ["deaf", "deaf", "refused", "deaf"], false],
    ["the answer was lost, and the receipt with it", ["deaf"], true],
    ["the command did not hear from its controller, which took the job", ["timedOut"], false],
    ["it got no further than its receipt", ["halfway"], false],
  ] as const)("is made once: %s", async (_, faults, loses) => {
    await open();
    lab.faults = [...faults];
    await send();
    if (loses) lab.lose();
    await world.advance(10 * minute);
    expect([...lab.jobs.keys()]).toEqual([100]);
    expect(world.verbs.whereabouts(1)).toMatchObject({ native: "100", stage: "sent" });
  });

  test("is found and cancelled, if it was cancelled meanwhile", async () => {
    await open();
    lab.faults = ["deaf"];
    await send();
    world.verbs.cancel({ id: 1, indices: null }, 1000);
    await world.advance(10 * minute);
    expect(lab.said.at(-1)).toBe("scancel 100");
    expect(lines()).toEqual(["1null cancelled"]);
    expect(world.idle()).toBe(true);
  });

  test("is not made at all, if it was cancelled before it was sent", async () => {
    await open();
    lab.away = true;
    await send();
    world.verbs.cancel({ id: 1, indices: null }, 1000);
    lab.away = false;
    await world.advance(10 * minute);
    expect(lab.jobs.size).toBe(0);
    expect(world.idle()).toBe(true);
  });
});

describe("a target that is silent", () => {
  test.each(["away", "busy"] as const)("declares nothing dead: %s", async (trouble) => {
    await open();
    await send();
    await send();
    lab.set(100, "RUNNING");
    await world.advance(minute);
    lab[trouble] = true;
    const before = lab.count();
    await world.advance(24 * 60 * minute);
    expect(lines()).toEqual(["1_null running", "2null targetSilent"]);
    expect(world.verbs.whereabouts(1)).toMatchObject({ silentSince: expect.any(Number), why: expect.any(String) });
    // Ever less often: not even once a minute in a day.
    expect(lab.count() - before).toBeLessThan(24 * 60);
    lab.set(100, "COMPLETED");
    lab[trouble] = false;
    await world.advance(3 * minute);
    expect(lines()).toEqual(["1_null completed", "2null priority"]);
  });

  test("is told what was wanted meanwhile, when it answers again", async () => {
    await open();
    await send();
    lab.set(100, "RUNNING");
    await world.advance(minute);
    lab.away = true;
    world.verbs.cancel({ id: 1, indices: null }, 1000);
    await world.advance(10 * minute);
    expect(lines()).toEqual(["1_null ending"]);
    await world.restart();
    lab.away = false;
    await world.advance(10 * minute);
    expect(lines()).toEqual(["1_null cancelled"]);
  });

  test("and has no accounts: what its queue says must do", async () => {
    await open();
    lab.unaccounted = true;
    await send();
    lab.set(100, "COMPLETED");
    await world.advance(minute);
    expect(lines()).toEqual(["1_null completed"]);
  });

  test("no more, but knows nothing of a job: only after a while that is the end, and it says what is not known", async () => {
    await open();
    lab.unaccounted = true;
    await send();
    lab.set(100, "RUNNING");
    await world.advance(minute);
    lab.purge(100);
    await world.advance(50_000);
    expect(lines()).toEqual(["1_null running"]);
    await world.advance(5 * minute);
    expect(lines()).toEqual(["1_null failed"]);
    const [listed] = world.verbs.select({ endedSince: 0 });
    expect(listed).toMatchObject({ element: { code: null, remark: expect.stringContaining("not known") } });
  });
});
