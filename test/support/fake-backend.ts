/**
 * Owns a backend whose jobs last as long as they say, on a clock that tests move. A job says so in its environment:
 * FAKE_SECONDS (0), FAKE_EXIT (0), FAKE_SIGNAL (dies of it at its end), FAKE_TRAP (signals that don't kill it, `1,15`),
 * FAKE_FAILURE (never starts: `stdout ENOENT /missing/out`).
 */

import type { Backend, BackendEvents, ConnectBackend } from "../../src/backends/backend.ts";
import type { Timers } from "../../src/daemon/timers.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { Ending, Launch, TimelineRow } from "../../src/model/launch.ts";
import { noUsage } from "../../src/model/usage.ts";

export interface FakeBackend {
  readonly connect: ConnectBackend;
  /** Every launch so far, in order; of those that follow others, when they begin. */
  readonly launches: readonly Launch[];
  readonly acknowledged: readonly string[];
  /** Signals that reached jobs: `key signal scope`. */
  readonly signals: readonly string[];
  /** Notices that the timeline wrote, as they stand in it. */
  readonly notices: readonly string[];
  readonly running: ReadonlyMap<string, number>;
  /** The machine goes down: everything that ran is gone; the connection breaks. */
  crash(): void;
  /** Nobody listens for a while: what is told is told again at the next connection. */
  deafen(): void;
  /** Nothing that is told arrives any more, though the backend goes on. */
  muffle(): void;
  /** The connection breaks, and nothing else. */
  hangUp(): void;
  /** Who connects from now on gets no answer. */
  mute(): void;
  /** Those who connect from now on are answered again. */
  answer(): void;
}

interface FakeJob {
  readonly launch: Launch;
  readonly pid: number;
  readonly startedAt: number;
  readonly trapped: ReadonlySet<number>;
  tag: Ending["tag"];
  cancelEnd: () => void;
  cancelRows: (() => void)[];
  stopped: boolean;
}

const noSignals: ReadonlySet<number> = new Set([0, 17, 18, 19, 20, 21, 22, 23, 28]);

export function fakeBackend(time: Clock & Timers): FakeBackend {
  let mute = false;
  const launches: Launch[] = [];
  const acknowledged: string[] = [];
  const signals: string[] = [];
  const notices: string[] = [];
  const running = new Map<string, number>();
  const jobs = new Map<string, FakeJob>();
  const untold = new Map<string, () => void>();
  const waiting: Launch[] = [];
  const places: { readonly key: string; readonly line: string; readonly affinity: string }[] = [];
  const begunBy = new Map<string, { readonly after: string; readonly note: string }>();
  let events: BackendEvents | null = null;
  let unhearing: BackendEvents | null = null;
  let nextPid = 10_000;

  const finish = (key: string, code: number | null, signal: number | null): void => {
    const job = jobs.get(key);
    if (!job) return;
    jobs.delete(key);
    running.delete(key);
    job.cancelEnd();
    for (const cancel of job.cancelRows) cancel();
    const usage = { ...noUsage, userMicros: 1000, systemMicros: 500, maxRssKiB: 2048, maxVirtualKiB: 2048 };
    const ending = { key, code, signal, startedAt: job.startedAt, endedAt: time.now(), ...usage, tag: job.tag };
    const tell = (): void => events?.ended(ending);
    untold.set(key, tell);
    tell();
    leave(job.launch);
  };
  const leave = ({ key, line = "", affinity }: Launch): void => {
    if (line !== "") places.push({ key, line, affinity });
    goOn();
  };
  /** What waits takes the places of those that ended, and are not acknowledged yet. */
  const goOn = (): void => {
    for (const launch of waiting) {
      const at = places.findIndex(({ line }) => line === launch.line);
      const [place] = at < 0 ? [] : places.splice(at, 1);
      if (!place) continue;
      waiting.splice(waiting.indexOf(launch), 1);
      begunBy.set(launch.key, { after: place.key, note: launch.note ?? "" });
      const placed = { ...launch, affinity: place.affinity };
      launches.push(placed);
      start(placed);
      goOn();
      return;
    }
  };
  const fire = (key: string, row: TimelineRow): void => {
    const job = jobs.get(key);
    if (!job) return;
    if (row.notice) notices.push(row.notice);
    if (row.tag && !job.tag) {
      job.tag = row.tag;
      events?.tagged(key, row.tag);
    }
    if (row.signal > 0) signals.push(`${key} ${row.signal} ${row.scope}`);
    // Its jobs have no steps.
    if (row.scope.endsWith("=")) return;
    if (!noSignals.has(row.signal) && !job.trapped.has(row.signal)) finish(key, null, row.signal);
  };
  const addRows = (key: string, rows: readonly TimelineRow[]): void => {
    for (const row of rows) {
      if (row.afterMs <= 0) fire(key, row);
      else jobs.get(key)?.cancelRows.push(time.after(row.afterMs, () => fire(key, row)));
    }
  };
  const start = (launch: Launch): void => {
    const said = (name: string): string | undefined =>
      launch.environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
    const [stage, errno, path] = said("FAKE_FAILURE")?.split(" ") ?? [];
    if (stage) {
      const tell = (): void => events?.failed({ key: launch.key, stage, errno: errno ?? "EIO", path: path ?? "" });
      untold.set(launch.key, tell);
      tell();
      leave(launch);
      return;
    }
    const signal = said("FAKE_SIGNAL");
    const end = (): void =>
      finish(launch.key, signal ? null : Number(said("FAKE_EXIT") ?? 0), signal ? Number(signal) : null);
    const job: FakeJob = {
      launch,
      pid: nextPid++,
      startedAt: time.now(),
      trapped: new Set((said("FAKE_TRAP") ?? "").split(",").map(Number)),
      tag: "",
      cancelEnd: time.after(Number(said("FAKE_SECONDS") ?? 0) * 1000, end),
      cancelRows: [],
      stopped: false,
    };
    jobs.set(launch.key, job);
    running.set(launch.key, job.pid);
    events?.started(launch.key, job.pid, job.startedAt);
    addRows(launch.key, launch.timeline);
  };
  const backend: Backend = {
    launch(launch) {
      launches.push(launch);
      if (!jobs.has(launch.key) && !untold.has(launch.key)) start(launch);
    },
    schedule(key, rows, how) {
      const job = jobs.get(key);
      if (!job) return;
      if (how === "replace") for (const cancel of job.cancelRows.splice(0)) cancel();
      addRows(key, rows);
    },
    acknowledge(keys) {
      for (const key of keys) {
        untold.delete(key);
        begunBy.delete(key);
        const at = places.findIndex((place) => place.key === key);
        if (at >= 0) places.splice(at, 1);
      }
      acknowledged.push(...keys);
    },
    async usage(keys) {
      const now = { ...noUsage, userMicros: 1000, maxRssKiB: 2048, rssKiB: 1024, virtualKiB: 4096 };
      return new Map(
        keys.flatMap((key) => (jobs.has(key) ? [[key, { ...now, pids: [jobs.get(key)?.pid ?? 0] }]] : [])),
      );
    },
    close: () => {
      events = null;
      waiting.length = 0;
    },
    running,
    kind: "fake",
    lines: {
      follow(launch) {
        waiting.push(launch);
        goOn();
      },
      begun: (key) => (launches.some((launch) => launch.key === key) ? (begunBy.get(key)?.after ?? "") : undefined),
      withdraw(keys) {
        const left = waiting.filter(({ key }) => !keys.includes(key));
        const begun = keys.filter((key) => launches.some((launch) => launch.key === key));
        waiting.splice(0, waiting.length, ...left);
        return new Set(begun);
      },
    },
  };
  return {
    connect: async (listener) => {
      if (mute) await new Promise(() => undefined);
      events = listener;
      for (const [key, { after, note }] of begunBy) listener.followed(key, after, note);
      for (const tell of untold.values()) tell();
      return backend;
    },
    ...{ launches, acknowledged, signals, notices, running },
    crash() {
      for (const [key, job] of jobs) {
        job.cancelEnd();
        for (const cancel of job.cancelRows) cancel();
        jobs.delete(key);
        running.delete(key);
      }
      waiting.length = 0;
      const listener = events;
      events = null;
      listener?.lost();
    },
    deafen: () => {
      events = null;
      waiting.length = 0;
    },
    muffle() {
      unhearing = events;
      events = null;
    },
    hangUp() {
      waiting.length = 0;
      (events ?? unhearing)?.lost();
    },
    mute: () => {
      mute = true;
    },
    answer: () => {
      mute = false;
    },
  };
}
