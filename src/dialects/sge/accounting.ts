/** Owns accounting: what is kept of a run that is over, whichever family its job was of. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Element } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead, Listed } from "../../model/verbs.ts";
import { slotRange } from "./codecs.ts";
import { failures } from "./ends.ts";
import { grantedSlots } from "./geometry.ts";
import { matches } from "./patterns.ts";
import { requestList } from "./requests.ts";

/** One record. Times of day in epoch milliseconds, null where the job never ran; the rest in seconds. */
export interface Account {
  readonly job: JobHead;
  readonly element: Element;
  readonly slots: number;
  readonly environment: string;
  /** Accounting's number and words for an end that was not the job's own; number 0 where it was. */
  readonly failed: { readonly number: number; readonly words: string };
  readonly exitStatus: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly wallClock: number;
  readonly userTime: number;
  readonly systemTime: number;
}

/** The records of what is listed, in the order of ending. What was removed before it ran leaves none. */
export function accountsOf(listed: readonly Listed[], cluster: ClusterDescription): readonly Account[] {
  return listed
    .flatMap((one) => (one.kind === "element" && one.element.state === "ended" ? [one] : []))
    .sort((one, other) => (one.element.endedAt ?? 0) - (other.element.endedAt ?? 0))
    .map(({ job, element }) => accountOf(job, element, cluster));
}

/** What a job asked for, as the scheduler sorts jobs by it; NONE where it asked for nothing. */
export function categoryOf({ spec }: Pick<JobHead, "spec">): string {
  return (
    categoryParts
      .map((part) => part(spec))
      .filter(Boolean)
      .join(" ") || "NONE"
  );
}

function accountOf(job: JobHead, element: Element, cluster: ClusterDescription): Account {
  const ran = element.startedAt !== null;
  const endedAt = ran ? element.endedAt : null;
  return {
    job,
    element,
    slots: job.dialect === "sge" ? grantedSlots(job.spec, cluster) : job.need.cpus,
    environment: environmentOf(job.spec, cluster),
    failed: failedOf(element),
    exitStatus: element.signal === null ? (element.code ?? 0) : 128 + element.signal,
    startedAt: element.startedAt,
    endedAt,
    wallClock: Math.max(0, wholeSeconds(endedAt) - wholeSeconds(element.startedAt)),
    userTime: element.userMicros / 1e6,
    systemTime: element.systemMicros / 1e6,
  };
}

// A job of this family was judged in these words; those of others are put into them.
function failedOf(element: Element): Account["failed"] {
  const judged = /^([0-9]+) : (.*)$/.exec(element.remark) ? element.remark : foreignFailure(element);
  const [, number = "0", words = ""] = /^([0-9]+) : (.*)$/.exec(judged) ?? [];
  return { number: Number(number), words };
}

function foreignFailure({ outcome, signal }: Element): string {
  switch (outcome) {
    case null:
      return failures.rescheduled;
    case "timedOut":
    case "outOfMemory":
      return failures.limit;
    case "launchFailed":
      return failures.directory;
    case "cancelled":
    case "nodeFailed":
    case "deadlineMissed":
      return failures.signal;
    case "completed":
    case "failed":
      return signal === null ? "" : failures.signal;
  }
}

function environmentOf({ parallelEnvironment: asked }: JobSpec, cluster: ClusterDescription): string {
  if (!asked) return "NONE";
  return cluster.parallelEnvironments.find(({ name }) => matches(asked.name, name))?.name ?? asked.name;
}

const categoryParts: readonly ((spec: JobSpec) => string)[] = [
  ({ queues }) => (queues?.length ? `-q ${queues.join(",")}` : ""),
  ({ requests }) => requestText(requests, false, "-l"),
  ({ requests }) => requestText(requests, true, "-soft -l"),
  ({ parallelEnvironment: asked }) => (asked ? `-pe ${asked.name} ${slotRange.write(asked.slots)}` : ""),
  ({ project }) => (project ? `-P ${project}` : ""),
];

function requestText(requests: JobSpec["requests"], soft: boolean, option: string): string {
  const asked = requests?.filter((request) => request.soft === soft) ?? [];
  return asked.length ? `${option} ${requestList(soft).write(asked)}` : "";
}

function wholeSeconds(at: number | null): number {
  return at === null ? 0 : Math.floor(at / 1000);
}
