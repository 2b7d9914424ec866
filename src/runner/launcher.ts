// How the Node runner brings a launch to exec: directly where Node can, by a small fixed shell text where it cannot.

import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { errnoOf } from "../model/errors.ts";
import { type Launch, ownNumber } from "../model/launch.ts";

/** What is spawned. */
export interface Program {
  readonly file: string;
  readonly argv0: string;
  readonly argv: readonly string[];
  /** It tells on descriptor 3 what went wrong; silence until that closes means that the job runs. */
  readonly reports: boolean;
}

/** Streams that the launcher has to open, because opening a FIFO waits for a peer; "" for the others. */
export interface WaitingStreams {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program to spawn for a launch, in a control group if there is one. */
export function programOf(launch: Launch, waiting: WaitingStreams, group: string): Program {
  const file = resolve(launch.cwd, launch.file);
  const [argv0 = file, ...argv] = launch.argv;
  const counted = launch.environment.find((entry) => entry.endsWith(`=${ownNumber}`));
  const plain =
    counted === undefined &&
    group === "" &&
    launch.limits.length === 0 &&
    launch.affinity === "" &&
    Object.values(waiting).every((path) => path === "");
  if (plain) return { file, argv0, argv, reports: false };
  const renamed = argv0 !== launch.file && existsSync("/bin/bash");
  const inherited = launch.environment.some((entry) => entry.startsWith("PWD=")) ? "keep" : "drop";
  const words = [renamed ? argv0 : "", file, inherited, launch.affinity, waiting.stdin, waiting.stdout, waiting.stderr];
  const own = counted?.slice(0, counted.indexOf("=")) ?? "";
  const limits = launch.limits.flatMap(limitWords);
  return {
    file: renamed ? "/bin/bash" : "/bin/sh",
    argv0: "sh",
    argv: ["-c", launcherText, "sh", ...words, own, group, String(limits.length / 3), ...limits, ...argv],
    reports: true,
  };
}

/**
 * Values come as positional arguments only. What is approximate: a shell leaves SHLVL and `_` in the environment, and
 * binding to processors needs taskset. Block counts are of 512 bytes, as POSIX has it.
 */
const launcherText = `
fail() { echo "$1" >&3; exit 127; }
set_limit() {
  { { [ -z "$3" ] || ulimit -H "$1" "$3"; } && { [ -z "$2" ] || ulimit -S "$1" "$2"; }; } 2>/dev/null && return
  { { [ -z "$2" ] || ulimit -S "$1" "$2"; } && { [ -z "$3" ] || ulimit -H "$1" "$3"; }; } 2>/dev/null && return
  { [ -z "$3" ] || ulimit -H "$1" "$3"; ulimit -S "$1" "$(ulimit -H "$1")"; } 2>/dev/null
}
argv0=$1 file=$2 pwd=$3 affinity=$4 in=$5 out=$6 err=$7 own=$8 group=$9
shift 9
count=$1
shift
[ -z "$in" ] || exec <"$in" || fail stdin
[ -z "$out" ] || exec >>"$out" || fail stdout
[ -z "$err" ] || { [ "$err" = "$out" ] && exec 2>&1; } || exec 2>>"$err" || fail stderr
[ -z "$affinity" ] || ! command -v taskset >/dev/null || taskset -pc "$affinity" $$ >/dev/null || fail limits
while [ "$count" -gt 0 ]; do
  case $1 in
    nproc) set_limit -p "$2" "$3" || set_limit -u "$2" "$3" || fail limits ;;
    *) set_limit "$1" "$2" "$3" || fail limits ;;
  esac
  shift 3
  count=$((count - 1))
done
[ -z "$group" ] || echo 0 2>/dev/null >"$group/cgroup.procs" || :
[ -z "$own" ] || export "$own=$$"
[ "$pwd" = keep ] || unset PWD OLDPWD
exec 3>&-
[ -z "$argv0" ] || exec -a "$argv0" "$file" "$@"
exec "$file" "$@"
`;

/** Flags of ulimit with the bytes in one of its units. */
const limitFlags: Readonly<Record<string, readonly [flag: string, unit: number]>> = {
  cpu: ["-t", 1],
  fsize: ["-f", 512],
  data: ["-d", 1024],
  stack: ["-s", 1024],
  core: ["-c", 512],
  rss: ["-m", 1024],
  nproc: ["nproc", 1],
  nofile: ["-n", 1],
  memlock: ["-l", 1024],
  as: ["-v", 1024],
};

function limitWords(limit: string): string[] {
  const [, name = "", soft = "", hard = ""] = /^([a-z]+)=([^:]*):?(.*)$/.exec(limit) ?? [];
  const [flag, unit] = limitFlags[name] ?? ["unknown", 1];
  const scaled = (value: string): string => (/^\d+$/.test(value) ? String(BigInt(value) / BigInt(unit)) : value);
  return [flag, scaled(soft), scaled(hard)];
}

/** The error a kernel's exec would give for a program, by name; undefined when it can be tried. */
export function execProblem(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    if (!statSync(path).isFile()) return "EACCES";
    return process.platform === "linux" && !hasKnownFormat(path) ? "ENOEXEC" : undefined;
  } catch (error) {
    return errnoOf(error) || "EIO";
  }
}

/** Node's own spawn would hand an unknown format to a shell, which nobody asked for. */
function hasKnownFormat(path: string): boolean {
  const head = Buffer.alloc(4);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, head, 0, 4, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return true; // executable but not readable: only the kernel can tell
  }
  return head.toString("latin1", 0, 2) === "#!" || head.toString("latin1") === "\x7fELF";
}
