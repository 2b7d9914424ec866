/** Owns proofs about the store: everything comes back as it was, nothing half-made is kept, and what can't be used is refused in words. */

import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { indicesOf } from "../../src/model/indices.ts";
import type { Job, Submission, Waiting } from "../../src/model/job.ts";
import { emptySpec } from "../../src/model/spec.ts";
import { noUsage } from "../../src/model/usage.ts";
import type { StoredElement } from "../../src/store/element-rows.ts";
import { readJson, writeJson } from "../../src/store/json.ts";
import { tryLock } from "../../src/store/lock.ts";
import { migrate, migrations } from "../../src/store/migrations/migrate.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { createTransactions } from "../../src/store/transactions.ts";
import { advanced, mergeAlike } from "../../src/store/waiting.ts";
import { submissionOf } from "../support/plain-dialect.ts";

let directory: string;
let path: string;
let store: Store;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headnode-store-"));
  path = join(directory, "store.db");
  store = openStore(path);
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

function insert(given: Partial<Submission> = {}): Job {
  const job = { ...submissionOf(given), id: store.jobs.spendId(), submittedAt: 5000 };
  store.commit.durable(() => {
    store.jobs.insert(job);
    store.waiting.replace(job.id, [part(job.id, { indices: job.indices })]);
  });
  return job;
}

function part(job: number, given: Partial<Waiting> = {}): Waiting {
  return { job, indices: null, holds: [], error: null, restarts: 0, beginAt: 0, ...given };
}

function element(job: number, given: Partial<StoredElement> = {}): StoredElement {
  const nothing = { outcome: null, endedAt: null, pid: null, code: null, signal: null, endedBy: null, stop: null };
  return {
    ...{
      job,
      index: null,
      id: job,
      state: "starting",
      holds: [],
      restarts: 0,
      node: "n",
      queue: null,
      cpuList: "0",
      gpuList: [],
    },
    ...{ startedAt: 1, ...noUsage, remark: "", ...nothing, ...given },
  };
}

const end = {
  outcome: "completed",
  code: 0,
  signal: null,
  startedAt: 1,
  endedAt: 9,
  ...{ ...noUsage, userMicros: 1, systemMicros: 2, maxRssKiB: 3, memoryKills: 4 },
  remark: "",
} as const;

test("what operators changed of nodes and queues is added up, and still there when the store is opened again", () => {
  const mark = { state: "drain", reason: "fan", by: { name: "root", uid: 0 }, at: 5 } as const;
  store.commit.durable(() => {
    store.amendments.add({ kind: "node", name: "n", change: { mark } });
    store.amendments.add({ kind: "queue", name: "q", change: { state: "down", maxWallTime: 60 } });
    store.amendments.add({ kind: "queue", name: "q", change: { state: "up" } });
  });
  store.close();
  store = openStore(path);
  expect(store.amendments.all()).toEqual([
    { kind: "node", name: "n", change: { mark } },
    { kind: "queue", name: "q", change: { state: "up", maxWallTime: 60 } },
  ]);
});

describe("what is kept", () => {
  test("comes back as it was: script bytes, environment, numbers that JSON can't say", () => {
    const job = insert({
      script: Uint8Array.from([0, 255, 10, 128]),
      environment: ["A=1", "B=two\nlines", "EMPTY=", "BYTE=\udcff"],
      name: "a\udce9b",
      spec: { ...emptySpec(), wallTime: Number.POSITIVE_INFINITY, name: "$number", requeue: false },
      indices: [
        [1, 3],
        [7, 7],
      ],
      dependency: { need: "any", conditions: [{ kind: "ok", job: 3, name: null, index: null, delay: 0 }] },
      holds: ["user"],
      notes: ["ignored: --foo"],
    });
    store.close();
    store = openStore(path);
    const found = store.jobs.whole(job.id);
    expect({ ...found, script: [...(found?.script ?? [])] }).toEqual({ ...job, script: [0, 255, 10, 128] });
    expect(store.jobs.head(job.id)).not.toHaveProperty("environment");
  });

  test("infinities survive anywhere in JSON, and text that looks like one stays text", () => {
    const value = { a: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], b: { c: "Infinity" } };
    expect(readJson(writeJson(value))).toEqual(value);
  });

  test("an array is one row, and each start changes one number of it", () => {
    const { id } = insert({ indices: indicesOf([{ first: 0, last: 9, step: 2 }]) });
    store.commit.relaxed(() => store.waiting.advance(id, 0, 4));
    expect(store.waiting.of(id)).toEqual([
      part(id, {
        indices: [
          [4, 4],
          [6, 6],
          [8, 8],
        ],
      }),
    ]);
    store.commit.relaxed(() => store.waiting.advance(id, 0, null));
    expect(store.waiting.of(id)).toEqual([]);
  });

  test("parts that wait alike become one again", () => {
    const parts = [
      part(1, { indices: [[5, 9]] }),
      part(1, { indices: [[1, 4]] }),
      part(1, { indices: [[0, 0]], holds: ["user"] }),
    ];
    expect(mergeAlike(parts)).toEqual([
      part(1, { indices: [[0, 0]], holds: ["user"] }),
      part(1, { indices: [[1, 9]] }),
    ]);
  });

  test.each([
    [[[1, 5]], 3, [[3, 5]]],
    [
      [
        [1, 1],
        [5, 9],
      ],
      5,
      [[5, 9]],
    ],
    [
      [
        [1, 1],
        [5, 9],
      ],
      7,
      [[7, 9]],
    ],
    [[[4, 9]], 2, [[4, 9]]],
  ] as const)("%j from %d on is %j", (indices, first, expected) => {
    expect(advanced(part(1, { indices }), first).indices).toEqual(expected);
  });
});

describe("elements", () => {
  test("are counted as they come and go", () => {
    const { id } = insert({ indices: [[1, 3]] });
    store.commit.durable(() => {
      for (const index of [1, 2]) store.elements.insert(element(id, { index }));
      store.elements.started({ job: id, index: 1 }, { pid: 7, startedAt: 4 });
      store.elements.ended({ job: id, index: 1 }, end);
      store.elements.ended({ job: id, index: 2 }, { ...end, outcome: "failed" });
      store.elements.countRemoved(id, { count: 1, at: 20 });
    });
    expect(store.elements.tally(id)).toEqual({ active: 0, ok: 1, notOk: 2, lastStart: 20 });
    expect(store.elements.tally(99)).toBeNull();
  });

  test("that wait again leave their run behind", () => {
    const { id } = insert();
    store.commit.durable(() => {
      store.elements.insert(element(id));
      store.elements.requeued({ job: id, index: null }, { ...end, outcome: null });
    });
    expect(store.elements.get({ job: id, index: null })).toBeNull();
    expect(store.elements.earlierRuns(id)).toMatchObject([{ restarts: 0, endedAt: 9 }]);
    expect(store.elements.tally(id)).toMatchObject({ active: 0, ok: 0, notOk: 0 });
  });

  test("are found by an id of their own, also when the run is history", () => {
    const { id } = insert({ indices: [[1, 2]] });
    store.commit.durable(() => {
      store.elements.insert(element(id, { index: 1, id: 77 }));
      store.elements.requeued({ job: id, index: 1 }, { ...end, outcome: null });
    });
    expect(store.elements.byOwnId(77)).toEqual({ job: id, index: 1 });
    expect(store.elements.byOwnId(id)).toBeNull();
    expect(store.elements.lastRunId({ job: id, index: 1 })).toBe(77);
  });

  test("change only in lawful ways", () => {
    const { id } = insert();
    const which = { job: id, index: null };
    store.commit.durable(() => {
      store.elements.insert(element(id));
      store.elements.ended(which, end);
    });
    expect(() => store.elements.suspend(which)).toThrow("is ended and can't become suspended");
    expect(() => store.elements.ended({ job: id, index: 4 }, end)).toThrow("is unknown");
  });

  test("questions about a few of a million are answered from an index", () => {
    const plans = new Database(path, { readonly: true });
    const planOf = (sql: string) =>
      plans
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => JSON.stringify(row))
        .join();
    for (const sql of [
      "SELECT * FROM elements INDEXED BY elements_alive WHERE state <> 'ended' ORDER BY job, idx",
      "SELECT * FROM elements WHERE state = 'ended' AND ended_at >= 5",
      "SELECT job, idx FROM elements WHERE id = 5 AND id <> job",
      "SELECT * FROM runs WHERE ended_at >= 5",
      "SELECT id FROM jobs WHERE name = 'x'",
      "SELECT DISTINCT job FROM removed INDEXED BY removed_by_time WHERE removed_at >= 5",
    ])
      expect(planOf(sql), sql).toMatch(/USING (COVERING )?INDEX (elements_|runs_|jobs_|removed_)/);
    plans.close();
  });
});

describe("commits", () => {
  test("of one turn are shared, and work that fails takes nobody with it", async () => {
    const numbers = [1, 2, 3].map((number) =>
      store.commit.shared(() => {
        const id = store.jobs.spendId();
        if (number === 2) throw new Error("not this one");
        return id;
      }),
    );
    const settled = await Promise.allSettled(numbers);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[2]).toMatchObject({ value: 2 });
  });

  test("that fail leave nothing behind", () => {
    expect(() =>
      store.commit.durable(() => {
        store.jobs.spendId();
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(store.jobs.spendId()).toBe(1);
  });

  test("that changed nothing are not brought to the disk", () => {
    const database = new Database(path);
    const synced = { count: 0 };
    const commit = createTransactions(database, {
      present: () => undefined,
      undone: () => undefined,
      soon: () => void synced.count++,
    });
    commit.relaxed(() => database.prepare("SELECT count(*) FROM jobs").get());
    expect(synced.count).toBe(0);
    commit.relaxed(() => database.prepare("UPDATE counters SET next = next").run());
    expect(synced.count).toBe(1);
    database.close();
  });

  test("that a full disk refuses say so, and nothing is acknowledged", async () => {
    const full = new Database(path);
    const pages = Number(full.pragma("page_count", { simple: true }));
    full.close();
    store.close();
    const { openDatabase } = await import("../../src/store/open.ts");
    const database = openDatabase(path);
    database.pragma(`max_page_count = ${pages}`);
    const commit = createTransactions(database, {
      present: () => undefined,
      undone: () => undefined,
      soon: () => undefined,
    });
    const big = database.prepare("INSERT INTO events (at, job, what, why) VALUES (1, 1, 'x', zeroblob(1) || ?)");
    const asked = [1, 2].map(() => commit.shared(() => big.run("x".repeat(1_000_000))));
    for (const each of await Promise.allSettled(asked))
      expect(String(each.status === "rejected" && each.reason)).toContain("the disk is full");
    expect(database.prepare("SELECT count(*) AS n FROM events").get()).toEqual({ n: 0 });
    database.close();
    store = openStore(path);
  });
});

describe("opening", () => {
  test("makes files for the user alone, in WAL mode", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0);
  });

  test("migrating twice changes nothing", () => {
    const database = new Database(path);
    const schema = () => database.prepare("SELECT sql FROM sqlite_schema ORDER BY name").all();
    const before = schema();
    migrate(database);
    expect(schema()).toEqual(before);
    expect(database.pragma("user_version", { simple: true })).toBe(migrations.length);
    database.close();
  });

  test("a store of a newer version is refused and left alone", () => {
    store.close();
    const database = new Database(path);
    database.pragma("user_version = 99");
    database.close();
    expect(() => openStore(path)).toThrow(/newer version of headnode/);
    const again = new Database(path);
    expect(again.pragma("user_version", { simple: true })).toBe(99);
    again.pragma(`user_version = ${migrations.length}`);
    again.close();
    store = openStore(path);
  });

  test("what is no store is refused in words and left alone", () => {
    const other = join(directory, "other.db");
    writeFileSync(other, "this is not a database, and long enough to be read as the head of one".repeat(20));
    expect(() => openStore(other)).toThrow(/is damaged; nothing was changed/);
    expect(statSync(other).size).toBe(1380);
  });

  test.skipIf(process.getuid?.() === 0)("a directory that can't be written is refused in words", () => {
    chmodSync(directory, 0o500);
    expect(() => openStore(join(directory, "new.db"))).toThrow(/can't be written/);
    chmodSync(directory, 0o700);
  });
});

test("the lock is one process's or nobody's, and free again when released", () => {
  const lock = tryLock(join(directory, "lock.db"));
  expect(lock).not.toBeNull();
  expect(tryLock(join(directory, "lock.db"))).toBeNull();
  lock?.release();
  const next = tryLock(join(directory, "lock.db"));
  expect(next).not.toBeNull();
  next?.release();
});
