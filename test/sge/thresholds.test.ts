import { afterEach, beforeEach, expect, test } from "vitest";
import { idleMachine } from "../../src/model/machine-use.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { sgeWorld, users } from "./world.ts";

let world: TestWorld;
let load = 0;
beforeEach(async () => {
  load = 0;
  const machineUse = () => ({ ...idleMachine, load: [load, load, load] as const, memoryFree: 3 * 2 ** 30 });
  world = await makeWorld({ ...sgeWorld(), machineUse });
});
afterEach(() => world.close());

const root = { user: users.find(({ uid }) => uid === 0) ?? users[0] } as { user: (typeof users)[number] };
const long = { env: { FAKE_SECONDS: "600" } };
const qsub = (name: string) => world.run("qsub", ["-q", "long.q", "-V", "-N", name, "-b", "y", "sleep", "600"], long);
const states = async () =>
  (await world.run("qstat")).out
    .split("\n")
    .slice(2, -1)
    .map((line) => line.slice(40, 45).trim());
const set = (attribute: string, value: string) =>
  world.run("qconf", ["-rattr", "queue", attribute, value, "long.q"], root);

test("a queue beyond its load thresholds takes no more jobs until the load is less, and says so", async () => {
  await qsub("before");
  await set("load_thresholds", "np_load_avg=0.5,mem_free=1G");
  load = 4;
  await qsub("after");
  expect(await states()).toEqual(["r", "qw"]);
  expect((await world.run("qstat", ["-f", "-explain", "a", "-q", "long.q"])).out).toMatch(
    /^long\.q@vm .* a\n\talarm hl:np_load_avg=0\.500000 load-threshold=0\.5\n {6}1 /m,
  );
  expect((await world.run("qstat", ["-explain", "a", "-xml", "-q", "long.q"])).out).toContain(
    "<load-alarm-reason>\talarm hl:np_load_avg=0.500000 load-threshold=0.5</load-alarm-reason>",
  );
  expect((await world.run("qstat", ["-j", "2"])).out).toContain(
    'queue instance "long.q@vm" dropped because it is overloaded: np_load_avg=0.500000 (no load adjustment) >= 0.5\n',
  );
  expect((await world.run("qselect", ["-qs", "a"])).out).toBe("long.q@vm\n");
  expect(world.idle()).toBe(false);
  load = 3;
  await world.advance(5_000);
  expect(await states()).toEqual(["r", "r"]);
});

test("free memory is a threshold from below", async () => {
  await set("load_thresholds", "mem_free=4G");
  await qsub("memory");
  expect(await states()).toEqual(["qw"]);
  expect((await world.run("qstat", ["-f", "-explain", "a", "-q", "long.q"])).out).toContain(
    "\talarm hl:mem_free=3.000G load-threshold=4G\n",
  );
});

test("beyond its suspend thresholds jobs are stopped, so many at a time, and go on when the load is less", async () => {
  await set("suspend_thresholds", "load_avg=2");
  await set("suspend_interval", "00:00:30");
  for (const name of ["first", "second", "third"]) await qsub(name);
  load = 2;
  await world.advance(5_000);
  expect(await states()).toEqual(["r", "r", "T"]);
  await world.advance(20_000);
  expect(await states()).toEqual(["r", "r", "T"]);
  await world.advance(10_000);
  expect(await states()).toEqual(["r", "T", "T"]);
  expect((await world.run("qstat", ["-f", "-explain", "A", "-q", "long.q"])).out).toContain(
    " A\n\talarm hl:load_avg=2.000000 suspend-threshold=2\n",
  );
  load = 1;
  await world.advance(30_000);
  expect(await states()).toEqual(["r", "r", "s"]);
  await set("suspend_thresholds", "NONE");
  await world.advance(5_000);
  expect(await states()).toEqual(["r", "r", "r"]);
});

test("what a user stopped stays stopped", async () => {
  await set("suspend_thresholds", "load_avg=2");
  await qsub("own");
  await world.run("qmod", ["-sj", "1"]);
  load = 2;
  await world.advance(10_000);
  load = 0;
  await world.advance(300_000);
  expect(await states()).toEqual(["s"]);
});

test.each([
  ["nosuch=1", 'Complex attribute "nosuch" does not exist'],
  ["num_proc=1", '"num_proc" is not measured here and can\'t be a threshold'],
  ["load_avg=x", 'attribute "load_avg" is not a double value'],
])("%s is no threshold", async (value, why) => {
  const { err, code } = await set("load_thresholds", value);
  expect([err, code]).toEqual([`${why}\n`, 1]);
});
