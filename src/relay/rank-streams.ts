// The streams of the processes of work: the caller's own, pipes to the relay, or files, each of which is opened once.

import { closeSync, constants as files, openSync } from "node:fs";
import { encodeText } from "./bytes.ts";
import { errorNumber } from "./error-numbers.ts";
import type { RankEnd, WorkPlan } from "./work-plan.ts";

/** Standard input, output and error of one process. */
export type Descriptors = readonly [number | "pipe", number | "pipe", number | "pipe"];

/** Descriptors of each rank; the same path is opened once. Nothing, where one cannot be opened: that is told. */
export function openStreams({ ranks, append, label }: WorkPlan, tell: (end: RankEnd) => void): Descriptors[] {
  const opened = new Map<string, number>();
  const output = (path: string, own: 1 | 2): number | "pipe" => {
    if (path === "") return label ? "pipe" : own;
    const known = opened.get(path);
    if (known !== undefined) return known;
    const flags = files.O_WRONLY | files.O_CREAT | files.O_APPEND | (append ? 0 : files.O_TRUNC);
    const descriptor = openSync(encodeText(path), flags, 0o666);
    opened.set(path, descriptor);
    return descriptor;
  };
  const input = (path: string): number | "pipe" =>
    path === "" ? 0 : path === "*" ? "pipe" : openSync(encodeText(path), "r");
  const found: Descriptors[] = [];
  for (const [rank, { stdin, stdout, stderr }] of ranks.entries()) {
    let stage: RankEnd["stage"] = "stdin";
    try {
      const first = input(stdin);
      stage = "stdout";
      const second = output(stdout, 1);
      stage = "stderr";
      found.push([first, second, output(stderr, 2)]);
    } catch (error) {
      tell({ rank, code: null, signal: null, stage, errno: errorNumber(error), figures: [] });
      closeStreams(found);
      return [];
    }
  }
  return found;
}

/** Closes what was opened for them: each process has its own by now. */
export function closeStreams(streams: readonly Descriptors[]): void {
  const all = new Set(streams.flat().filter((stream) => typeof stream === "number" && stream > 2));
  for (const descriptor of all) closeSync(Number(descriptor));
}
