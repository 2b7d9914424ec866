/** Owns how a watched job becomes what the families' listings take, so that their own columns and words are used. */

import { countIndices, type Indices, writeIndices } from "../model/indices.ts";
import { emptySpec } from "../model/spec.ts";
import { noUsage } from "../model/usage.ts";
import type { JobHead, Listed } from "../model/verbs.ts";
import type { WatchedHead, WatchedJob, WatchedPart } from "../model/watch.ts";

/** A part of a job as a line of a listing. */
export function listedOf({ head }: WatchedJob, part: WatchedPart): Listed {
  const job = headOf(head);
  const { id } = head;
  switch (part.kind) {
    case "waiting":
      return { kind: "waiting", job, part: { ...part, job: id }, reason: part.reason, conditions: [] };
    case "removed":
      return { kind: "removed", job, removed: { ...part, job: id } };
    default:
      return { kind: "element", job, element: { ...noUsage, ...part, job: id, gpuList: [], pid: null } };
  }
}

function headOf({ target: _, ...head }: WatchedHead): JobHead {
  return {
    ...head,
    need: { ...head.need, wallTime: head.need.wallTime ?? Number.POSITIVE_INFINITY },
    spec: { ...emptySpec(), ...head.spec },
    user: { ...head.user, home: "", shell: "" },
    ...{ submitHost: "", submitDirectory: head.workingDirectory, umask: 0, limits: "", command: [], notes: [] },
  };
}

/** Indices of a part, `3` or `4-9`. */
export function indicesText(part: WatchedPart): string {
  if (part.kind === "element") return part.index === null ? "" : String(part.index);
  return part.indices === null ? "" : writeIndices(part.indices);
}

export function sizeOf(indices: Indices | null): number {
  return indices === null ? 1 : countIndices(indices);
}

/** Epoch ms of a part's start; null where it has not started. */
export function startOf(part: WatchedPart): number | null {
  return part.kind === "element" ? part.startedAt : null;
}

/** The end of a job that is over. */
export function endOf({ part }: WatchedJob): number {
  if (part.kind === "removed") return part.removedAt;
  return part.kind === "element" ? (part.endedAt ?? 0) : 0;
}

/** What a job is about at the moment, in the order of interest. */
export type Standing = "running" | "suspended" | "waiting" | "held" | "failed" | "done";

export function standingOf({ tally, part }: WatchedJob): Standing {
  if (tally.running > 0) return part.kind === "element" && part.state === "suspended" ? "suspended" : "running";
  if (tally.waiting > 0)
    return part.kind === "waiting" && (part.holds.length > 0 || part.error !== null) ? "held" : "waiting";
  return tally.failed > 0 ? "failed" : "done";
}

const standings: readonly Standing[] = ["running", "suspended", "waiting", "held", "failed", "done"];

/** The place of a job's standing. What is over is one kind. */
export function rankOf(job: WatchedJob): number {
  return standings.indexOf(standingOf(job));
}
