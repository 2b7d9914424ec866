/** Owns what the monitor hears of the queue: a snapshot, then what changed, one JSON text a line. */

import type { ClusterDescription } from "./cluster.ts";
import type { Element, Job, Removed, Waiting } from "./job.ts";
import type { MachineUse } from "./machine-use.ts";
import type { Reason } from "./scheduling.ts";
import type { JobSpec } from "./spec.ts";
import type { JobHead } from "./verbs.ts";

/** What of a job listings show. Of the spec only what was said; `wallTime` null is no limit. */
export interface WatchedHead
  extends Pick<Job, "id" | "dialect" | "name" | "queue" | "account" | "priority" | "submittedAt" | "indices">,
    Pick<Job, "throttle" | "holds" | "beginAt" | "dependency" | "elementIds" | "workingDirectory"> {
  readonly user: Pick<Job["user"], "name" | "uid" | "gid" | "group">;
  readonly spec: Partial<JobSpec>;
  /** Where it goes, if not here: a cluster that it is handed to, or plain machines. */
  readonly target?: string;
  /** Its target, or machines on which it runs, that give no answer: nobody knows how it stands there. */
  readonly silent?: readonly string[];
  readonly need: Omit<Job["need"], "wallTime"> & { readonly wallTime: number | null };
}

/** Elements of a job that stand alike, or one that has started. */
export type WatchedPart =
  | (Omit<Waiting, "job"> & { readonly kind: "waiting"; readonly reason: Reason })
  | (Omit<Removed, "job"> & { readonly kind: "removed" })
  | (Pick<Element, ElementFact> & { readonly kind: "element" });

type ElementFact =
  | "index"
  | "id"
  | "state"
  | "outcome"
  | "holds"
  | "restarts"
  | "node"
  | "queue"
  | "cpuList"
  | "startedAt"
  | "endedAt"
  | "code"
  | "signal"
  | "endedBy"
  | "remark";

/** How many elements of a job stand where. */
export interface Tally {
  readonly done: number;
  readonly running: number;
  readonly waiting: number;
  readonly failed: number;
}

/** One job: `part` is what stands for all of it. */
export interface WatchedJob {
  readonly head: WatchedHead;
  readonly tally: Tally;
  readonly part: WatchedPart;
}

/** What `watch-queue` tells. `reasons`: why the first that waits of a job does. */
export type QueueEvent =
  | { readonly kind: "cluster"; readonly cluster: ClusterDescription; readonly now: number; readonly user: string }
  | { readonly kind: "jobs"; readonly jobs: readonly WatchedJob[]; readonly gone: readonly number[] }
  | { readonly kind: "reasons"; readonly reasons: readonly (readonly [number, Reason])[] }
  | { readonly kind: "whole" };

/** What a running element uses: processor time so far (µs) and memory now (KiB). */
export interface UsageSample {
  readonly job: number;
  readonly index: number | null;
  readonly cpuMicros: number;
  readonly rssKiB: number;
  readonly cpuList: string;
  readonly startedAt: number;
}

/** An element on its processors, from start to end (epoch ms). */
export interface Stretch {
  readonly job: number;
  readonly cpuList: string;
  readonly from: number;
  readonly to: number;
}

/** What `watch-usage` tells, once per moment. */
export interface UsageEvent {
  readonly at: number;
  /** What running elements were given; memory in bytes. */
  readonly taken: { readonly cpus: number; readonly memory: number; readonly gpus: number };
  /** Elements that ended since the last time (at first: in the last minutes). */
  readonly ended: readonly Stretch[];
  readonly machine: MachineUse;
  readonly samples: readonly UsageSample[];
}

/** What `look` is asked. `from` and `count` choose among the parts of the job, in order. */
export interface LookAsk {
  readonly job: number;
  readonly from: number;
  readonly count: number;
  /** An element whose files are wanted; left out: none. */
  readonly files?: { readonly index: number | null };
  readonly script?: boolean;
}

/** What `look` answers. Values of variables that look secret are left out. */
export interface Look {
  readonly job: number;
  readonly from: number;
  readonly total: number;
  readonly parts: readonly WatchedPart[];
  readonly stdout: string;
  /** Empty: with standard output. */
  readonly stderr: string;
  readonly script: string;
  readonly environment: readonly string[];
}

/** A job as it is told. */
export function watchedHead(job: JobHead): WatchedHead {
  const { id, dialect, name, queue, account, priority, submittedAt, indices, throttle, holds, beginAt } = job;
  const { dependency, elementIds, workingDirectory, spec, need, user } = job;
  const { name: userName, uid, gid, group } = user;
  const target = job.target ?? need.target;
  return {
    ...{ id, dialect, name, queue, account, priority, submittedAt, indices, throttle, holds, beginAt },
    ...{ dependency, elementIds, workingDirectory, user: { name: userName, uid, gid, group } },
    spec: Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null)),
    ...(target === undefined ? {} : { target }),
    need: { ...need, wallTime: Number.isFinite(need.wallTime) ? need.wallTime : null },
  };
}

/** An element as it is told. */
export function watchedElement(element: Element): WatchedPart {
  const { index, id, state, outcome, holds, restarts, node, cpuList, startedAt, endedAt } = element;
  const { code, signal, endedBy, remark, queue } = element;
  return {
    ...{ kind: "element", index, id, state, outcome, holds, restarts, node, cpuList, startedAt, endedAt },
    ...{ code, signal, endedBy, remark, queue },
  };
}
