/** Owns how srun words the ends of tasks. */

import type { RankEnd } from "../../language/work.ts";

/** What the system says of a signal's number. */
const signalTexts: Readonly<Record<number, string>> = {
  1: "Hangup",
  2: "Interrupt",
  3: "Quit",
  4: "Illegal instruction",
  5: "Trace/breakpoint trap",
  6: "Aborted",
  7: "Bus error",
  8: "Floating point exception",
  9: "Killed",
  10: "User defined signal 1",
  11: "Segmentation fault",
  12: "User defined signal 2",
  13: "Broken pipe",
  14: "Alarm clock",
  15: "Terminated",
  24: "CPU time limit exceeded",
  25: "File size limit exceeded",
  31: "Bad system call",
};

/** What the system says of an error's name. */
const errorTexts: Readonly<Record<string, string>> = {
  EEXIST: "File exists",
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  ENOEXEC: "Exec format error",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  E2BIG: "Argument list too long",
  ELOOP: "Too many levels of symbolic links",
  ENAMETOOLONG: "File name too long",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  ETXTBSY: "Text file busy",
  EAGAIN: "Resource temporarily unavailable",
  EMFILE: "Too many open files",
  ENOMEM: "Cannot allocate memory",
};

/** What the system says of a signal. */
export function signalText(signal: number): string {
  return signalTexts[signal] ?? `Unknown signal ${signal}`;
}

/** The text of an error's name. */
export function errorText(errno: string): string {
  return errorTexts[errno] ?? errno;
}

/** The number of an error's name on Linux, which some commands end with; 1 for one that is not known. */
export function errorNumber(errno: string): number {
  return errorNumbers[errno] ?? 1;
}

const errorNumbers: Readonly<Record<string, number>> = {
  ENOENT: 2,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  ENOSPC: 28,
  EROFS: 30,
};

/** Tasks that ended in the same way, lowest first. */
export interface EndGroup {
  readonly ranks: readonly number[];
  readonly end: RankEnd;
}

/** Puts together what ended alike. */
export function groupEnds(ends: readonly RankEnd[]): readonly EndGroup[] {
  const groups = new Map<string, { ranks: number[]; end: RankEnd }>();
  for (const end of [...ends].sort((a, b) => a.rank - b.rank)) {
    const key = `${end.code} ${end.signal} ${end.failure?.stage} ${end.failure?.errno} ${end.usage.memoryKills > 0}`;
    const group = groups.get(key);
    if (group) group.ranks.push(end.rank);
    else groups.set(key, { ranks: [end.rank], end });
  }
  return [...groups.values()];
}

/** What stderr says of tasks that ended badly; `program` in a failure is added by who knows it. */
export function failureText(node: string, { ranks, end }: EndGroup): string {
  const { failure, code, signal } = end;
  if (failure && failure.stage !== "exec")
    return `srun: error: Could not open ${failure.stage} file: ${errorText(failure.errno)}\n`;
  if (end.usage.memoryKills > 0) return `srun: error: ${node}: ${rankList(ranks)}: Out Of Memory\n`;
  const what =
    signal === null
      ? `Exited with exit code ${failure ? failure.number : code}`
      : (signalTexts[signal] ?? `Real-time signal ${signal - 34}`);
  return `srun: error: ${node}: ${rankList(ranks)}: ${what}\n`;
}

/** `task 0`, `tasks 0-2,4`. */
export function rankList(ranks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const rank of ranks) {
    const last = runs.at(-1);
    if (last && last[1] === rank - 1) last[1] = rank;
    else runs.push([rank, rank]);
  }
  const list = runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
  return `${ranks.length === 1 ? "task" : "tasks"} ${list}`;
}

/** One line for those that run and one for those that don't. */
export function statusText(count: number, ends: readonly RankEnd[]): readonly string[] {
  const ended = ends.map(({ rank }) => rank).sort((a, b) => a - b);
  const running = Array.from({ length: count }, (_, rank) => rank).filter((rank) => !ended.includes(rank));
  return [
    ...(running.length > 0 ? [`${rankList(running)}: running`] : []),
    ...(ended.length > 0 ? [`${rankList(ended)}: exited`] : []),
  ];
}
