import { afterEach, expect, test } from "vitest";
import { traceCommand } from "../../src/daemon/trace-command.ts";
import { readTrace } from "../../src/simulation/trace.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { submissionOf } from "../support/plain-dialect.ts";

let world: TestWorld;
afterEach(() => world.close());

test("what ran here is told as a trace, from any place on", async () => {
  world = await makeWorld({ cpus: 2 });
  await world.verbs.submit(submissionOf({ indices: [[1, 3]], env: ["FAKE_SECONDS=10"] }));
  await world.settle();
  await world.advance(20_000);
  const first = world.store.overview.ended({ job: 0, index: -1 }, 2);
  expect(first.map(({ job, index }) => [job, index])).toEqual([
    [1, 1],
    [1, 2],
  ]);
  expect(world.store.overview.ended({ job: 1, index: 2 }, 2)).toMatchObject([{ job: 1, index: 3 }]);
  const { run } = traceCommand(world.store);
  const reply = await run({ args: [], verbs: world.verbs } as unknown as Parameters<typeof run>[0]);
  const trace = readTrace(("out" in reply && typeof reply.out === "string" && reply.out) || "", "told");
  expect(trace).toMatchObject({ nodes: 1, cpus: 2, withoutRun: 0 });
  expect(trace.jobs.map(({ runTime, cpus }) => [runTime, cpus])).toEqual([
    [10, 1],
    [10, 1],
    [10, 1],
  ]);
});
