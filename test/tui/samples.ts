/** Owns jobs and pictures for the monitor's tests. */

import { plainCluster } from "../../src/model/cluster.ts";
import type { Tally, WatchedJob, WatchedPart } from "../../src/model/watch.ts";
import { createJobs, type Jobs } from "../../src/tui/jobs.ts";
import type { Picture } from "../../src/tui/session.ts";
import { arrangementOf, firstState, type State } from "../../src/tui/state.ts";
import { createThroughput, noUsageYet } from "../../src/tui/usage.ts";

export const now = Date.UTC(2026, 10, 21, 12, 0, 0);
const none: Tally = { done: 0, running: 0, waiting: 0, failed: 0 };

export const waits: WatchedPart = {
  ...{ kind: "waiting", indices: null, holds: [], error: null, restarts: 0, beginAt: 0, reason: "priority" },
};

export function runs(index: number | null, more: Partial<Extract<WatchedPart, { kind: "element" }>> = {}): WatchedPart {
  return {
    ...{
      kind: "element",
      index,
      id: 1,
      state: "running",
      outcome: null,
      holds: [],
      restarts: 0,
      node: "node1",
      queue: null,
    },
    ...{ cpuList: "0", startedAt: now - 65_000, endedAt: null, code: null, signal: null, endedBy: null, remark: "" },
    ...more,
  };
}

export const ended = (outcome: "completed" | "failed", endedAt = now - 1000): WatchedPart =>
  runs(null, { state: "ended", outcome, code: outcome === "failed" ? 3 : 0, endedAt });

interface Sample extends Partial<Omit<WatchedJob["head"], "user">> {
  readonly part?: WatchedPart;
  readonly tally?: Partial<Tally>;
  readonly user?: string;
}

export function job(id: number, { part = waits, tally, user = "ada", ...head }: Sample = {}): WatchedJob {
  return {
    head: {
      ...{
        id,
        dialect: "slurm",
        name: `job${id}`,
        queue: "debug",
        account: "root",
        priority: 1,
        submittedAt: now - 90_000,
      },
      ...{ indices: null, throttle: 0, holds: [], beginAt: 0, dependency: null, elementIds: true },
      ...{ workingDirectory: "/data", user: { name: user, uid: 1000, gid: 1000, group: "ada" }, spec: {} },
      need: { cpus: 1, memory: 0, gpus: 0, nodes: 1, wallTime: 3_600_000 },
      ...head,
    },
    tally: { ...none, ...(tally ?? tallyOf(part)) },
    part,
  };
}

function tallyOf(part: WatchedPart): Partial<Tally> {
  if (part.kind === "waiting") return { waiting: 1 };
  if (part.kind === "removed") return { failed: 1 };
  return part.state !== "ended" ? { running: 1 } : part.outcome === "completed" ? { done: 1 } : { failed: 1 };
}

export const size = { columns: 100, rows: 12 };

export function start(jobs: readonly WatchedJob[], state: State = { ...firstState(size, "neutral", ""), whole: true }) {
  const all: Jobs = createJobs(arrangementOf(state));
  all.put(jobs);
  return { jobs: all, state };
}

export function pictureOf(state: State, jobs: Jobs, more: Partial<Picture> = {}): Picture {
  const cluster = plainCluster({ host: "node1", cpus: 4, memory: 8 * 2 ** 30, gpus: 0 });
  return {
    ...{ state, jobs, around: { cluster, now }, detail: null, log: null, usage: noUsageYet },
    throughput: createThroughput(),
    ...more,
  };
}
