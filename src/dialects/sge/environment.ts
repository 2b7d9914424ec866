/** Owns the variables a job sees: one row each, in the order in which the real execution daemon sets them. */

import type { Kin, Start } from "../../language/dialect.ts";
import { filled, own, type Part, partsOf, type Variable } from "../../language/variables.ts";
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

type Row = Variable<Kin, Setting>;

const installation: readonly Row[] = [
  ["SGE_ROOT", own(({ start }: Setting) => parent(parent(start.directory)))],
  ["PATH", own(pathOf)],
  ["SGE_ARCH", archOf],
  ["SGE_CELL", () => "default"],
];

/** Set unless the submitter says otherwise. */
const defaults: readonly string[] = ["LANG=C.UTF-8"];

// Who does not say where a job is to run has it told of its spool directory, until a shell knows better.
const place: readonly Row[] = [
  [
    "PWD",
    own(({ start: { job, directory } }: Setting) =>
      job.spec.workingDirectory === null ? directory : job.workingDirectory,
    ),
  ],
];

const description: readonly Row[] = [
  ["REQNAME", ({ job }) => job.name],
  ["HOME", ({ job }) => job.user.home],
  ["SHELL", ({ job, machine }) => shellOf(job, machine.hostName)],
  ["USER", ({ job }) => job.user.name],
  ["LOGNAME", ({ job }) => job.user.name],
  ["JOB_NAME", ({ job }) => job.name],
  ["JOB_SCRIPT", scriptOf],
  ["SGE_BINARY_PATH", ({ shims }) => shims || null],
  ["REQUEST", ({ job }) => job.name],
  ["HOSTNAME", ({ machine }) => machine.hostName],
  ["QUEUE", ({ job }) => job.queue],
  ["JOB_ID", ({ job }) => job.id],
  ["ENVIRONMENT", () => "BATCH"],
  ["ARC", archOf],
  ["NQUEUES", ({ element }) => element.shares?.length ?? 1],
  ["NSLOTS", ({ job, element, cluster }) => slotsHeld(job, element, cluster)],
  ["NHOSTS", () => 1],
  ["PE", peOf],
  ["QRSH_COMMAND", ({ job }) => (job.attended ? job.command.join(" ") : null)],
  ["SGE_RSH_COMMAND", (kin) => (controlsSlaves(kin) ? "builtin" : null)],
  ["PE_HOSTFILE", own(({ start, hostFile }: Setting) => (peOf(start) === null ? null : hostFile))],
  ["RESTARTED", own(({ start }: Setting) => (start.element.restarts > 0 ? 1 : 0))],
  ["TMPDIR", own(({ temporaryDirectory }: Setting) => temporaryDirectory)],
  ["TMP", own(({ temporaryDirectory }: Setting) => temporaryDirectory)],
];

const task: readonly Row[] = [
  ["SGE_TASK_ID", own(({ start }: Setting) => start.element.index ?? "undefined")],
  ["SGE_TASK_FIRST", ({ job }) => job.spec.array?.[0]?.first ?? "undefined"],
  ["SGE_TASK_LAST", ({ job }) => job.spec.array?.[0]?.last ?? "undefined"],
  ["SGE_TASK_STEPSIZE", ({ job }) => job.spec.array?.[0]?.step ?? "undefined"],
  ["SGE_ACCOUNT", ({ job }) => job.account],
  ["SGE_JOB_SPOOL_DIR", own(({ start }: Setting) => start.directory)],
  ["SGE_STDIN_PATH", own(({ streams }: Setting) => streams.stdin)],
  ["SGE_STDOUT_PATH", own(({ streams }: Setting) => streams.stdout)],
  ["SGE_STDERR_PATH", own(({ streams }: Setting) => streams.stderr || streams.stdout)],
  ["SGE_CWD_PATH", ({ job }) => job.workingDirectory],
  ["CUDA_VISIBLE_DEVICES", own(({ start }: Setting) => start.element.gpuList.join(",") || null)],
  ["HEADNODE_SHIMS", ({ shims }) => shims || null],
];

/** Neither `-v` nor `-V` can change these. */
export const variables: readonly Row[] = [...installation, ...place, ...description, ...task];

/** The whole environment of a start, as `NAME=value`. */
export function environmentOf(setting: Setting): readonly string[] {
  return filled(setting.start.once(whole), setting);
}

/** What was submitted stands between the variables, where the real one puts it; the last one of a name counts. */
function whole(kin: Kin): readonly Part<Setting>[] {
  const of = (rows: readonly Row[]): readonly Part<Setting>[] => partsOf(rows, kin);
  const isOrigin = (entry: string): boolean => entry.startsWith("SGE_O_");
  const submitted = kin.job.environment.map((entry) => (entry.includes("=") ? entry : `${entry}=`));
  const first = [...of(installation), ...defaults, ...of(place), ...submitted.filter((entry) => !isOrigin(entry))];
  const parts = new Map<string, Part<Setting>>();
  for (const part of [...first, ...of(description), ...submitted.filter(isOrigin), ...of(variables)]) {
    const name = typeof part === "string" ? nameOf(part) : part.name;
    parts.set(name, over(part, parts.get(name)));
  }
  return [...parts.values()];
}

/** Where an element has nothing of its own, what was there before stays. */
function over(part: Part<Setting>, before: Part<Setting> | undefined): Part<Setting> {
  if (typeof part === "string" || before === undefined) return part;
  const otherwise = typeof before === "string" ? before : before.otherwise;
  return otherwise === undefined ? part : { ...part, otherwise };
}

function pathOf({ start, temporaryDirectory, shims }: Setting): string {
  const own = start.once(ownPath) ?? "/usr/local/bin:/bin:/usr/bin";
  return [...(shims === "" ? [] : [shims]), temporaryDirectory, own].join(":");
}

function ownPath({ job }: Kin): string | undefined {
  return job.environment.find((entry) => entry.startsWith("PATH="))?.slice("PATH=".length);
}

// What qrsh runs is no script, and is called by this name.
function scriptOf({ job, scriptPath }: Kin): string {
  return scriptPath || (job.attended ? "QRSH" : (job.command[0] ?? ""));
}

function archOf({ machine }: Kin): string {
  return architecture(machine.arch);
}

function controlsSlaves({ job, cluster }: Kin): boolean {
  const asked = job.spec.parallelEnvironment;
  return asked ? environmentMeant(asked.name, cluster)?.attributes?.control_slaves === "TRUE" : false;
}

// A pattern of parallel environments stands for the first described one that fits, or for itself.
function peOf({ job }: Kin): string | null {
  return job.spec.parallelEnvironment?.name ?? null;
}

function parent(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf("="));
}
