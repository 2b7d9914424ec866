/** Owns the columns of the queue in three vocabularies: Slurm's and Grid Engine's own column rows, and neutral ones. */

import { columns as sgeColumns } from "../dialects/sge/columns.ts";
import { endedLines, linesOf as sgeLinesOf } from "../dialects/sge/lines.ts";
import { prioritiesAmong } from "../dialects/sge/priorities.ts";
import { letterColumns } from "../dialects/slurm/columns.ts";
import { linesOf as slurmLinesOf } from "../dialects/slurm/listing.ts";
import { reasonOf, stateOf } from "../dialects/slurm/states.ts";
import { unknownText } from "../model/away.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import { idleMachine } from "../model/machine-use.ts";
import type { Reason } from "../model/scheduling.ts";
import type { Listed } from "../model/verbs.ts";
import type { WatchedJob, WatchedPart } from "../model/watch.ts";
import { duration, span } from "./amounts.ts";
import { indicesText, listedOf, rankOf, sizeOf, startOf } from "./listed.ts";

/** A job, or one part of it: then `part` is that, else what stands for the job. */
export interface Row {
  readonly job: WatchedJob;
  readonly part: WatchedPart;
  /** A line for the whole job, not for a part. */
  readonly whole: boolean;
}

export interface Surroundings {
  readonly cluster: ClusterDescription;
  readonly now: number;
}

/** One column; `sort` is what rows are compared by, and never depends on the time. */
export interface QueueColumn {
  readonly heading: string;
  readonly width: number;
  readonly right: boolean;
  readonly value: (row: Row, around: Surroundings) => string;
  readonly sort: (job: WatchedJob) => string | number;
  /** Left out where there is little room; the highest first. */
  readonly spare: number;
}

export const vocabularies = ["neutral", "slurm", "sge"] as const;
export type Vocabulary = (typeof vocabularies)[number];

/** What the state of a row is called. */
export function stateWord(row: Row, words: Vocabulary): string {
  const listed = listedOf(row.job, row.part);
  if (words === "slurm") return stateOf(listed).word;
  if (words === "sge") return sgeLine(listed, nowhere)?.state ?? "z";
  return neutralState(row.part);
}

export function neutralState(part: WatchedPart): string {
  if (part.kind === "waiting") return part.error !== null ? "error" : part.holds.length > 0 ? "held" : "waiting";
  if (part.kind === "removed") return part.outcome === "deadlineMissed" ? "too late" : "cancelled";
  if (part.state !== "ended") return part.state;
  return outcomeWords[part.outcome ?? "completed"];
}

const outcomeWords = {
  completed: "done",
  failed: "failed",
  cancelled: "cancelled",
  timedOut: "timed out",
  outOfMemory: "no memory",
  nodeFailed: "node lost",
  deadlineMissed: "too late",
  launchFailed: "no start",
} as const;

/** Before the daemon has told. */
export const nowhere: Surroundings = {
  cluster: {
    ...{ name: "", host: "", nodes: [], queues: [], parallelEnvironments: [], defaultMemoryPerCpu: null },
    ...{ killWait: 0, notifyTime: 0, maxArraySize: 0, minJobAge: 0, strict: false },
  },
  now: 0,
};

const jobId = ({ job, part, whole }: Row): string => {
  const { id, indices } = job.head;
  if (indices === null) return String(id);
  if (whole) return `${id}[${sizeOf(indices)}]`;
  return `${id}_${indicesText(part)}`;
};

/** Longest first while it runs, then by how long it took. */
const bySpan = ({ head, part }: WatchedJob): number => {
  if (part.kind !== "element") return part.kind === "waiting" ? 0 : -1;
  const start = part.startedAt ?? head.submittedAt;
  return part.endedAt === null ? 1e14 - start : part.endedAt - start;
};

const column = (
  heading: string,
  shape: Pick<QueueColumn, "width" | "value" | "sort"> & Partial<QueueColumn>,
): QueueColumn => ({ heading, right: false, spare: 0, ...shape });

const byText = (value: (row: Row) => string) => (job: WatchedJob) => value({ job, part: job.part, whole: true });

const neutral: readonly QueueColumn[] = [
  column("JOB", { width: 12, right: true, value: jobId, sort: ({ head }) => head.id }),
  column("NAME", { width: 18, value: ({ job }) => job.head.name, sort: ({ head }) => head.name }),
  column("USER", { spare: 1, width: 9, value: ({ job }) => job.head.user.name, sort: ({ head }) => head.user.name }),
  column("QUEUE", { spare: 2, width: 9, value: ({ job }) => job.head.queue, sort: ({ head }) => head.queue }),
  column("STATE", { width: 10, value: ({ part }) => neutralState(part), sort: rankOf }),
  column("TIME", { width: 9, right: true, value: ({ part }, { now }) => span(part, now), sort: bySpan }),
  column("LIMIT", {
    ...{ spare: 3, width: 9, right: true, sort: ({ head }) => head.need.wallTime ?? Number.MAX_VALUE },
    value: ({ job }) => (job.head.need.wallTime === null ? "none" : duration(job.head.need.wallTime)),
  }),
  column("CPUS", {
    ...{ spare: 1, width: 4, right: true, sort: ({ head }) => head.need.cpus },
    value: ({ job }) => String(job.head.need.cpus),
  }),
];

function slurmColumn(letter: string, width: number, more: Partial<QueueColumn> = {}): QueueColumn {
  const of = letterColumns.find(({ ask }) => ask === letter);
  const value: QueueColumn["value"] = ({ job, part }, { cluster, now }) => {
    const listing = { cluster, now, bitLength: 64, convert: true, isArray: () => job.head.indices !== null };
    const [line] = slurmLinesOf([listedOf(job, part)], listing);
    return line ? (of?.value(line) ?? "") : "";
  };
  return {
    ...{ heading: of?.heading ?? "", width, right: true, spare: 0, value },
    sort: byText((row) => value(row, nowhere)),
    ...more,
  };
}

const slurm: readonly QueueColumn[] = [
  slurmColumn("i", 12, { value: jobId, sort: ({ head }) => head.id }),
  slurmColumn("P", 9),
  slurmColumn("j", 18, { right: false }),
  slurmColumn("u", 8, { spare: 1 }),
  slurmColumn("t", 2),
  slurmColumn("M", 10, { sort: bySpan }),
  slurmColumn("D", 5, { spare: 2, sort: ({ head }) => head.need.nodes }),
];

function sgeLine(listed: Listed, { cluster, now }: Surroundings) {
  return sgeLinesOf({ listed: [listed], now, cluster, use: idleMachine })[0] ?? endedLines([listed])[0];
}

function sgeColumn(
  name: "id" | "name" | "user" | "state" | "time" | "queue" | "slots",
  width: number,
  more: Partial<QueueColumn> = {},
): QueueColumn {
  const of = sgeColumns[name];
  const value: QueueColumn["value"] = ({ job, part }, around) => {
    const line = sgeLine(listedOf(job, part), around);
    return line ? of.value({ line, of: line, priority: prioritiesAmong([])(line), role: "" }).trim() : "";
  };
  const { heading, right } = of;
  return {
    ...{ heading: heading.trim(), width, right, spare: 0, value, sort: byText((row) => value(row, nowhere)) },
    ...more,
  };
}

const sge: readonly QueueColumn[] = [
  sgeColumn("id", 7, { sort: ({ head }) => head.id }),
  sgeColumn("name", 12),
  sgeColumn("user", 8, { spare: 1 }),
  sgeColumn("state", 5),
  sgeColumn("time", 19, { spare: 3, sort: ({ head, part }) => startOf(part) ?? head.submittedAt }),
  sgeColumn("queue", 16, { spare: 2 }),
  sgeColumn("slots", 5, { sort: ({ head }) => head.need.cpus }),
  column("ja-task-ID", {
    width: 10,
    value: ({ job, part, whole }) => {
      const { indices } = job.head;
      return indices === null ? "" : whole ? `${sizeOf(indices)} tasks` : indicesText(part);
    },
    sort: ({ head }) => sizeOf(head.indices),
  }),
];

/** The columns of each vocabulary, in order. */
export const columnsOf: Readonly<Record<Vocabulary, readonly QueueColumn[]>> = { neutral, slurm, sge };

const waitWords: Readonly<Record<Reason, string>> = {
  none: "starts at once",
  resources: "next in line",
  priority: "behind others",
  reserved: "kept for another queue",
  dependency: "waits for other jobs",
  dependencyNeverMet: "waits for ever",
  heldByUser: "held",
  heldByOperator: "held by an operator",
  beginTime: "not yet time",
  throttle: "as many run as may",
  queueTimeLimit: "too long for its queue",
  queueNodeLimit: "too wide for its queue",
  queueConfiguration: "its queue cannot run it",
  queueDown: "its queue is down",
  nodesDown: "its nodes are down",
  startFailed: "could not start",
  requeuedHeld: "requeued and held",
  targetSilent: "unknown, target silent",
  notTaken: "target does not take it yet",
};

/** What is said behind the columns: where it runs, why it waits, or how it ended; and at what target, if not here. */
export function lastWord(row: Row, words: Vocabulary): string {
  const { target } = row.job.head;
  const word = ownWord(row, words);
  if (target === undefined || word === unknownText(target)) return word;
  return `${word}${word === "" ? "" : " "}at ${target}`;
}

function ownWord({ job, part }: Row, words: Vocabulary): string {
  if (part.kind === "element" && part.state !== "ended") {
    const silent = job.head.silent?.find((name) => name === job.head.target || name === part.node);
    return silent === undefined ? part.node : unknownText(silent);
  }
  if (part.kind === "element") {
    const how = part.signal ? `signal ${part.signal}` : part.code ? `exit code ${part.code}` : "";
    return [how, part.remark].filter(Boolean).join(", ");
  }
  if (part.kind === "removed") return "";
  if (words === "slurm") return `(${reasonOf(listedOf(job, part))})`;
  return part.error ?? waitWords[part.reason];
}
