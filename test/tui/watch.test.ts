/** What the monitor asks of the daemon: a job in short, a look at it, and submitting it again, in virtual time. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { commands, dialects } from "../../src/commands/index.ts";
import { masked } from "../../src/commands/look.ts";
import type { Look, QueueEvent } from "../../src/model/watch.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";

let world: TestWorld;
beforeEach(async () => {
  world = await makeWorld({ commands, dialects });
});
afterEach(() => world.close());

const lasting = { env: { FAKE_SECONDS: "300" } };

const events = (out: string): QueueEvent[] =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test("watch-queue tells a snapshot with reasons, then only what changes", async () => {
  await world.run("sbatch", ["-n", "4", "--wrap", "true"], lasting);
  await world.run("sbatch", ["-a", "1-100", "-n", "4", "--wrap", "true"], lasting);
  let stop: (signal: number) => void = () => undefined;
  const interrupted = new Promise<number>((resolve) => {
    stop = resolve;
  });
  const watching = world.run("watch-queue", [], { interrupted });
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  await world.run("scontrol", ["hold", "2"]);
  await world.advance(3_000);
  stop(1);
  await world.advance(1_000);
  const told = events((await watching).out);
  const whole = told.findIndex(({ kind }) => kind === "whole");
  const first = told.find((event) => event.kind === "jobs");
  expect(
    first?.kind === "jobs" && first.jobs.map(({ head, tally }) => [head.id, tally.running, tally.waiting]),
  ).toEqual([
    [1, 1, 0],
    [2, 0, 100],
  ]);
  expect(told.slice(0, whole)).toContainEqual({ kind: "reasons", reasons: [[2, "resources"]] });
  const later = told.slice(whole + 1);
  expect(later.flatMap((event) => (event.kind === "jobs" ? event.jobs.map(({ head }) => head.id) : []))).toEqual([2]);
  expect(later).toContainEqual({ kind: "reasons", reasons: [[2, "heldByUser"]] });
});

test("watch-queue tells of what was forgotten", async () => {
  await world.run("sbatch", ["-o", "/dev/null", "--wrap", "true"]);
  await world.advance(60_000);
  let stop: (signal: number) => void = () => undefined;
  const interrupted = new Promise<number>((resolve) => {
    stop = resolve;
  });
  const watching = world.run("watch-queue", [], { interrupted });
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  await world.verbs.purge({ before: world.clock.now() + 1, dryRun: false });
  await world.advance(3_000);
  stop(1);
  await world.advance(1_000);
  const told = events((await watching).out);
  expect(told.at(-1)).toEqual({ kind: "jobs", jobs: [], gone: [1] });
});

test("a look has a page of parts: what waits as ranges, then elements", async () => {
  await world.run("sbatch", ["-a", "1-100", "--wrap", "true"], lasting);
  const { out } = await world.run("look", [JSON.stringify({ job: 1, from: 1, count: 2, files: { index: 3 } })]);
  const look: Look = JSON.parse(out);
  expect(look.total).toBe(5);
  expect(look.parts.map((part) => part.kind === "element" && part.index)).toEqual([1, 2]);
  expect(look.stdout).toBe(`${world.work}/slurm-1_3.out`);
});

test("a job that ended is submitted again, whole or one element", async () => {
  await world.run("sbatch", ["-a", "1-3", "--wrap", "true"], lasting);
  await world.advance(600_000);
  expect((await world.run("resubmit", ["1", "1_2"])).out).toMatch(/^job 1 .* job \d+\njob 1_2 .* job \d+\n$/);
  expect((await world.run("resubmit", ["99"])).err).toBe("headnode: there is no job 99 here\n");
});

test.each([
  ["API_TOKEN=abc", "API_TOKEN=••••••"],
  ["PGPASSWORD=x", "PGPASSWORD=••••••"],
  ["DATABASE=postgres://ada:s3cret@host/db", "DATABASE=postgres://ada:••••••@host/db"],
  ["PWD=/home/ada", "PWD=/home/ada"],
  ["HOME=/home/ada", "HOME=/home/ada"],
])("%s is shown as %s", (entry, shown) => expect(masked(entry)).toBe(shown));
