// Work: the processes that the daemon asks a relay to start on the caller's terminal, as both ends write and read them.

import { decodeStrings, encodeStrings } from "./frames.ts";

/** A variable of this value has the process's own number; the same as in model/launch.ts. */
export const ownNumber = "\u0001pid";

/** One process. An empty stream is the relay's own; a stdin of `*` is a copy of the relay's for each that asks. */
export interface RankPlan {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly argv: readonly string[];
  /** Added to the common environment, which has none of these names. In both, `ownNumber` stands for the process's own. */
  readonly environment: readonly string[];
}

/** Processes that are started together. Paths are absolute; the same path is opened once. */
export interface WorkPlan {
  /** Lines are prefixed with the rank. */
  readonly label: boolean;
  /** Files that exist are appended to. */
  readonly append: boolean;
  /** Each process leads a group of its own, so that a signal reaches its children, and what is typed at a terminal reaches none. */
  readonly ownGroups: boolean;
  /** What lies in stdin at the end is taken, as srun does it. */
  readonly takesInput: boolean;
  /** KiB that all of them together may have in memory: while they have more, the largest process is killed; 0 is any. */
  readonly memoryKiB: number;
  /** A control group to be made for them, in which the kernel sees to that; empty: none. */
  readonly memoryGroup: string;
  /** Empty: the relay's own. */
  readonly cwd: string;
  readonly environment: readonly string[];
  readonly ranks: readonly RankPlan[];
}

/** How one process ended. `stage` is what failed before it ran: `exec`, or a stream, which fails all of them. */
export interface RankEnd {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: number | null;
  readonly stage: "" | "exec" | "stdin" | "stdout" | "stderr";
  /** Number of the system's error; 0 for none. */
  readonly errno: number;
  /** What it used, the figures of model/usage.ts in their order; those at the end may be missing. */
  readonly figures: readonly number[];
}

/** The payload of a `w` frame. */
export function encodeWork(plan: WorkPlan): Buffer {
  const flags = [plan.label, plan.append, plan.ownGroups, plan.takesInput].map((flag) => (flag ? "1" : "0")).join("");
  const ranks = plan.ranks.flatMap((rank) => [
    ...[rank.stdin, rank.stdout, rank.stderr],
    ...[rank.argv.length, ...rank.argv, rank.environment.length, ...rank.environment],
  ]);
  return encodeStrings([
    ...[flags, plan.cwd, plan.environment.length, ...plan.environment],
    ...[plan.ranks.length, ...ranks, plan.memoryKiB, plan.memoryGroup],
  ]);
}

export function decodeWork(payload: Uint8Array): WorkPlan {
  const strings = decodeStrings(payload);
  let at = 0;
  const next = (): string => strings[at++] ?? "";
  const list = (): string[] => {
    const count = Number(next());
    at += count;
    return strings.slice(at - count, at);
  };
  const [flags, cwd, environment, count] = [next(), next(), list(), Number(next())];
  const ranks = Array.from({ length: count }, () => ({
    ...{ stdin: next(), stdout: next(), stderr: next() },
    ...{ argv: list(), environment: list() },
  }));
  const [label, append, ownGroups, takesInput] = [...flags].map((flag) => flag === "1");
  return {
    ...{ label: label ?? false, append: append ?? false, ownGroups: ownGroups ?? false },
    takesInput: takesInput ?? false,
    ...{ cwd, environment, ranks, memoryKiB: Number(next()), memoryGroup: next() },
  };
}

/** The payload of an `r` frame. */
export function encodeRankEnd({ rank, code, signal, stage, errno, figures }: RankEnd): Buffer {
  return encodeStrings([rank, code ?? "", signal ?? "", stage, errno, ...figures]);
}

export function decodeRankEnd(payload: Uint8Array): RankEnd {
  const [rank = "", code = "", signal = "", stage = "", errno = "", ...figures] = decodeStrings(payload);
  return {
    rank: Number(rank),
    code: code === "" ? null : Number(code),
    signal: signal === "" ? null : Number(signal),
    stage: stages.find((known) => known === stage) ?? "",
    errno: Number(errno) || 0,
    figures: figures.map(Number),
  };
}

const stages = ["exec", "stdin", "stdout", "stderr"] as const;
