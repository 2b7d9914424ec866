/** Owns accounting: what is kept of a run that is over, whichever family its job was of. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Element } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead, Listed } from "../../model/verbs.ts";
import { slotRange } from "./codecs.ts";
import { failures } from "./ends.ts";
import { slotsHeld } from "./geometry.ts";
import { matches } from "./patterns.ts";
import { requestList } from "./requests.ts";

/** One record. Times of day in epoch milliseconds, null where the job never ran; the rest in seconds and bytes. */
export interface Account {
  readonly queue: string;
  readonly host: string;
  readonly group: string;
  /** Null where a file says only the name. */
  readonly gid: number | null;
  readonly owner: string;
  readonly project: string;
  readonly department: string;
  readonly name: string;
  readonly id: number;
  readonly task: number | null;
  readonly account: string;
  /** The queue's, not the job's. */
  readonly priority: number;
  readonly submittedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly environment: string;
  readonly slots: number;
  /** Accounting's number and words for an end that was not the job's own; number 0 where it was. */
  readonly failed: { readonly number: number; readonly words: string };
  readonly exitStatus: number;
  readonly wallClock: number;
  readonly userTime: number;
  readonly systemTime: number;
  /** What the system counted, by its names. */
  readonly resources: Readonly<Record<ResourceName, number>>;
  readonly cpu: number;
  /** Gigabytes times seconds. */
  readonly memory: number;
  /** Gigabytes. */
  readonly transferred: number;
  readonly transferTime: number;
  readonly maxVirtual: number;
  readonly category: string;
  /** Further tasks of a parallel job have names. */
  readonly parallelTask: string | null;
  readonly reservation: { readonly id: number; readonly submittedAt: number } | null;
}

/** What getrusage has, in the order in which accounting writes it. */
export const resourceNames = [
  ...(["maxrss", "ixrss", "ismrss", "idrss", "isrss", "minflt", "majflt", "nswap", "inblock", "oublock"] as const),
  ...(["msgsnd", "msgrcv", "nsignals", "nvcsw", "nivcsw"] as const),
] as const;
export type ResourceName = (typeof resourceNames)[number];

/** The records of what is listed, in the order of ending; of what ended in the same second, by number. What was removed before it ran leaves none. */
export function accountsOf(listed: readonly Listed[], cluster: ClusterDescription): readonly Account[] {
  return listed
    .flatMap((one) => (one.kind === "element" && one.element.state === "ended" ? [one] : []))
    .sort(inOrder)
    .map(({ job, element }) => accountOf(job, element, cluster));
}

type Ended = Extract<Listed, { kind: "element" }>;

// The real one hears of ends once a second.
function inOrder({ job: one, element }: Ended, { job: other, element: otherElement }: Ended): number {
  const seconds = wholeSeconds(element.endedAt) - wholeSeconds(otherElement.endedAt);
  const tasks = (element.index ?? 0) - (otherElement.index ?? 0);
  return seconds || one.id - other.id || tasks || element.restarts - otherElement.restarts;
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
  const [userTime, systemTime] = [element.userMicros / 1e6, element.systemMicros / 1e6];
  return {
    ...ownerOf(job),
    ...{ queue: job.queue, host: element.node, name: job.name, id: job.id, task: element.index, priority: 0 },
    ...{ submittedAt: job.submittedAt, startedAt: element.startedAt, endedAt },
    environment: environmentOf(job.spec, cluster),
    slots: job.dialect === "sge" ? slotsHeld(job, element, cluster) : job.need.cpus,
    failed: failedOf(element),
    exitStatus: element.signal === null ? (element.code ?? 0) : 128 + element.signal,
    wallClock: Math.max(0, wholeSeconds(endedAt) - wholeSeconds(element.startedAt)),
    ...{ userTime, systemTime, cpu: userTime + systemTime, resources: resourcesOf(element) },
    memory: element.virtualKiBMillis / 1000 / 2 ** 20,
    transferred: (element.readBytes + element.writtenBytes) / 2 ** 30,
    transferTime: 0,
    maxVirtual: element.maxVirtualKiB * 1024,
    category: categoryOf(job),
    parallelTask: null,
    reservation: null,
  };
}

function ownerOf(job: JobHead): Pick<Account, "owner" | "group" | "gid" | "project" | "department" | "account"> {
  const { name: owner, group, gid } = job.user;
  const project = job.spec.project || "NONE";
  return { owner, group, gid, project, department: "defaultdepartment", account: job.account || "sge" };
}

// What no wait4 of a job's supervisor tells, or what one machine does not have, is nothing.
function resourcesOf(element: Element): Account["resources"] {
  return {
    // The real one takes the system's kilobytes for bytes here; programs that read it know.
    maxrss: element.maxRssKiB,
    ...{ ixrss: 0, ismrss: 0, idrss: 0, isrss: 0, nswap: 0, msgsnd: 0, msgrcv: 0, nsignals: 0 },
    ...{ minflt: element.minorFaults, majflt: element.majorFaults },
    ...{ inblock: element.inBlocks, oublock: element.outBlocks },
    ...{ nvcsw: element.voluntarySwitches, nivcsw: element.involuntarySwitches },
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
    case "nodeFailed":
    case "deadlineMissed":
      return failures.signal;
    case "cancelled":
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
