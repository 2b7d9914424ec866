// The runner's protocol: what the daemon orders and what the runner tells. shims/runner.c speaks it too.
//
// Frames are as in relay/frames.ts; every payload is a list of strings, numbers are decimal text. A new connection
// replaces the one before. The daemon says Q first: ends are told only to a connection that has asked.
//
// daemon → runner
//   L  launch: key ([A-Za-z0-9._-], at most 200, no leading dot), directory, fallback directory ("" = a missing
//      directory is a failure), umask (octal), stdin, stdout, stderr ("" = where stdout goes), `append` | `truncate`,
//      affinity ("" or `0,2-3`), count of limits, limits (`nofile=soft:hard`; an empty part stays as it is), program,
//      count of arguments, arguments (argv[0] first), count of variables, variables (K=V), timeline
//   T  key, `replace` | `add`, timeline        A  keys: their records may go        Q  what is there?
// A timeline is a count of rows, then per row: milliseconds from now (in a launch: from the start), signal (0 = none),
// `leader` | `all` | `NAME=` (see model/launch.ts), tag, notice. When a row is due its notice is written to the job's stderr (`%T` is the local time),
// its signal sent; the first non-empty tag comes back with the end. `replace` drops the rows that are not yet due.
//
// runner → daemon
//   S  key, pid, started (ms since 1970)
//   F  key, stage, error name, path: it never ran. Stages: cwd stdin stdout stderr limits exec fork record
//   X  key, `exit` | `signal`, value, started, ended, user µs, system µs, largest resident set KiB, blocks in, blocks
//      out, tag
//   D  key: a record of that key exists, nothing was started
// and to Q:  R  key, pid, started, per running job; then X or F per end not acknowledged; then
//   E  `c` | `node`: that was all, and this is what I am
//
// records/KEY, made exclusively before anything is started, holds lines: `started PID MS`, then `exited` or `failed`
// with the fields of X or F behind the key, separated by blanks.

import type { Ending, Launch, SignalScope, TimelineRow } from "../model/launch.ts";
import { decodeStrings, encodeFrame, encodeStrings } from "../relay/frames.ts";

/** Largest payload either side takes, in bytes. */
export const largestFrame = 16 * 1024 * 1024;

/** Whether a key can name a record. */
export function isKey(key: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(key);
}

/** The `L` frame. */
export function encodeLaunch(launch: Launch): Buffer {
  const { key, cwd, fallbackCwd, umask, stdin, stdout, stderr, append, affinity, limits, file } = launch;
  const { argv, environment, timeline } = launch;
  const strings = [
    ...[key, cwd, fallbackCwd, umask.toString(8), stdin, stdout, stderr, append ? "append" : "truncate", affinity],
    ...[limits.length, ...limits, file, argv.length, ...argv, environment.length, ...environment],
  ];
  return encodeFrame("L", encodeStrings([...strings, ...timelineStrings(timeline)]));
}

/** The `T` frame. */
export function encodeSchedule(key: string, how: "replace" | "add", rows: readonly TimelineRow[]): Buffer {
  return encodeFrame("T", encodeStrings([key, how, ...timelineStrings(rows)]));
}

function timelineStrings(rows: readonly TimelineRow[]): (string | number)[] {
  const strings = rows.flatMap((row) => [
    Math.max(0, Math.ceil(row.afterMs)),
    row.signal,
    row.scope,
    row.tag,
    row.notice,
  ]);
  return [rows.length, ...strings];
}

/** The payload of an `L` frame; undefined when it is not one. */
export function decodeLaunch(payload: Uint8Array): Launch | undefined {
  const take = taker(decodeStrings(payload));
  const [key, cwd, fallbackCwd, umask, stdin, stdout, stderr, mode, affinity] = take.strings(9);
  const limits = take.counted();
  const file = take.string();
  const launch = {
    ...{ key: key ?? "", cwd: cwd ?? "", fallbackCwd: fallbackCwd ?? "", umask: Number.parseInt(umask ?? "0", 8) },
    ...{ stdin: stdin ?? "", stdout: stdout ?? "", stderr: stderr ?? "", append: mode === "append" },
    ...{ affinity: affinity ?? "", limits, file, argv: take.counted(), environment: take.counted() },
    timeline: take.timeline(),
  };
  return take.broken() ? undefined : launch;
}

/** The payload of a `T` frame; undefined when it is not one. */
export function decodeSchedule(
  payload: Uint8Array,
): { key: string; how: "replace" | "add"; rows: TimelineRow[] } | undefined {
  const take = taker(decodeStrings(payload));
  const schedule = {
    key: take.string(),
    how: take.string() === "replace" ? "replace" : "add",
    rows: take.timeline(),
  } as const;
  return take.broken() ? undefined : schedule;
}

/** The strings of `X` behind the key, as in a record behind `exited`. */
export function endingStrings(ending: Ending): (string | number)[] {
  const how = ending.signal === null ? ["exit", ending.code ?? 0] : ["signal", ending.signal];
  const { startedAt, endedAt, userMicros, systemMicros, maxRssKiB, inBlocks, outBlocks, tag } = ending;
  return [...how, startedAt, endedAt, userMicros, systemMicros, maxRssKiB, inBlocks, outBlocks, tag];
}

/** Reads what `endingStrings` writes. */
export function readEnding(key: string, strings: readonly string[]): Ending {
  const [how, value, startedAt, endedAt, userMicros, systemMicros, maxRssKiB, inBlocks, outBlocks, tag] = strings;
  return {
    key,
    code: how === "exit" ? Number(value) : null,
    signal: how === "exit" ? null : Number(value),
    ...{ startedAt: Number(startedAt), endedAt: Number(endedAt) },
    ...{ userMicros: Number(userMicros), systemMicros: Number(systemMicros), maxRssKiB: Number(maxRssKiB) },
    ...{ inBlocks: Number(inBlocks), outBlocks: Number(outBlocks), tag: tag ?? "" },
  };
}

function scopeOf(text: string): SignalScope {
  if (text.endsWith("=")) return `${text.slice(0, -1)}=`;
  return text === "all" ? "all" : "leader";
}

function taker(strings: readonly string[]) {
  let at = 0;
  const string = (): string => strings[at++] ?? "";
  const take = (count: number): string[] => {
    const wanted = Number.isInteger(count) && count >= 0 ? count : Number.POSITIVE_INFINITY;
    const taken = strings.slice(at, at + wanted);
    at += wanted;
    return taken;
  };
  const row = (): TimelineRow => {
    const [afterMs = "", signal = "", scope = "", tag = "", notice = ""] = take(5);
    return { afterMs: Number(afterMs), signal: Number(signal), scope: scopeOf(scope), tag, notice };
  };
  return {
    string,
    strings: take,
    counted: () => take(Number(string() || Number.NaN)),
    timeline: () => {
      const count = Number(string() || Number.NaN);
      const possible = count >= 0 && count * 5 <= strings.length - at;
      if (!possible) at = Number.POSITIVE_INFINITY;
      return possible ? Array.from({ length: count }, row) : [];
    },
    broken: () => at > strings.length,
  };
}
