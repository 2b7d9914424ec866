/** Owns the states of jobs in Slurm's codes and words, and the reasons for waiting or having ended. */

import { silentTarget, unknownText } from "../../model/away.ts";
import type { Element, Hold, Outcome } from "../../model/job.ts";
import type { Reason } from "../../model/scheduling.ts";
import type { Listed } from "../../model/verbs.ts";

/** A state: its short code and its word. */
export interface StateCode {
  readonly code: string;
  readonly word: string;
}

/** Every state Slurm knows, in the order in which it names them. */
export const stateCodes: readonly StateCode[] = [
  { code: "PD", word: "PENDING" },
  { code: "R", word: "RUNNING" },
  { code: "S", word: "SUSPENDED" },
  { code: "CD", word: "COMPLETED" },
  { code: "CA", word: "CANCELLED" },
  { code: "F", word: "FAILED" },
  { code: "TO", word: "TIMEOUT" },
  { code: "NF", word: "NODE_FAIL" },
  { code: "PR", word: "PREEMPTED" },
  { code: "BF", word: "BOOT_FAIL" },
  { code: "DL", word: "DEADLINE" },
  { code: "OOM", word: "OUT_OF_MEMORY" },
  { code: "CG", word: "COMPLETING" },
  { code: "CF", word: "CONFIGURING" },
  { code: "RS", word: "RESIZING" },
  { code: "RD", word: "RESV_DEL_HOLD" },
  { code: "RQ", word: "REQUEUED" },
  { code: "RF", word: "REQUEUE_FED" },
  { code: "RH", word: "REQUEUE_HOLD" },
  { code: "RV", word: "REVOKED" },
  { code: "SI", word: "SIGNALING" },
  { code: "SE", word: "SPECIAL_EXIT" },
  { code: "SO", word: "STAGE_OUT" },
  { code: "ST", word: "STOPPED" },
];

const codeOf: ReadonlyMap<string, StateCode> = new Map(stateCodes.map((state) => [state.word, state]));

/** The state of this code or word, in any case. */
export function findState(text: string): StateCode | undefined {
  const upper = text.toUpperCase();
  return stateCodes.find(({ code, word }) => code === upper || word === upper);
}

/** The word for how an element ended. */
export const endWords: Readonly<Record<Outcome, string>> = {
  completed: "COMPLETED",
  failed: "FAILED",
  cancelled: "CANCELLED",
  timedOut: "TIMEOUT",
  outOfMemory: "OUT_OF_MEMORY",
  nodeFailed: "NODE_FAIL",
  deadlineMissed: "DEADLINE",
  launchFailed: "FAILED",
};

const liveWords: Readonly<Record<Element["state"], string>> = {
  starting: "RUNNING",
  running: "RUNNING",
  suspended: "SUSPENDED",
  ending: "COMPLETING",
  ended: "COMPLETED",
};

/** States that are listed if nobody asks for others. */
export const liveStates: readonly string[] = [
  "PENDING",
  "RUNNING",
  "SUSPENDED",
  "COMPLETING",
  "CONFIGURING",
  "STOPPED",
];

/** The state of what a line of a listing stands for. */
export function stateOf(listed: Listed): StateCode {
  const word = stateWord(listed);
  return codeOf.get(word) ?? { code: "?", word };
}

function stateWord(listed: Listed): string {
  if (listed.kind === "waiting") return "PENDING";
  if (listed.kind === "removed") return endWords[listed.removed.outcome];
  const { outcome, state, stopped } = listed.element;
  if (state === "running" && stopped) return "STOPPED";
  return state === "ended" && outcome !== null ? endWords[outcome] : liveWords[state];
}

const nodesTaken = "Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions";
const waitingReasons: Readonly<Record<Reason, string>> = {
  none: "None",
  resources: "Resources",
  priority: "Priority",
  reserved: nodesTaken,
  dependency: "Dependency",
  dependencyNeverMet: "DependencyNeverSatisfied",
  heldByUser: "JobHeldUser",
  heldByOperator: "JobHeldAdmin",
  beginTime: "BeginTime",
  throttle: "JobArrayTaskLimit",
  queueDown: "PartitionDown",
  nodesDown: nodesTaken,
  queueTimeLimit: "PartitionTimeLimit",
  queueNodeLimit: "PartitionNodeLimit",
  queueConfiguration: "PartitionConfig",
  startFailed: "launch failed requeued held",
  requeuedHeld: "job requeued in held state",
  targetSilent: "unknown: its cluster is silent",
  notTaken: "its cluster does not take it yet",
};

/** The reason that a real controller words so; limits of accounts and qualities of service are a lack of resources. */
export function reasonNamed(word: string): Reason {
  const known = reasonWords.find(([, named]) => named === word);
  if (known !== undefined) return known[0];
  if (/NotAvail|NodeDown/.test(word)) return "nodesDown";
  if (/held/i.test(word)) return "heldByOperator";
  return word === "" || word === "None" ? "none" : "resources";
}

const told: readonly Reason[] = [
  ...(["resources", "priority", "dependency", "dependencyNeverMet", "heldByUser", "heldByOperator"] as const),
  ...(["beginTime", "throttle", "queueDown", "queueTimeLimit", "queueNodeLimit", "queueConfiguration"] as const),
];
const reasonWords = told.map((reason) => [reason, waitingReasons[reason]] as const);

const endReasons: Readonly<Record<Outcome, string>> = {
  completed: "None",
  failed: "NonZeroExitCode",
  cancelled: "None",
  timedOut: "TimeLimit",
  outOfMemory: "OutOfMemory",
  nodeFailed: "NodeDown",
  deadlineMissed: "DeadLine",
  launchFailed: "JobLaunchFailure",
};

/** Why it waits, or what ended it. */
export function reasonOf(listed: Listed): string {
  const silent = silentTarget(listed);
  if (silent !== null) return unknownText(silent);
  if (listed.kind === "waiting") return waitingReasons[listed.reason];
  if (listed.kind === "removed") return removedReason(listed);
  const { outcome, signal, state, holds } = listed.element;
  // A hold on what runs is shown, though it counts only once it is queued again.
  if (state !== "ended" || outcome === null) return holds[0] ? heldReasons[holds[0]] : "None";
  // A script that dies of a signal counts as a failed launch, oddly.
  return outcome === "failed" && signal ? waitingLaunch : endReasons[outcome];
}

const waitingLaunch = "JobLaunchFailure";
const heldReasons: Readonly<Record<Hold, string>> = {
  user: "JobHeldUser",
  operator: "JobHeldAdmin",
  system: "JobHeldAdmin",
};

// What was taken out of the queue keeps the reason it had.
function removedReason({ job, removed }: Extract<Listed, { kind: "removed" }>): string {
  if (removed.outcome === "deadlineMissed") return endReasons.deadlineMissed;
  if (removed.removedBy === null) return waitingReasons.dependencyNeverMet;
  const [hold] = job.holds;
  return hold ? heldReasons[hold] : "None";
}
