/** Tables of scontrol and sinfo as wholes, host lists, and what of a job's time limit follows when it is changed or stands still. */

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { slurmCommands } from "../../src/commands/slurm/index.ts";
import { actions } from "../../src/commands/slurm/scontrol.ts";
import { shown } from "../../src/commands/slurm/scontrol-show.ts";
import { controlCommands, controlEntities, findKeyword } from "../../src/dialects/slurm/control-keywords.ts";
import { slurmDialect } from "../../src/dialects/slurm/dialect.ts";
import { expandHosts, foldHosts, sortHosts } from "../../src/dialects/slurm/hostlists.ts";
import { jobKeys } from "../../src/dialects/slurm/job-details.ts";
import { sinfoColumns } from "../../src/dialects/slurm/sinfo-columns.ts";
import { findUpdateKey, updateKeys } from "../../src/dialects/slurm/update-keys.ts";
import { makeWorld, type TestWorld } from "../support/cluster.ts";
import { ada, described } from "./described.ts";

const words = (rows: readonly { readonly word: string }[]) => rows.map(({ word }) => word);
const unique = (list: readonly string[]) => expect(new Set(list).size).toBe(list.length);

describe.each([
  ["commands", controlCommands, actions],
  ["things to show", controlEntities, shown],
] as const)("scontrol's %s", (_, rows, done) => {
  test("are told apart, have help, and are done or refused with a reason", () => {
    unique(words(rows));
    for (const { help, standing, word } of rows) {
      expect(help, word).not.toBe("");
      if (standing.kind !== "honoured") expect(standing.why, word).not.toBe("");
    }
    const honoured = rows.filter(({ standing }) => standing.kind === "honoured");
    expect([...words(honoured)].sort()).toEqual(Object.keys(done).sort());
  });
});

test.each([
  ["upd", "update"],
  ["RELEASE", "release"],
  ["requeue", "requeue"],
  ["requeuehol", "requeuehold"],
  ["p", undefined],
  ["showw", undefined],
])("the command %s means %s", (word, meant) => {
  expect(findKeyword(controlCommands, word)?.word).toBe(meant);
});

test("keys to update are told apart, whatever their case, and have help", () => {
  unique(updateKeys.flatMap(({ names }) => names.map((name) => name.toLowerCase())));
  for (const { help, names } of updateKeys) expect(help, names[0]).not.toBe("");
  expect(findUpdateKey("timel")?.names[0]).toBe("TimeLimit");
  expect(findUpdateKey("req")).toBeUndefined();
});

test("no key stands twice in a job's record", () => unique(jobKeys));

test("sinfo's letters and names are told apart, and every letter of the real one is there", () => {
  const letters = sinfoColumns.map(({ letter }) => letter).filter((letter) => letter !== "");
  unique(letters);
  unique(sinfoColumns.map(({ name }) => name.toLowerCase()));
  expect([...letters].sort().join("")).toBe("ABCDEFGHILMNOPRSTUVXYZabcdefghlmnoprstuvwz");
});

describe("host lists", () => {
  const host = fc.tuple(fc.constantFrom("n", "node", "x-"), fc.integer({ min: 0, max: 12 }), fc.boolean());
  const name = host.map(([prefix, number, padded]) => prefix + (padded ? String(number).padStart(2, "0") : number));

  test("are folded and expanded to the same names in the same order", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        expect(expandHosts(foldHosts(names))).toEqual(names);
      }),
    );
  });

  test("keep every name when they are sorted", () => {
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect([...sortHosts(names)].sort()).toEqual([...names].sort());
      }),
    );
  });
});

describe("a running job", () => {
  let world: TestWorld;
  const start = async (strict: boolean): Promise<void> => {
    world = await makeWorld({
      ...{ commands: slurmCommands, dialects: [slurmDialect], users: [ada] },
      description: { ...described, strict },
    });
    await world.run("sbatch", ["-t", "10", "--wrap", "x"], { env: { FAKE_SECONDS: "3600" } });
  };
  const said = async (name: string, ...args: string[]) => (await world.run(name, args)).out.trim();
  const state = () => said("squeue", "-h", "-t", "all", "-o", "%T");
  const minutes = (count: number) => world.advance(count * 60_000);

  beforeEach(() => start(false));
  afterEach(() => world.close());

  test("is ended by its new limit, earlier or later than by the old one", async () => {
    await said("scontrol", "update", "jobid=1", "timelimit=20");
    await minutes(19);
    expect(await state()).toBe("RUNNING");
    await minutes(1);
    await world.advance(1000);
    expect(await state()).toBe("TIMEOUT");
  });

  test("is ended at once by a limit that has passed", async () => {
    await minutes(5);
    await said("scontrol", "update", "jobid=1", "timelimit=4");
    await world.advance(1000);
    expect(await state()).toBe("TIMEOUT");
  });

  test("that is being ended is not given time by a new limit", async () => {
    await world.run("sbatch", ["-t", "10", "--wrap", "x"], { env: { FAKE_SECONDS: "3600", FAKE_TRAP: "15" } });
    await said("scancel", "2");
    await said("scontrol", "update", "jobid=2", "timelimit=60");
    await world.advance(6000);
    expect(await said("squeue", "-h", "-t", "all", "-j", "2", "-o", "%T")).toBe("CANCELLED");
  });

  test("does not spend its limit while it is suspended, by its owner where nobody else is the operator", async () => {
    await minutes(4);
    expect(await said("scontrol", "suspend", "1")).toBe("");
    await minutes(30);
    expect(await state()).toBe("SUSPENDED");
    await said("scontrol", "resume", "1");
    await minutes(5);
    expect(await state()).toBe("RUNNING");
    expect(await said("scontrol", "-o", "show", "job", "1")).toContain("RunTime=00:09:00 TimeLimit=00:10:00");
    await minutes(1);
    await world.advance(1000);
    expect(await state()).toBe("TIMEOUT");
  });

  test("hears what is said to it", async () => {
    await said("scontrol", "notify", "1", "hello", "job");
    expect(world.backend.notices).toEqual(["slurmstepd: error: hello job\n"]);
  });
});

test("on a cluster that nobody described there is one partition, without limits", async () => {
  const world = await makeWorld({ commands: slurmCommands, dialects: [slurmDialect], users: [ada] });
  const { out } = await world.run("sinfo", []);
  expect(out.split("\n").slice(1)).toEqual([expect.stringMatching(/^debug\* +up +infinite +1 +idle \S+$/), ""]);
  await world.run("sbatch", ["-p", "elsewhere", "-n2", "--wrap", "x"], { env: { FAKE_SECONDS: "9" } });
  expect((await world.run("sinfo", ["-h", "-o", "%t %C"])).out).toBe("mix 2/2/0/4\n");
  await world.close();
});
