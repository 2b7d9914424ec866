/** Owns proofs about what starts when: a table of situations, and properties that hold for any. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Node } from "../../src/model/cluster.ts";
import type { Standing } from "../../src/model/dependency.ts";
import type { Waiting } from "../../src/model/job.ts";
import { type Decision, type Holding, type QueuedJob, reasonKey, type Snapshot } from "../../src/model/scheduling.ts";
import { amountsOf, fits, minus, plus } from "../../src/scheduler/room.ts";
import { explain, schedule } from "../../src/scheduler/schedule.ts";

const now = 1_000_000;
const policy = { backfill: true, depth: 100, oversized: "runs" } as const;
const nodes: readonly Node[] = [{ name: "node1", cpus: 4, memory: 1000, gpus: 2 }];
const forever = Number.POSITIVE_INFINITY;

interface Given {
  readonly cpus?: number;
  readonly memory?: number;
  readonly gpus?: number;
  /** Seconds. */
  readonly time?: number;
  readonly indices?: Waiting["indices"];
  readonly part?: Partial<Waiting>;
  readonly more?: Partial<QueuedJob>;
}

function queued(id: number, given: Given = {}): QueuedJob {
  const { cpus = 1, memory = 0, gpus = 0, time = forever, indices = null } = given;
  const part = { job: id, indices, holds: [], error: null, restarts: 0, beginAt: 0, ...given.part };
  return {
    id,
    priority: 0,
    submittedAt: id,
    need: { cpus, memory, gpus, nodes: 1, wallTime: time * 1000 },
    queue: "main",
    throttle: 0,
    active: 0,
    waiting: [part],
    standing: () => "met",
    perElement: false,
    cancelIfNeverMet: false,
    beyondQueue: null,
    deadline: 0,
    ...given.more,
  };
}

/** Something that runs since `now` on processors 0 and up. */
function holding(cpus: number, time = forever): Holding {
  const need = { cpus, memory: 0, gpus: 0, nodes: 1, wallTime: time * 1000 };
  const cpuList = Array.from({ length: cpus }, (_, cpu) => cpu);
  return { job: 999, index: null, node: "node1", need, cpuList, gpuList: [], queue: "main", startedAt: now };
}

function snapshot(jobs: readonly QueuedJob[], held: readonly Holding[] = []): Snapshot {
  return { nodes, queued: jobs, holding: held };
}

/** `start 1_2 cpus 0,1`, `cancel 3 deadline`, `wake +5`. */
function say(decision: Decision): string {
  if (decision.kind === "wake") return `wake +${(decision.at - now) / 1000}`;
  const what = `${decision.job}${decision.index === null ? "" : `_${decision.index}`}`;
  if (decision.kind === "cancel") return `cancel ${what} ${decision.why}`;
  const shares = decision.shares?.map(({ queue, slots }) => ` ${queue}:${slots}`).join("") ?? "";
  return `start ${what} on ${decision.cpuList.join(",")}${decision.gpuList.map((gpu) => ` g${gpu}`).join("")}${decision.queue === "main" ? "" : ` in ${decision.queue}`}${shares}`;
}

const standing = (answer: Standing): Partial<QueuedJob> => ({ standing: () => answer });

function licensed(id: number): QueuedJob {
  const job = queued(id, { more: { queues: ["main", "other"] } });
  return { ...job, need: { ...job.need, draws: [{ pool: "licence", amount: 1 }] } };
}

function parallel(id: number, need: Partial<QueuedJob["need"]>): QueuedJob {
  const job = queued(id, { more: { queues: ["main", "other"] } });
  return { ...job, need: { ...job.need, ...need } };
}

const twoSlotsEach = {
  capacities: new Map([
    ["slots@main", 2],
    ["slots@other", 2],
  ]),
};

const situations: readonly {
  readonly title: string;
  readonly jobs: readonly QueuedJob[];
  readonly held?: readonly Holding[];
  readonly about?: Pick<Snapshot, "closed" | "capacities">;
  readonly expected: readonly string[];
}[] = [
  {
    title: "jobs start in order on the lowest free processors",
    jobs: [queued(1), queued(2, { cpus: 2 })],
    held: [holding(1)],
    expected: ["start 1 on 1", "start 2 on 2,3"],
  },
  {
    title: "GPUs are given by number",
    jobs: [queued(1, { gpus: 1 }), queued(2, { gpus: 1 })],
    expected: ["start 1 on 0 g0", "start 2 on 1 g1"],
  },
  {
    title: "memory counts",
    jobs: [queued(1, { memory: 600 }), queued(2, { memory: 600 })],
    expected: ["start 1 on 0"],
  },
  {
    title: "what is greater than the machine runs alone",
    jobs: [queued(1, { cpus: 64 }), queued(2)],
    expected: ["start 1 on 0,1,2,3"],
  },
  {
    title: "what is greater than the machine waits until it is empty",
    jobs: [queued(1, { memory: 5000 })],
    held: [holding(1)],
    expected: [],
  },
  {
    title: "elements start ascending as far as there is room",
    jobs: [
      queued(1, {
        cpus: 2,
        indices: [
          [3, 3],
          [7, 9],
        ],
      }),
    ],
    expected: ["start 1_3 on 0,1", "start 1_7 on 2,3"],
  },
  {
    title: "a full queue keeps nobody else waiting, and is passed over by what may be in another",
    jobs: [queued(1), queued(2, { more: { queues: ["main", "other"] } }), queued(3, { more: { queue: "other" } })],
    held: [holding(1)],
    about: { capacities: new Map([["slots@main", 1]]) },
    expected: ["start 2 on 1 in other", "start 3 on 2 in other"],
  },
  {
    title: "a closed queue starts nothing, and what may be in another goes there",
    jobs: [queued(1), queued(2, { more: { queues: ["main", "other"] } })],
    about: { closed: new Set(["main"]) },
    expected: ["start 2 on 0 in other"],
  },
  {
    title: "what is counted by name is taken by each start, everywhere and in its queue",
    jobs: [1, 2, 3, 4].map((id) => licensed(id)),
    about: {
      capacities: new Map([
        ["licence", 3],
        ["licence@main", 2],
      ]),
    },
    expected: ["start 1 on 0", "start 2 on 1", "start 3 on 2 in other"],
  },
  {
    title: "a throttle counts what runs already",
    jobs: [queued(1, { indices: [[1, 9]], more: { throttle: 2, active: 1 } }), queued(2)],
    expected: ["start 1_1 on 0", "start 2 on 1"],
  },
  {
    title: "a held job is passed over",
    jobs: [queued(1, { part: { holds: ["user"] } }), queued(2)],
    expected: ["start 2 on 0"],
  },
  { title: "a failed start waits for somebody", jobs: [queued(1, { part: { error: "no directory" } })], expected: [] },
  {
    title: "a begin time is waited for",
    jobs: [queued(1, { part: { beginAt: now + 5000 } }), queued(2)],
    expected: ["start 2 on 0", "wake +5"],
  },
  {
    title: "a dependency is waited for",
    jobs: [queued(1, { more: standing("waiting") }), queued(2)],
    expected: ["start 2 on 0"],
  },
  { title: "one that can never be met stays", jobs: [queued(1, { more: standing("never") })], expected: [] },
  {
    title: "or is cancelled where that was asked for",
    jobs: [queued(1, { more: { ...standing("never"), cancelIfNeverMet: true } })],
    expected: ["cancel 1 dependencyNeverMet"],
  },
  {
    title: "elements whose partner is done start first",
    jobs: [
      queued(1, {
        indices: [[1, 4]],
        more: { perElement: true, standing: (index) => (index === 3 ? "met" : "waiting") },
      }),
    ],
    expected: ["start 1_3 on 0"],
  },
  {
    title: "an element whose partner failed is cancelled alone",
    jobs: [
      queued(1, {
        indices: [[1, 2]],
        more: { perElement: true, cancelIfNeverMet: true, standing: (index) => (index === 1 ? "never" : "met") },
      }),
    ],
    expected: ["cancel 1_1 dependencyNeverMet", "start 1_2 on 0"],
  },
  {
    title: "a job that can't end before its deadline is cancelled",
    jobs: [queued(1, { time: 60, more: { deadline: now + 59_000 } })],
    expected: ["cancel 1 deadline"],
  },
  {
    title: "one that still can starts",
    jobs: [queued(1, { time: 60, more: { deadline: now + 61_000 } })],
    expected: ["start 1 on 0", "wake +1.001"],
  },
  {
    title: "a short job goes ahead of one that waits for room",
    jobs: [queued(1, { cpus: 4, time: 100 }), queued(2, { time: 10 })],
    held: [holding(2, 10)],
    expected: ["start 2 on 2"],
  },
  {
    title: "a longer one doesn't, because it would delay it",
    jobs: [queued(1, { cpus: 4, time: 100 }), queued(2, { time: 11 })],
    held: [holding(2, 10)],
    expected: [],
  },
  {
    title: "unless it takes only what the first one leaves",
    jobs: [queued(1, { cpus: 3, time: 100 }), queued(2), queued(3)],
    held: [holding(2, 10)],
    expected: ["start 2 on 2"],
  },
  {
    title: "what may be spread fills one queue after the other",
    jobs: [parallel(1, { cpus: 3, spread: "first" })],
    about: twoSlotsEach,
    expected: ["start 1 on 0,1,2 main:2 other:1"],
  },
  {
    title: "and is in the last one that it got where that is the rule",
    jobs: [parallel(1, { cpus: 3, spread: "last" })],
    about: twoSlotsEach,
    expected: ["start 1 on 0,1,2 in other other:1 main:2"],
  },
  {
    title: "a job of several sizes takes what is free",
    jobs: [parallel(1, { cpus: 4, sizes: [[2, 4]], spread: "first", draws: [{ pool: "licence", amount: 8 }] })],
    held: [holding(1)],
    about: { capacities: new Map([...twoSlotsEach.capacities, ["licence", 6]]) },
    expected: ["start 1 on 1,2,3 main:1 other:2"],
  },
  {
    title: "and waits where its least is not",
    jobs: [
      parallel(1, {
        cpus: 4,
        sizes: [
          [1, 1],
          [3, 4],
        ],
        memory: 4000,
      }),
    ],
    held: [{ ...holding(4), need: { ...holding(4).need, cpus: 3, memory: 500 }, cpuList: [0, 1, 2] }],
    expected: [],
  },
  {
    title: "behind a job that waits for something without a limit only what has a limit starts",
    jobs: [queued(1, { cpus: 4 }), queued(2), queued(3, { time: 5 })],
    held: [holding(2)],
    expected: ["start 3 on 2"],
  },
];

describe("the schedule", () => {
  for (const { title, jobs, held, about, expected } of situations)
    test(title, () => {
      const seen = { ...snapshot(jobs, held), ...about };
      expect(schedule(seen, policy, now).map(say)).toEqual(expected);
    });

  test("without backfill nothing goes ahead", () => {
    const jobs = [queued(1, { cpus: 4, time: 100 }), queued(2, { time: 1 })];
    expect(schedule(snapshot(jobs, [holding(2, 10)]), { ...policy, backfill: false }, now)).toEqual([]);
  });

  test("no more jobs are looked at than the policy says", () => {
    const jobs = [queued(1, { cpus: 4 }), queued(2, { time: 1 })];
    expect(schedule(snapshot(jobs, [holding(2)]), { ...policy, depth: 1 }, now)).toEqual([]);
  });

  test("what is greater than a described cluster waits, and nothing waits behind it", () => {
    const strict = { ...policy, oversized: "waits" } as const;
    const jobs = [queued(1, { cpus: 5 }), queued(2, { cpus: 4 })];
    expect(schedule(snapshot(jobs, []), strict, now).map(say)).toEqual(["start 2 on 0,1,2,3"]);
    expect([...explain(snapshot([...jobs, queued(3)], [holding(1)]), strict, now).values()]).toEqual([
      ...["resources", "resources", "priority"],
    ]);
  });

  test("a machine that is full is not searched for", () => {
    function* endless(): Generator<QueuedJob> {
      for (let id = 1; ; id++) yield queued(id);
    }
    expect(schedule({ nodes, queued: endless(), holding: [holding(4)] }, policy, now)).toEqual([]);
  });
});

describe("reasons", () => {
  test.each([
    ["resources", queued(1, { cpus: 4 })],
    ["heldByUser", queued(1, { part: { holds: ["user"] } })],
    ["heldByOperator", queued(1, { part: { holds: ["user", "system"] } })],
    ["requeuedHeld", queued(1, { part: { holds: ["user"], restarts: 1 } })],
    ["beginTime", queued(1, { part: { beginAt: now + 1 } })],
    ["dependency", queued(1, { more: standing("waiting") })],
    ["dependencyNeverMet", queued(1, { more: standing("never") })],
    ["throttle", queued(1, { more: { throttle: 1, active: 1 } })],
    ["startFailed", queued(1, { part: { error: "x" } })],
    ["none", queued(1)],
  ])("%s", (reason, job) => {
    expect(explain(snapshot([job], [holding(1)]), policy, now).get(1)).toBe(reason);
  });

  test("behind the first that waits for room all others wait for their turn", () => {
    const reasons = explain(snapshot([queued(1, { cpus: 4 }), queued(2)], [holding(1)]), policy, now);
    expect([...reasons]).toEqual([
      [1, "resources"],
      [2, "priority"],
    ]);
  });

  test("without a pass nothing starts, and only what stands in a job's own way is known", () => {
    const unlooked = { ...policy, depth: 0 };
    const jobs = [
      queued(1),
      queued(2, { cpus: 4 }),
      queued(3, { part: { beginAt: now + 1 } }),
      queued(4, { part: { holds: ["user"] } }),
      queued(5, { more: { standing: () => "waiting" } }),
      queued(6, { more: { beyondQueue: "queueTimeLimit" } }),
    ];
    expect(schedule(snapshot(jobs), unlooked, now)).toEqual([]);
    expect([...explain(snapshot(jobs, [holding(1)]), unlooked, now).values()]).toEqual([
      ...["none", "none", "none", "heldByUser", "dependency", "queueConfiguration"],
    ]);
  });
});

const needs = fc.record({
  cpus: fc.integer({ min: 0, max: 9 }),
  memory: fc.integer({ min: 0, max: 1500 }),
  gpus: fc.integer({ min: 0, max: 3 }),
  time: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(forever)),
});

const parts = fc.record({
  holds: fc.constantFrom<Waiting["holds"]>([], [], [], ["user"]),
  beginAt: fc.constantFrom(0, 0, now - 1, now + 1),
});

const jobLists = fc
  .array(
    fc.record({
      need: needs,
      part: parts,
      size: fc.integer({ min: 0, max: 5 }),
      throttle: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ need, part, size, throttle }, at) =>
      queued(at + 1, { ...need, part, indices: size === 0 ? null : [[0, size - 1]], more: { throttle } }),
    ),
  );

const holdings = fc
  .array(
    fc.record({
      cpus: fc.integer({ min: 1, max: 3 }),
      time: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(forever)),
    }),
    { maxLength: 3 },
  )
  .map((rows) => rows.map(({ cpus, time }) => holding(cpus, time)))
  .filter((held) => held.reduce((sum, { need }) => sum + need.cpus, 0) <= 4)
  .map((held) => {
    let cpu = 0;
    return held.map((each) => ({ ...each, cpuList: each.cpuList.map(() => cpu++) }));
  });

const total = { cpus: 4, memory: 1000, gpus: 2 };

function startsOf(jobs: readonly QueuedJob[], held: readonly Holding[], backfill = true) {
  return schedule(snapshot(jobs, held), { ...policy, backfill }, now).filter((decision) => decision.kind === "start");
}

describe("whatever is queued", () => {
  test("never more is given than there is, and nothing twice", () => {
    fc.assert(
      fc.property(jobLists, holdings, (jobs, held) => {
        const starts = startsOf(jobs, held);
        const needOf = (id: number) => amountsOf((jobs[id - 1] as QueuedJob).need, total);
        const taken = [...held.map(({ need }) => amountsOf(need, total)), ...starts.map(({ job }) => needOf(job))];
        expect(fits(taken.reduce(plus, { cpus: 0, memory: 0, gpus: 0 }), total)).toBe(true);
        for (const list of ["cpuList", "gpuList"] as const) {
          const numbers = [...held, ...starts].flatMap((each) => each[list]);
          expect(new Set(numbers).size).toBe(numbers.length);
        }
      }),
    );
  });

  test("nothing held or not yet due starts, and no throttle is passed", () => {
    fc.assert(
      fc.property(jobLists, holdings, (jobs, held) => {
        const starts = startsOf(jobs, held);
        for (const { job: id } of starts) {
          const job = jobs[id - 1] as QueuedJob;
          expect(job.waiting.every((part) => part.holds.length === 0 && part.beginAt <= now)).toBe(true);
          if (job.throttle > 0)
            expect(starts.filter((each) => each.job === id).length).toBeLessThanOrEqual(job.throttle);
        }
      }),
    );
  });

  test("backfill never delays the first job that waits for room", () => {
    fc.assert(
      fc.property(jobLists, holdings, (jobs, held) => {
        const plain = startsOf(jobs, held, false);
        const filled = startsOf(jobs, held);
        expect(filled.slice(0, plain.length)).toEqual(plain);
        const reason = explain(snapshot(jobs, held), policy, now);
        const head = jobs.find(
          (job) =>
            firstLeft(job, plain) &&
            !["heldByUser", "beginTime"].includes(
              reason.get(reasonKey(job.id, job.waiting[0] ?? { indices: null })) ?? "",
            ),
        );
        if (!head) return;
        const running = (starts: typeof plain) => [
          ...held.map((each) => ({ amounts: amountsOf(each.need, total), endsBy: now + each.need.wallTime })),
          ...starts
            .map(({ job }) => jobs[job - 1] as QueuedJob)
            .map(({ need }) => ({ amounts: amountsOf(need, total), endsBy: now + need.wallTime })),
        ];
        const before = earliest(amountsOf(head.need, total), running(plain));
        if (Number.isFinite(before)) expect(earliest(amountsOf(head.need, total), running(filled))).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test("the same is decided every time", () => {
    fc.assert(
      fc.property(jobLists, holdings, (jobs, held) => {
        expect(startsOf(jobs, held)).toEqual(startsOf(jobs, held));
      }),
    );
  });
});

/** Whether the job has something left that only room keeps back. */
function firstLeft(job: QueuedJob, starts: readonly { readonly job: number }[]): boolean {
  const started = starts.filter((each) => each.job === job.id).length;
  const size = job.waiting[0]?.indices ? (job.waiting[0].indices[0]?.[1] ?? 0) + 1 : 1;
  return started < size && !(job.throttle > 0 && started >= job.throttle);
}

type RunningAmounts = readonly { readonly amounts: typeof total; readonly endsBy: number }[];

/** When that much is free at the latest if nothing else starts. */
function earliest(wanted: typeof total, running: RunningAmounts): number {
  const times = [now, ...running.map(({ endsBy }) => endsBy)].sort((a, b) => a - b);
  const freeAt = (time: number) =>
    running.filter(({ endsBy }) => endsBy > time).reduce((left, { amounts }) => minus(left, amounts), total);
  return times.filter(Number.isFinite).find((time) => fits(wanted, freeAt(time))) ?? forever;
}
