/** Owns what a real Slurm's replies to the driver's commands mean. */

import type { Driver, LineReply, Trouble } from "../../language/driver.ts";
import { markStart, type Sighting } from "../../model/forwarding.ts";
import { type Indices, indicesOf } from "../../model/indices.ts";
import type { Outcome } from "../../model/job.ts";
import { fromFigures, type Usage } from "../../model/usage.ts";
import { arrays } from "./arrays.ts";
import { endWords, reasonNamed } from "./states.ts";

/** What squeue is asked of each job, in the order of `-O`. */
export const queueFields = [
  ...["ArrayJobID", "ArrayTaskID", "State", "exit_code", "Reason", "NodeList", "StartTime", "EndTime", "Restartcnt"],
] as const;

/** What sacct is asked of each job and step. */
export const accountFields = [
  ...["JobID", "State", "ExitCode", "Start", "End", "NodeList", "UserCPU", "SystemCPU", "MaxRSS"],
] as const;

export const submitted: Driver["submitted"] = (reply) => {
  const [, native = ""] = /^([0-9]+)(?:;\S*)?$/m.exec(reply.out) ?? [];
  return reply.code === 0 && native !== "" ? { kind: "accepted", native } : troubleOf(reply);
};

export const found: Driver["found"] = ([queue, accounts], marks) => {
  if (queue === undefined || queue.code !== 0) return queue ? troubleOf(queue) : unasked;
  // Without accounts a job that was here and is forgotten already can't be told from one that never came.
  if (accounts === undefined) return unasked;
  if (accounts.code !== 0 && !/storage is disabled/.test(accounts.err)) return laterOf(accounts);
  const lines = [...queue.out.split("\n"), ...accounts.out.split("\n")].filter((line) => line.includes(markStart));
  const natives = new Map<string, string>();
  for (const mark of marks) {
    const native = /^([0-9]+)/.exec(lines.find((line) => line.includes(mark)) ?? "")?.[1];
    if (native !== undefined) natives.set(mark, native);
  }
  return { kind: "found", natives };
};

export const seen: Driver["seen"] = (reply) => {
  // All of the jobs are forgotten.
  if (/Invalid job id specified/.test(reply.err)) return { kind: "seen", sightings: [] };
  if (reply.code !== 0) return troubleOf(reply);
  const rows = reply.out.split("\n").filter((line) => line.includes("|"));
  return { kind: "seen", sightings: rows.flatMap((line) => queued(line.split("|").map((text) => text.trim()))) };
};

function queued(cells: readonly string[]): readonly Sighting[] {
  const [native = "", tasks = "", state = "", exit = "", reason = "", node = "", start = "", end = "", restarts] =
    cells;
  const indices = indicesNamed(tasks);
  const index = indices?.[0]?.[0] ?? null;
  if (waitingWords.includes(state)) {
    const failed = /launch failed/.test(reason);
    const named = failed ? "startFailed" : reasonNamed(reason);
    return [{ kind: "waiting", native, indices, reason: named, error: failed ? reason : null }];
  }
  const outcome = outcomes.get(state);
  if (outcome === undefined) {
    const suspended = state === "SUSPENDED" || state === "STOPPED";
    const counted = Number.parseInt(restarts ?? "", 10);
    const again = Number.isNaN(counted) ? null : counted;
    return [
      { kind: "running", native, index, suspended, node: firstNode(node), startedAt: time(start), restarts: again },
    ];
  }
  if (node === "" && isRemoval(outcome)) return [{ kind: "removed", native, indices, outcome, at: time(end) }];
  const status = Number.parseInt(exit, 10) || 0;
  const times = { startedAt: time(start), endedAt: time(end) };
  const how = { code: status >> 8, signal: status & 127 || null };
  return [{ kind: "ended", native, index, outcome, ...how, node: firstNode(node), ...times, remark: "", usage: null }];
}

export const accounted: Driver["accounted"] = ([reply]) => {
  if (reply === undefined) return unasked;
  if (reply.code !== 0) return laterOf(reply);
  const rows = reply.out
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("|"));
  const steps = rows.filter(([id = ""]) => id.includes("."));
  const sightings = rows
    .filter(([id = ""]) => !id.includes("."))
    .flatMap((cells) =>
      kept(
        cells,
        steps.filter(([id = ""]) => id.startsWith(`${cells[0]}.`)),
      ),
    );
  return { kind: "seen", sightings };
};

function kept(cells: readonly string[], steps: readonly (readonly string[])[]): readonly Sighting[] {
  const [id = "", said = "", exit = "", start = "", end = "", nodes = ""] = cells;
  const [, native = "", tasks = ""] = /^([0-9]+)(?:_(.*))?$/.exec(id) ?? [];
  const indices = indicesNamed(tasks.replaceAll(/[[\]]/g, ""));
  // "CANCELLED by 1000".
  const outcome = outcomes.get(said.split(" ")[0] ?? "");
  if (outcome === undefined) return [];
  const node = nodes === "None assigned" ? "" : nodes;
  if (node === "" && isRemoval(outcome)) return [{ kind: "removed", native, indices, outcome, at: time(end) }];
  const [code = 0, signal = 0] = exit.split(":").map(Number);
  const times = { startedAt: time(start), endedAt: time(end) };
  const index = indices?.[0]?.[0] ?? null;
  const ended = { kind: "ended", native, index, outcome, code, signal: signal || null } as const;
  return [{ ...ended, node: firstNode(node), ...times, remark: "", usage: usageOf(cells, steps) }];
}

function usageOf(cells: readonly string[], steps: readonly (readonly string[])[]): Usage {
  const rss = Math.max(0, ...steps.map(([, , , , , , , , most = ""]) => kibibytes(most)));
  return fromFigures([micros(cells[6] ?? ""), micros(cells[7] ?? ""), rss]);
}

export const ordered: Driver["ordered"] = (reply) => {
  if (reply.code === 0) return { kind: "done" };
  if (/Invalid job id|already (finished|completing)|already completing or completed/i.test(reply.err))
    return { kind: "gone" };
  return troubleOf(reply);
};

export const probed: Driver["probed"] = (reply) => {
  if (reply.code !== 0) return troubleOf(reply);
  const value = (name: string) => new RegExp(`^${name} *= *(.*)$`, "m").exec(reply.out)?.[1]?.trim() ?? "";
  return { kind: "there", what: `Slurm ${value("SLURM_VERSION")}, cluster ${value("ClusterName")}` };
};

/** Said when the controller is away or busy: another time the answer may be another. */
const passing =
  /unable to contact|socket timed out|connect(ion)? (failure|refused|timed out)|temporarily|zero bytes|communication connection failure|unexpected message|unable to establish|in standby|munge|authentication|resource temporarily unavailable|try again|configuration file|job submission rate/i;

/** At a limit of jobs; there is room again when some have ended. */
const full =
  /QOSMaxSubmitJob|AssocMaxSubmitJob|MaxSubmitJobs|job submit limit|quota|no space left|job array creation limit|slurm temporarily unable to accept/i;

function troubleOf(reply: LineReply): Trouble {
  const why = wordsOf(reply);
  return { kind: passing.test(why) || full.test(why) ? "later" : "refused", why };
}

function laterOf(reply: LineReply): Trouble {
  return { kind: "later", why: wordsOf(reply) };
}

const unasked: Trouble = { kind: "later", why: "nothing was answered" };

function wordsOf({ err, out, code }: LineReply): string {
  return (err.trim() || out.trim() || `exit code ${code}`).split("\n").join("; ");
}

const waitingWords: readonly string[] = [
  "PENDING",
  "REQUEUED",
  "REQUEUE_HOLD",
  "REQUEUE_FED",
  "RESV_DEL_HOLD",
  "SPECIAL_EXIT",
];

const outcomes: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  [endWords.completed, "completed"],
  [endWords.failed, "failed"],
  [endWords.cancelled, "cancelled"],
  [endWords.timedOut, "timedOut"],
  [endWords.outOfMemory, "outOfMemory"],
  [endWords.nodeFailed, "nodeFailed"],
  [endWords.deadlineMissed, "deadlineMissed"],
  ["BOOT_FAIL", "nodeFailed"],
  ["PREEMPTED", "cancelled"],
  ["REVOKED", "cancelled"],
]);

function isRemoval(outcome: Outcome): outcome is "cancelled" | "deadlineMissed" {
  return outcome === "cancelled" || outcome === "deadlineMissed";
}

function indicesNamed(tasks: string): Indices | null {
  if (tasks === "" || tasks === "N/A") return null;
  const { ranges } = arrays.read(tasks);
  return ranges === null ? null : indicesOf(ranges);
}

/** Epoch ms of epoch seconds, or of UTC where the format was not taken. */
function time(text: string): number | null {
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000 || null;
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? null : at;
}

function firstNode(nodes: string): string {
  return nodes === "(null)" ? "" : nodes;
}

/** `1-02:03:04.567` or `03:04.567`, in microseconds. */
function micros(text: string): number {
  const [clock = "", days = "0"] = text.split("-").reverse();
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number.isNaN(seconds) ? 0 : Math.round((Number(days) * 86_400 + seconds) * 1e6);
}

function kibibytes(text: string): number {
  const [, amount = "0", unit = "K"] = /^([0-9.]+)([KMGT]?)/.exec(text) ?? [];
  return Math.round(Number(amount) * 1024 ** Math.max(0, "KMGT".indexOf(unit || "K")));
}
