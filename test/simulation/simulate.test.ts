import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { simulateTrace } from "../../src/cli/simulate.ts";
import { createEnds } from "../../src/simulation/ends.ts";
import { recorded } from "../../src/simulation/recorded.ts";
import { simulate } from "../../src/simulation/simulate.ts";
import { summaryOf } from "../../src/simulation/summary.ts";
import { syntheticTrace } from "../../src/simulation/synthetic.ts";
import { readTrace, writeTraceJob } from "../../src/simulation/trace.ts";

const path = join(import.meta.dirname, "../../fixtures/traces/four-jobs.swf");
const facts = { env: {}, cwd: "/", argv: [] };
const words = { policy: ["fifo", "backfill"], depth: 1000, json: false } as const;

// The second needs both processors and waits for the first. The third would be over by then, the fourth would not.
test.each([
  { backfill: false, waits: [0, 99, 198, 197], makespan: 250, longestQueue: 3 },
  { backfill: true, waits: [0, 99, 0, 197], makespan: 210, longestQueue: 2 },
])("a trace played by hand comes out the same (backfill: $backfill)", ({ backfill, waits, makespan, longestQueue }) => {
  const jobs = readTrace(readFileSync(path, "utf8"), path).jobs.slice(0, 4);
  const played = simulate(jobs, { nodes: 2, cpusPerNode: 1 }, { backfill, depth: 100 });
  expect([...played.waits]).toEqual(waits);
  expect(played).toMatchObject({ makespan, utilisation: 360 / (2 * makespan), longestQueue });
});

test("a slowdown counts ten seconds at least, and one at least", () => {
  const jobs = readTrace(readFileSync(path, "utf8"), path).jobs.slice(0, 4);
  const { wait, boundedSlowdown } = summaryOf(
    jobs,
    simulate(jobs, { nodes: 2, cpusPerNode: 1 }, { backfill: false, depth: 100 }),
  );
  expect(wait).toEqual({ mean: 123.5, median: 197, most95: 198, most: 198 });
  expect(boundedSlowdown.mean).toBeCloseTo((1 + 1.99 + 4.96 + 20.7) / 4);
});

test("the command says what it left out, and gives the figures as a table or as JSON", async () => {
  const { out } = await simulateTrace(facts, { ...words, trace: path });
  expect(out).toBe(`4 jobs on 2 nodes of 1 processor; 1 is greater than the machine and left out; 1 line says of no run
                                        fifo      backfill
wait, mean                          00:02:04      00:01:14
  median                            00:03:17      00:01:39
  95 of 100 below                   00:03:18      00:03:17
  most                              00:03:18      00:03:17
bounded slowdown, mean                  7.16          6.17
  median                                4.96          1.99
  95 of 100 below                      20.70         20.70
  most                                 20.70         20.70
utilisation                           72.0 %        85.7 %
first submission to last end        00:04:10      00:03:30
longest queue                              3             2
`);
  const json = JSON.parse((await simulateTrace(facts, { ...words, trace: path, json: true })).out ?? "");
  expect(json).toMatchObject({
    trace: { jobs: 4, tooLarge: 1, withoutRun: 1 },
    machine: { nodes: 2, cpusPerNode: 1 },
    policies: { fifo: { started: 4, wait: { mean: 123.5 }, utilisation: 0.72 }, backfill: { makespan: 210 } },
  });
});

test.each([
  [{ trace: "/nowhere.swf" }, "/nowhere.swf can't be read: ENOENT"],
  [{ trace: path, synthetic: "jobs=1" }, "say a file or --synthetic, not both: one trace is played"],
  [
    { synthetic: "jobs=many" },
    "--synthetic=jobs=many: say jobs, nodes, cpus, seed, load with a number each, not jobs=many",
  ],
  [{ trace: path, nodes: 0 }, "--nodes and --cpus take numbers from 1"],
  [{ trace: join(import.meta.dirname, "simulate.test.ts") }, /simulate\.test\.ts:1: this is no line of the Standard/],
])("what can't be played is said: %j", async (said, message) => {
  await expect(simulateTrace(facts, { ...words, ...said })).rejects.toThrow(message);
});

test("a trace that says nothing of its machine needs to be told", async () => {
  expect(() => readTrace("1 2 3\n", "short")).toThrow("short:1: this is no line of the Standard Workload Format");
  const { nodes, cpus } = readTrace("; a comment\n", "empty");
  expect([nodes, cpus]).toEqual([null, null]);
});

test("what is written is read again", () => {
  const job = { submittedAt: 1.5, runTime: 2.25, cpus: 3, wallTime: 60, wait: 0.5 };
  const endless = { ...job, submittedAt: 2, wallTime: Number.POSITIVE_INFINITY, wait: null };
  expect(readTrace(`${writeTraceJob(job, 1)}\n${writeTraceJob(endless, 2)}\n`, "written").jobs).toEqual([job, endless]);
});

test("a trace that says how long jobs waited is told as it was, packed or not", async () => {
  const { jobs } = syntheticTrace("jobs=300,nodes=4,cpus=4,load=1.2,seed=5");
  const machine = { nodes: 4, cpusPerNode: 4 };
  const played = simulate(jobs, machine, { backfill: true, depth: 1000 });
  const known = jobs.map((job, at) => ({ ...job, wait: played.waits[at] ?? null }));
  const { makespan, utilisation, longestQueue, waits } = recorded(known, machine) ?? played;
  expect([...waits]).toEqual([...played.waits]);
  expect([makespan, longestQueue]).toEqual([played.makespan, played.longestQueue]);
  expect(utilisation).toBeCloseTo(played.utilisation);
  expect(recorded(jobs, machine)).toBeNull();

  const directory = mkdtempSync(join(tmpdir(), "headnode-trace-"));
  try {
    const text = `; MaxNodes: 4\n; MaxProcs: 16\n${known.map((job, at) => `${writeTraceJob(job, at + 1)}\n`).join("")}`;
    writeFileSync(join(directory, "packed.swf.gz"), gzipSync(text));
    writeFileSync(join(directory, "plain.swf"), text);
    const told = (trace: string) => simulateTrace({ ...facts, cwd: directory }, { ...words, trace });
    const { out = "" } = await told("packed.swf.gz");
    expect(out).toMatch(/^ +as it was +fifo +backfill$/m);
    expect((await told("plain.swf")).out).toBe(out);
    writeFileSync(join(directory, "none.swf"), "; MaxProcs: 4\n1 0 -1 -1 1 -1 -1 1 60 -1 5 1 1 1 1 1 -1 -1\n");
    await expect(told("none.swf")).rejects.toThrow("there is nothing to play: none.swf says of no job that ran");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a made-up trace is the same for the same seed, and offers the load that was asked for", () => {
  const spec = "jobs=3000,nodes=50,cpus=16,load=0.8";
  const trace = syntheticTrace(`${spec},seed=3`);
  expect(syntheticTrace(`${spec},seed=3`)).toEqual(trace);
  expect(syntheticTrace(`${spec},seed=4`)).not.toEqual(trace);
  const work = trace.jobs.reduce((sum, { runTime, cpus }) => sum + runTime * cpus, 0);
  const load = work / (50 * 16 * (trace.jobs.at(-1)?.submittedAt ?? 0));
  expect(load).toBeCloseTo(0.8, 3);
});

test("backfill delays nobody for ever, and nothing runs beside the machine", () => {
  const { jobs } = syntheticTrace("jobs=2000,nodes=8,cpus=4,load=1,seed=2");
  const machine = { nodes: 8, cpusPerNode: 4 };
  const { waits, utilisation } = simulate(jobs, machine, { backfill: true, depth: 1000 });
  expect(waits.every((wait) => wait >= 0)).toBe(true);
  expect(utilisation).toBeGreaterThan(0.6);
  const moments = jobs.flatMap(({ submittedAt, runTime, wallTime, cpus }, at) => {
    const begun = submittedAt + (waits[at] ?? 0);
    return [
      { at: begun, cpus },
      { at: begun + Math.min(runTime, wallTime), cpus: -cpus },
    ];
  });
  moments.sort((a, b) => a.at - b.at || a.cpus - b.cpus);
  let used = 0;
  for (const { cpus } of moments) {
    used += cpus;
    expect(used).toBeLessThanOrEqual(32);
  }
});

test("ends come in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), (times) => {
      const ends = createEnds<number>();
      for (const at of times) ends.add(at, at);
      const taken = times.map(() => ends.take());
      expect(taken).toEqual(times.toSorted((a, b) => a - b));
      expect([ends.next(), ends.take()]).toEqual([Number.POSITIVE_INFINITY, undefined]);
    }),
  );
});
