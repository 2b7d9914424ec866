/** mpirun's words as Open MPI, MPICH and aprun spell them, and the ranks that come of them. */

import { expect, test } from "vitest";
import { readLaunchLine } from "../../src/dialects/mpi/launch-line.ts";
import { mpiOptions } from "../../src/dialects/mpi/options.ts";
import { ranksOf, slotsOf } from "../../src/dialects/mpi/ranks.ts";

const env = (variables: Readonly<Record<string, string>>) => (name: string) => variables[name];
const four = { SLURM_JOB_NUM_NODES: "2", SLURM_TASKS_PER_NODE: "2(x2)" };

const ranks = (words: string, variables: Readonly<Record<string, string>> = four) =>
  ranksOf(readLaunchLine(words.split(" "), env(variables)), slotsOf(env(variables)));

test.each([
  ["a.out", 4],
  ["-np 3 a.out", 3],
  ["-n 3 a.out", 3],
  ["--np 3 a.out", 3],
  ["-n=3 a.out", 3],
  ["-ppn 5 a.out", 10],
  ["--map-by ppr:3:node:PE=2 --bind-to core a.out", 6],
  ["-machinefile hosts -np 2 a.out -np 9", 2],
  ["--mca btl self,vader --oversubscribe -np 8 a.out", 8],
  ["-genv A 1 -genvall -n 2 -- a.out", 2],
  ["-n 1 a.out : -n 2 b.out", 3],
])("mpirun %s starts %i ranks", (words, count) => {
  expect(ranks(words)).toHaveLength(count);
});

test("ranks know where they are", () => {
  const at = (rank: number) => ranks("-np 4 a.out")[rank]?.environment;
  expect(at(3)).toEqual(
    expect.arrayContaining([
      "OMPI_COMM_WORLD_RANK=3",
      "OMPI_COMM_WORLD_SIZE=4",
      "OMPI_COMM_WORLD_LOCAL_RANK=1",
      "PMI_RANK=3",
    ]),
  );
  expect(at(2)).toContain("OMPI_COMM_WORLD_LOCAL_RANK=0");
});

test("variables are handed on by name or value", () => {
  const [rank] = ranks("-x A -x B=2 -x C -genv D 4 -n 1 a.out", { A: "1" });
  expect(rank?.environment.slice(-3)).toEqual(["A=1", "B=2", "D=4"]);
});

test.each([
  ["Grid Engine", { NSLOTS: "6", NHOSTS: "1" }, { slots: 6, nodes: 1 }],
  ["Slurm with -n", { SLURM_NTASKS: "5", SLURM_JOB_NUM_NODES: "2" }, { slots: 5, nodes: 2 }],
  ["Slurm without", { SLURM_TASKS_PER_NODE: "4(x2),1", SLURM_JOB_NUM_NODES: "3" }, { slots: 9, nodes: 3 }],
  ["nothing", {}, { slots: 1, nodes: 1 }],
])("slots are those of %s", (_, variables, slots) => {
  expect(slotsOf(env(variables as Record<string, string>))).toEqual(slots);
});

test.each([
  ["--frobnicate a.out", "unknown option --frobnicate"],
  ["-np many a.out", "-n many: expected a number from 1"],
  ["-np 2", "no program to run was given"],
  ["-np", "option -np needs 1 more"],
])("mpirun %s is refused", (words, why) => {
  expect(() => ranks(words)).toThrow(why);
});

test("every name is there once, and every row says what it is for", () => {
  const names = mpiOptions.flatMap((row) => row.names);
  expect(new Set(names).size).toBe(names.length);
  expect(mpiOptions.every(({ about }) => about !== "")).toBe(true);
});
