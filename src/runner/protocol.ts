// The runner's protocol: what the daemon orders and what the runner tells. shims/runner.c speaks it too.
//
// Frames are as in relay/frames.ts; every payload is a list of strings, numbers are decimal text. A new connection
// replaces the one before. The daemon says Q first: ends are told only to a connection that has asked.
//
// daemon → runner
//   L  launch: key ([A-Za-z0-9._-], at most 200, no leading dot), directory, fallback directory ("" = a missing
//      directory is a failure), umask (octal), stdin, stdout, stderr ("" = where stdout goes), `append` | `truncate`,
//      affinity ("" or `0,2-3`), count of limits, limits (`nofile=soft:hard`; an empty part stays as it is), program,
//      count of arguments, arguments (argv[0] first), count of variables, variables (K=V), timeline, memory limits,
//      control group, line, note ("" or left out: none). A job with a line is a member of it
//   N  next: as L, with a line. It waits in the order of arrival and is begun, with its affinity, in the place of the
//      member of its line that ended first (X or F told), is not acknowledged and was not followed yet: at once, or when
//      the next one ends. Where a record of its key exists it was withdrawn: it is dropped without a word, and the next
//      one is taken. One that fails is a member that ended. All that waits is forgotten when the connection ends
//   B  back: keys. Those that wait are forgotten, records of those that are no jobs here are removed
//   T  key, `replace` | `add`, timeline        A  keys: their records may go        Q  what is there?
//   U  keys: what do these jobs use now?
// A timeline is a count of rows, then per row: milliseconds from now (in a launch: from the start), signal (0 = none),
// `leader` | `all` | `NAME=` (see model/launch.ts), tag, notice. When a row is due its notice is written to the job's stderr (`%T` is the local time),
// its signal sent; the first non-empty tag comes back with the end. `replace` drops the rows that are not yet due.
// Memory limits are a count of rows, then per row: `resident` (shared pages count once) | `virtual`, KiB, signal,
// `largest` | `all` | `NAME=`, tag. Where the job's processes together have more than that, the signal goes to the one that has
// most, again and again until it is enough (each time counts as a memory kill), or once to all of them.
//
// runner → daemon
//   S  key, pid, started (ms since 1970)
//   F  key, stage, error name, path: it never ran. Stages: cwd stdin stdout stderr limits exec fork record
//   G  key, tag: the first row with a tag was due, or a limit with one broken; it is told once, and not kept
//   X  key, `exit` | `signal`, value, started, ended, tag, and the figures of model/usage.ts in their order
//   U  key, and of a job that runs: resident KiB now, address space KiB now, count of processes, their ids, the figures
//   D  key: a record of that key exists, nothing was started
// and to Q:  N  key, key of the one in whose place it was begun, note, per job that was begun by N, in the order in which
// they began; then R  key, pid, started, per running job; then X or F per end not acknowledged; then
//   E  `c` | `node`, `lines`: that was all, this is what I am, and N is known here (an older one leaves it out)
//
// records/KEY, made exclusively before anything is started, holds lines: `started PID MS`, then `exited` or `failed`
// with the fields of X or F behind the key, separated by blanks. One that was begun by N has `after KEY NOTE` before them;
// `withdrawn` by itself was put there by a daemon to take a launch back (records.ts). A line `record KEY` before them says that what stands
// above it is of an earlier record: the C runner gives new names to files that it has, because making one costs more.

import type { Ending, Launch, MemoryRow, SignalScope, TimelineRow } from "../model/launch.ts";
import { figuresOf, fromFigures, type LiveUsage } from "../model/usage.ts";
import { decodeStrings, encodeFrame, encodeStrings } from "../relay/frames.ts";

/** Largest payload either side takes, in bytes. */
export const largestFrame = 16 * 1024 * 1024;

/** Whether a key can name a record. */
export function isKey(key: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(key);
}

/** The `L` frame, or `N` for one that waits for a place in its line. */
export function encodeLaunch(launch: Launch, kind: "L" | "N" = "L"): Buffer {
  const { key, cwd, fallbackCwd, umask, stdin, stdout, stderr, append, affinity, limits, file } = launch;
  const { argv, environment, timeline, memory, memoryGroup = "", line = "", note = "" } = launch;
  const strings = [
    ...[key, cwd, fallbackCwd, umask.toString(8), stdin, stdout, stderr, append ? "append" : "truncate", affinity],
    ...[limits.length, ...limits, file, argv.length, ...argv, environment.length, ...environment],
  ];
  const limited = [...memoryStrings(memory), memoryGroup, line, note];
  return encodeFrame(kind, encodeStrings([...strings, ...timelineStrings(timeline), ...limited]));
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

function memoryStrings(rows: readonly MemoryRow[]): (string | number)[] {
  const strings = rows.flatMap(({ measure, limitKiB, signal, scope, tag }) => [
    ...[measure, Math.floor(limitKiB), signal, scope, tag],
  ]);
  return [rows.length, ...strings];
}

/** The payload of an `L` or `N` frame; undefined when it is not one. */
export function decodeLaunch(payload: Uint8Array): Launch | undefined {
  const take = taker(decodeStrings(payload));
  const [key, cwd, fallbackCwd, umask, stdin, stdout, stderr, mode, affinity] = take.strings(9);
  const limits = take.counted();
  const file = take.string();
  const launch = {
    ...{ key: key ?? "", cwd: cwd ?? "", fallbackCwd: fallbackCwd ?? "", umask: Number.parseInt(umask ?? "0", 8) },
    ...{ stdin: stdin ?? "", stdout: stdout ?? "", stderr: stderr ?? "", append: mode === "append" },
    ...{ affinity: affinity ?? "", limits, file, argv: take.counted(), environment: take.counted() },
    ...{ timeline: take.timeline(), memory: take.memory() },
  };
  if (take.broken()) return undefined;
  const [memoryGroup = "", line = "", note = ""] = take.strings(3); // an older daemon says nothing of them
  return {
    ...launch,
    ...(memoryGroup === "" ? {} : { memoryGroup }),
    ...(line === "" ? {} : { line }),
    ...(note === "" ? {} : { note }),
  };
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
  return [...how, ending.startedAt, ending.endedAt, ending.tag, ...figuresOf(ending)];
}

/** Reads what `endingStrings` writes. */
export function readEnding(key: string, strings: readonly string[]): Ending {
  const [how, value, startedAt, endedAt, tag = "", ...figures] = strings;
  return {
    key,
    code: how === "exit" ? Number(value) : null,
    signal: how === "exit" ? null : Number(value),
    ...{ startedAt: Number(startedAt), endedAt: Number(endedAt), tag },
    ...fromFigures(figures.map(Number)),
  };
}

function memoryScopeOf(text: string): MemoryRow["scope"] {
  if (text.endsWith("=")) return `${text.slice(0, -1)}=`;
  return text === "all" ? "all" : "largest";
}

function scopeOf(text: string): SignalScope {
  if (text.endsWith("=")) return `${text.slice(0, -1)}=`;
  return text === "all" ? "all" : "leader";
}

/** The strings of `U` behind the key. */
export function liveStrings({ rssKiB, virtualKiB, pids, ...usage }: LiveUsage): (string | number)[] {
  return [rssKiB, virtualKiB, pids.length, ...pids, ...figuresOf(usage)];
}

/** Reads what `liveStrings` writes; null where nothing of that key runs. */
export function readLive(strings: readonly string[]): LiveUsage | null {
  const [rssKiB = 0, virtualKiB = 0, count = 0, ...rest] = strings.map(Number);
  if (strings.length === 0) return null;
  return { ...fromFigures(rest.slice(count)), rssKiB, virtualKiB, pids: rest.slice(0, count) };
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
  const memoryRow = (): MemoryRow => {
    const [measure = "", limitKiB = "", signal = "", scope = "", tag = ""] = take(5);
    return {
      measure: measure === "virtual" ? "virtual" : "resident",
      ...{ limitKiB: Number(limitKiB), signal: Number(signal), scope: memoryScopeOf(scope), tag },
    };
  };
  const rows = <T>(one: () => T): T[] => {
    const count = Number(string() || Number.NaN);
    const possible = count >= 0 && count * 5 <= strings.length - at;
    if (!possible) at = Number.POSITIVE_INFINITY;
    return possible ? Array.from({ length: count }, one) : [];
  };
  return {
    string,
    strings: take,
    counted: () => take(Number(string() || Number.NaN)),
    timeline: () => rows(row),
    memory: () => rows(memoryRow),
    broken: () => at > strings.length,
  };
}
