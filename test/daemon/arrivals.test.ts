import { expect, test } from "vitest";
import { createArrivals } from "../../src/daemon/arrivals.ts";

test("a job takes its place behind the answer to its caller, and before the next event", async () => {
  const seen: string[] = [];
  const arrivals = createArrivals(
    (job) => seen.push(`placed ${job}`),
    () => expect.unreachable(),
  );
  const next = new Promise<void>((resolve) => setImmediate(() => resolve(void seen.push("next event"))));
  const answer = async (): Promise<void> => {
    await null;
    await null;
    seen.push("answered");
  };
  const answered = Promise.resolve().then(() => {
    arrivals.add(1);
    arrivals.add(2);
    return answer();
  });
  await Promise.all([answered, next]);
  expect(seen).toEqual(["answered", "placed 1", "placed 2", "next event"]);
});

test("who looks finds every job in its place, each once", async () => {
  const placed: number[] = [];
  const arrivals = createArrivals(
    (job) => placed.push(job),
    () => expect.unreachable(),
  );
  arrivals.add(1);
  arrivals.settle();
  expect(placed).toEqual([1]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(placed).toEqual([1]);
});

test("a job that could not be read takes its place later, and keeps no other from its own", () => {
  let broken = true;
  const placed: number[] = [];
  const retries: (() => void)[] = [];
  const arrivals = createArrivals(
    (job) => {
      if (job === 1 && broken) throw new Error("no room");
      placed.push(job);
    },
    (_job, _error, retry) => retries.push(retry),
  );
  arrivals.add(1);
  arrivals.add(2);
  arrivals.settle();
  expect(placed).toEqual([2]);
  broken = false;
  for (const retry of retries) retry();
  expect(placed).toEqual([2, 1]);
});
