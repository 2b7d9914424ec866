/** Owns accounting records: what of a job `sacct` shows on a line, and the values its fields share. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Element } from "../../model/job.ts";
import type { Step } from "../../model/step.ts";
import { noUsage, usageOf, without } from "../../model/usage.ts";
import type { Listed } from "../../model/verbs.ts";
import { foldIndices } from "./arrays.ts";
import { aloneIndex } from "./listing.ts";
import { endWords } from "./states.ts";

/** One line of accounting: an allocation, its batch step, or a step that srun ran, whose times and end `listed` has. */
export interface AccountingRecord {
  readonly listed: Listed;
  /** `batch` or a number. */
  readonly step: string | null;
  /** The step that srun ran. */
  readonly ran: Step | null;
  readonly cluster: ClusterDescription;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the node's processors run at; 0: nobody knows. */
  readonly megahertz: number;
  /** What still runs tells what it has used so far (sstat); in accounting it does at its end. */
  readonly live: boolean;
  /** `K`, `M`, `G` … to show sizes in, `none` for bytes, or null to choose. */
  readonly unit: string | null;
  /** Times outside of this are shown as its ends; left out: as they are. */
  readonly window?: { readonly since: number; readonly until: number };
  /** The highest exit code of the steps that srun ran. */
  readonly derivedCode: number;
  /** 125 where one of them had too little memory. */
  readonly derivedSignal: number;
}

/** The allocation's record and, where a script ran or runs, that of its batch step; then srun's steps. */
export function recordsOf(
  listed: Listed,
  world: Omit<AccountingRecord, "listed" | "step" | "ran" | "derivedCode" | "derivedSignal">,
  steps: readonly Step[] = [],
): readonly AccountingRecord[] {
  const plain: AccountingRecord = { ...world, listed, step: null, ran: null, derivedCode: 0, derivedSignal: 0 };
  if (listed.kind !== "element" || (listed.element.startedAt === null && !failedToLaunch(listed.element)))
    return [plain];
  const { index, restarts } = listed.element;
  const own = steps.filter((step) => step.index === index && step.restarts === restarts);
  const allocation = {
    ...plain,
    derivedCode: Math.max(0, ...own.map(({ code }) => code ?? 0)),
    derivedSignal: own.some(({ outcome }) => outcome === "outOfMemory") ? 125 : 0,
  };
  return [
    allocation,
    ...(listed.job.attended ? [] : [{ ...allocation, listed: listedBatch(listed, own), step: "batch" }]),
    ...own.map((ran) => ({ ...allocation, listed: listedStep(listed, ran), step: String(ran.step), ran })),
  ];
}

// slurmd has begun the batch step where its file or its interpreter turns out to be missing.
function failedToLaunch({ outcome }: Element): boolean {
  return outcome === "launchFailed" || outcome === "failed";
}

// What an element used is of its steps, too; what of memory was theirs at the same moment nobody knows.
function listedBatch(listed: Extract<Listed, { kind: "element" }>, steps: readonly Step[]): Listed {
  let used = usageOf(listed.element);
  for (const { usage } of steps) if (usage) used = without(used, usage.total);
  return { ...listed, element: { ...listed.element, ...used } };
}

// A step that was running when its element ended, ended with it.
function listedStep({ job, element, ...rest }: Extract<Listed, { kind: "element" }>, step: Step): Listed {
  const { startedAt, endedAt, outcome, code, signal } = step;
  const cut = endedAt === null && element.state === "ended";
  const end = cut
    ? { endedAt: element.endedAt, outcome: "cancelled" as const, code: 0, signal: 9 }
    : { endedAt, outcome, code, signal };
  return {
    ...rest,
    job: { ...job, need: { ...job.need, cpus: step.cpus, nodes: step.nodes } },
    element: { ...element, ...(step.usage?.total ?? noUsage), startedAt, ...end },
  };
}

/** The element a record is about; null while it waits or where it never started. */
export function elementOf({ listed }: AccountingRecord): Element | null {
  return listed.kind === "element" ? listed.element : null;
}

/** Whether the record tells what a step used: allocations do not, nor does what is not over. */
export function isMeasured({ step, listed, live }: AccountingRecord): boolean {
  return step !== null && (live || (listed.kind === "element" && listed.element.endedAt !== null));
}

/** `5`, `5_3`, `5_[2-6%1]`, and `.batch` on a step. `raw` gives the element's own id instead. */
export function accountingId({ listed, step }: AccountingRecord, raw: boolean): string {
  return `${raw ? ownId(listed) : shownId(listed)}${step === null ? "" : `.${step}`}`;
}

/** Epoch milliseconds of start and end; null where there was none. What was removed has its removal as both. */
export function timesOf(record: AccountingRecord): Times {
  const { start, end } = ownTimes(record);
  const { window } = record;
  if (!window || start === null) return { start, end };
  const until = Math.min(window.until, record.now);
  return { start: Math.max(start, window.since), end: end === null || end > until ? until : end };
}

/** Whether it was never to start. */
export function isHeld(listed: Listed): boolean {
  if (listed.kind === "element") return false;
  return (listed.kind === "waiting" ? listed.part.holds : listed.job.holds).length > 0;
}

interface Times {
  readonly start: number | null;
  readonly end: number | null;
}

function ownTimes({ listed }: AccountingRecord): Times {
  if (listed.kind === "removed")
    return { start: isHeld(listed) ? null : listed.removed.removedAt, end: listed.removed.removedAt };
  return listed.kind === "element"
    ? { start: listed.element.startedAt, end: listed.element.endedAt }
    : { start: null, end: null };
}

/** Whole seconds from start to end, or to now; 0 before the start. */
export function elapsedOf(record: AccountingRecord): number {
  const { start, end } = timesOf(record);
  return start === null ? 0 : Math.max(0, Math.floor(((end ?? record.now) - start) / 1000));
}

/** The state's word; who cancelled is said of the allocation only. */
export function stateOf(record: AccountingRecord): string {
  const { listed } = record;
  if (listed.kind === "waiting") return "PENDING";
  if (listed.kind === "removed" && listed.removed.outcome === "deadlineMissed") return "DEADLINE";
  if (listed.kind === "removed")
    return listed.removed.removedBy === null ? "CANCELLED" : `CANCELLED by ${listed.removed.removedBy}`;
  const { element } = listed;
  const by = record.ran?.endedBy;
  if (by !== undefined) return `CANCELLED by ${by}`;
  if (record.step !== null) return stepState(element);
  if (element.outcome === "cancelled" && element.endedBy !== null) return `CANCELLED by ${element.endedBy}`;
  return element.outcome === null ? liveWords[element.state] : endWords[element.outcome];
}

/** `code:signal`. Slurm's accounting takes 128 off codes that shells give to signals, and blames the script for no limit. */
export function exitCodeOf(record: AccountingRecord): string {
  const { listed } = record;
  if (listed.kind === "removed" && listed.removed.outcome === "deadlineMissed") return "1:0";
  const element = elementOf(record);
  // The step's end is lost with its node.
  if (record.step !== null && element?.outcome === "nodeFailed") return "";
  const ended = element?.outcome !== null || (element.state === "ended" && record.step !== null);
  if (!element || !ended) return "0:0";
  if (record.step === null && element.outcome !== null && overridden.has(element.outcome))
    return element.outcome === "outOfMemory" ? "0:125" : "0:0";
  const code = element.code ?? 0;
  return `${code >= 128 ? code - 128 : code}:${element.signal ?? 0}`;
}

const overridden: ReadonlySet<string> = new Set([
  "cancelled",
  "timedOut",
  "deadlineMissed",
  "nodeFailed",
  "outOfMemory",
]);

const liveWords: Readonly<Record<Element["state"], string>> = {
  starting: "RUNNING",
  running: "RUNNING",
  suspended: "SUSPENDED",
  ending: "RUNNING",
  // An earlier run that was ended to be queued again.
  ended: "REQUEUED",
};

function stepState(element: Element): string {
  if (element.state === "suspended") return "SUSPENDED";
  if (element.outcome === null && element.state !== "ended") return "RUNNING";
  if (element.outcome === "outOfMemory") return "OUT_OF_MEMORY";
  if (element.outcome === "nodeFailed") return "CANCELLED";
  if (element.signal !== null && element.signal !== 0) return "CANCELLED";
  return element.code === 0 ? "COMPLETED" : "FAILED";
}

function shownId(listed: Listed): string {
  const { job } = listed;
  if (job.indices === null) return String(job.id);
  if (listed.kind === "element") return `${job.id}_${listed.element.index}`;
  const alone = aloneIndex(listed);
  if (alone !== null) return `${job.id}_${alone}`;
  const indices = (listed.kind === "waiting" ? listed.part.indices : listed.removed.indices) ?? job.indices;
  return `${job.id}_[${foldIndices(indices, job.throttle)}]`;
}

function ownId(listed: Listed): number {
  return listed.kind === "element" ? listed.element.id : listed.job.id;
}
