/** Owns proofs about what a target is told once: changes of its jobs and signals, kept until it was told, whatever happens here. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptySpec } from "../../src/model/spec.ts";
import { type AwayWorld, openAway } from "../support/away-world.ts";
import { ada } from "../support/plain-dialect.ts";

let away: AwayWorld;
beforeEach(async () => {
  away = await openAway();
});
afterEach(() => away.world.close());

const minute = 60_000;

const orders = () => away.lab.said.filter((line) => !line.startsWith("sbatch"));

async function update(...words: readonly string[]): Promise<{ readonly err: string; readonly code: number }> {
  const { err, code } = await away.world.run("scontrol", ["update", ...words], { user: ada });
  return { err, code };
}

const nameOf = (id: number) => away.world.verbs.job(id)?.name;

describe("a change of a job that a target has", () => {
  test("is the target's to make, and shown here once it did", async () => {
    await away.send();
    expect(await update("jobid=1", "timelimit=10", "name=other", "nice=5")).toEqual({ err: "", code: 0 });
    expect(orders()).toEqual(["scontrol update JobId=100 JobName=other TimeLimit=00:10:00 Nice=5"]);
    expect(nameOf(1)).toBe("other");
    expect(away.world.verbs.job(1)?.need.wallTime).toBe(600_000);
  });

  test("of some of its elements is told of these", async () => {
    await away.send({
      indices: [[1, 4]],
      elementIds: true,
      spec: { ...emptySpec(), array: [{ first: 1, last: 4, step: 1 }] },
    });
    expect(await update("jobid=1_2", "timelimit=3")).toEqual({ err: "", code: 0 });
    expect(await update("jobid=1", "arraytaskthrottle=2")).toEqual({ err: "", code: 0 });
    expect(orders()).toEqual([
      "scontrol update JobId=100_[2] TimeLimit=00:03:00",
      // What was changed alone is changed alone again.
      "scontrol update JobId=100 ArrayTaskThrottle=2",
      "scontrol update JobId=100_[2] ArrayTaskThrottle=2",
    ]);
  });

  test("that it refuses is refused here in its words, and changes nothing", async () => {
    await away.send();
    away.lab.refusal = "slurm_update error: Requested time limit is invalid (missing or exceeds some limit)\n";
    const { err, code } = await update("jobid=1", "name=other");
    expect(code).toBe(1);
    expect(err).toContain("lab did not change job 1: slurm_update error: Requested time limit is invalid");
    expect(nameOf(1)).toBe("job");
    expect(away.world.verbs.history(1).some(({ why }) => why.includes("Requested time limit"))).toBe(true);
  });

  test("that it can't be told is refused at once", async () => {
    await away.send();
    const { err, code } = await update("jobid=1", "dependency=afterok:9");
    expect(code).not.toBe(0);
    expect(err).toContain("job 1 is at lab as 100, which can't be told");
    expect(orders()).toEqual([]);
  });

  test("waits for a target that is silent, through a restart, and is made once", async () => {
    await away.send();
    away.lab.away = true;
    await away.world.advance(10 * minute);
    const { err, code } = await update("jobid=1", "name=other");
    expect([err, code]).toEqual(["lab gives no answer (Connection refused): job 1 is changed when it does\n", 0]);
    expect(nameOf(1)).toBe("job");
    await away.world.restart();
    away.lab.away = false;
    await away.world.advance(5 * minute);
    expect(orders()).toEqual(["scontrol update JobId=100 JobName=other"]);
    expect(nameOf(1)).toBe("other");
  });

  test("is made here while it was not sent yet", async () => {
    await away.send({ beginAt: away.world.clock.now() + 10 * minute });
    expect(await update("jobid=1", "name=other")).toEqual({ err: "", code: 0 });
    await away.world.advance(11 * minute);
    expect(away.lab.said[0]).toContain("--job-name=other");
    expect(orders()).toEqual([]);
  });
});

describe("a signal", () => {
  test("for a target that is silent is kept through a restart, and given once", async () => {
    await away.send();
    away.lab.set(100, "RUNNING");
    await away.world.advance(minute);
    away.lab.away = true;
    expect(await away.world.run("scancel", ["-s", "USR1", "1"], { user: ada })).toMatchObject({ code: 0, err: "" });
    await away.world.advance(10 * minute);
    await away.world.restart();
    away.lab.away = false;
    await away.world.advance(10 * minute);
    expect(orders()).toEqual(["scancel --signal=10 100"]);
  });

  test("for what ended meanwhile is for nobody", async () => {
    await away.send();
    away.lab.set(100, "RUNNING");
    await away.world.advance(minute);
    away.lab.away = true;
    await away.world.run("scancel", ["-s", "USR1", "1"], { user: ada });
    away.lab.set(100, "COMPLETED");
    away.lab.away = false;
    await away.world.advance(10 * minute);
    expect(away.lines()).toEqual(["1_null completed"]);
    expect(away.world.store.forwarded.untold("lab")).toEqual([]);
  });
});

test("a requeue that the target refuses leaves the job running, and says why", async () => {
  await away.send();
  away.lab.set(100, "RUNNING");
  await away.world.advance(minute);
  away.lab.refusal = "Requested operation is presently disabled for job 100\n";
  await away.world.run("scontrol", ["requeue", "1"], { user: ada });
  await away.world.advance(10 * minute);
  expect(away.lines()).toEqual(["1_null running"]);
  expect(orders()).toEqual(["scontrol requeue 100"]);
  expect(away.world.verbs.history(1).at(-1)?.why).toContain("lab can't requeue it: Requested operation");
});

test("one order that is not answered keeps no others from having been given", async () => {
  await away.send();
  await away.send();
  for (const native of [100, 101]) away.lab.set(native, "RUNNING");
  await away.world.advance(minute);
  away.lab.refusal = "scontrol: error: Socket timed out on send/recv operation\n";
  await update("jobid=1", "name=one");
  await away.world.run("scancel", ["2"], { user: ada });
  await away.world.advance(minute);
  away.lab.refusal = null;
  await away.world.advance(5 * minute);
  expect(nameOf(1)).toBe("one");
  expect(orders().filter((line) => line === "scancel 101")).toHaveLength(1);
});
