/** Owns the variables a job sees: one row each, in the order in which the real execution daemon sets them. */

import type { Start } from "../../language/dialect.ts";
import { architecture } from "./architecture.ts";
import { slotsHeld } from "./geometry.ts";
import { environmentMeant } from "./parallel-environments.ts";
import { shellOf } from "./shells.ts";
import type { Streams } from "./streams.ts";

/** One start, and what was worked out for it. */
export interface Setting {
  readonly start: Start;
  readonly streams: Streams;
  readonly temporaryDirectory: string;
  readonly hostFile: string;
  /** Directory to be found first on PATH; empty where the shell sees to it itself, or there is none. */
  readonly shims: string;
}

/** What a variable is; null leaves it out. */
type Value = (setting: Setting) => string | number | null;

type Variable = readonly [name: string, value: Value];

const installation: readonly Variable[] = [
  ["SGE_ROOT", ({ start }) => parent(parent(start.directory))],
  ["PATH", pathOf],
  ["SGE_ARCH", archOf],
  ["SGE_CELL", () => "default"],
];

/** Set unless the submitter says otherwise. */
const defaults: readonly (readonly [string, string])[] = [["LANG", "C.UTF-8"]];

// Who does not say where a job is to run has it told of its spool directory, until a shell knows better.
const place: readonly Variable[] = [
  ["PWD", ({ start: { job, directory } }) => (job.spec.workingDirectory === null ? directory : job.workingDirectory)],
];

const description: readonly Variable[] = [
  ["REQNAME", ({ start }) => start.job.name],
  ["HOME", ({ start }) => start.job.user.home],
  ["SHELL", ({ start }) => shellOf(start.job, start.machine.hostName)],
  ["USER", ({ start }) => start.job.user.name],
  ["LOGNAME", ({ start }) => start.job.user.name],
  ["JOB_NAME", ({ start }) => start.job.name],
  ["JOB_SCRIPT", scriptOf],
  ["SGE_BINARY_PATH", ({ start }) => start.shims || null],
  ["REQUEST", ({ start }) => start.job.name],
  ["HOSTNAME", ({ start }) => start.machine.hostName],
  ["QUEUE", ({ start }) => start.job.queue],
  ["JOB_ID", ({ start }) => start.job.id],
  ["ENVIRONMENT", () => "BATCH"],
  ["ARC", archOf],
  ["NQUEUES", ({ start }) => start.element.shares?.length ?? 1],
  ["NSLOTS", ({ start }) => slotsHeld(start.job, start.element, start.cluster)],
  ["NHOSTS", () => 1],
  ["PE", ({ start }) => peOf(start)],
  ["QRSH_COMMAND", ({ start: { job } }) => (job.attended ? job.command.join(" ") : null)],
  ["SGE_RSH_COMMAND", ({ start }) => (controlsSlaves(start) ? "builtin" : null)],
  ["PE_HOSTFILE", ({ start, hostFile }) => (peOf(start) === null ? null : hostFile)],
  ["RESTARTED", ({ start }) => (start.element.restarts > 0 ? 1 : 0)],
  ["TMPDIR", ({ temporaryDirectory }) => temporaryDirectory],
  ["TMP", ({ temporaryDirectory }) => temporaryDirectory],
];

const task: readonly Variable[] = [
  ["SGE_TASK_ID", ({ start }) => start.element.index ?? "undefined"],
  ["SGE_TASK_FIRST", ({ start }) => start.job.spec.array?.[0]?.first ?? "undefined"],
  ["SGE_TASK_LAST", ({ start }) => start.job.spec.array?.[0]?.last ?? "undefined"],
  ["SGE_TASK_STEPSIZE", ({ start }) => start.job.spec.array?.[0]?.step ?? "undefined"],
  ["SGE_ACCOUNT", ({ start }) => start.job.account],
  ["SGE_JOB_SPOOL_DIR", ({ start }) => start.directory],
  ["SGE_STDIN_PATH", ({ streams }) => streams.stdin],
  ["SGE_STDOUT_PATH", ({ streams }) => streams.stdout],
  ["SGE_STDERR_PATH", ({ streams }) => streams.stderr || streams.stdout],
  ["SGE_CWD_PATH", ({ start }) => start.job.workingDirectory],
  ["CUDA_VISIBLE_DEVICES", ({ start }) => start.element.gpuList.join(",") || null],
  ["HEADNODE_SHIMS", ({ start }) => start.shims || null],
];

/** Neither `-v` nor `-V` can change these. */
export const variables: readonly Variable[] = [...installation, ...place, ...description, ...task];

/** The whole environment of a start, as `NAME=value`: what was submitted stands between, where the real one puts it. */
export function environmentOf(setting: Setting): readonly string[] {
  const own = (rows: readonly Variable[]): readonly (readonly [string, string])[] =>
    rows.flatMap(([name, value]) => {
      const content = value(setting);
      return content === null ? [] : [[name, String(content)] as const];
    });
  const submitted = setting.start.job.environment.map(split);
  const isOrigin = ([name]: readonly [string, string]): boolean => name.startsWith("SGE_O_");
  const asked = submitted.filter((entry) => !isOrigin(entry));
  const first = [...own(installation), ...defaults, ...own(place), ...asked];
  const whole = new Map([...first, ...own(description), ...submitted.filter(isOrigin), ...own(variables)]);
  return [...whole].map(([name, value]) => `${name}=${value}`);
}

function pathOf({ start, temporaryDirectory, shims }: Setting): string {
  const own = start.job.environment.map(split).find(([name]) => name === "PATH")?.[1];
  return [...(shims === "" ? [] : [shims]), temporaryDirectory, own ?? "/usr/local/bin:/bin:/usr/bin"].join(":");
}

// What qrsh runs is no script, and is called by this name.
function scriptOf({ start: { job, scriptPath } }: Setting): string {
  return scriptPath || (job.attended ? "QRSH" : (job.command[0] ?? ""));
}

function archOf({ start }: Setting): string {
  return architecture(start.machine.arch);
}

function controlsSlaves({ job, cluster }: Start): boolean {
  const asked = job.spec.parallelEnvironment;
  return asked ? environmentMeant(asked.name, cluster)?.attributes?.control_slaves === "TRUE" : false;
}

// A pattern of parallel environments stands for the first described one that fits, or for itself.
function peOf({ job }: Start): string | null {
  return job.spec.parallelEnvironment?.name ?? null;
}

function parent(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

function split(entry: string): readonly [string, string] {
  const equals = entry.indexOf("=");
  return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
}
