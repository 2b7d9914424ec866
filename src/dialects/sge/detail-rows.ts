/** Owns the lines of `qstat -j` and `-verify`: one row each, in their order. */

import type { Submission } from "../../model/job.ts";
import type { JobSpec, ParallelEnvironment, Request } from "../../model/spec.ts";
import { jobList, slotRange } from "./codecs.ts";
import { shownEnvironment } from "./submitted-environment.ts";
import { longText } from "./times.ts";

/** A job as its lines see it. */
export interface Subject {
  readonly job: Omit<Submission, "dependency" | "script">;
  /** Only looked at, not submitted: the script's text, empty for a command; null for a real job. */
  readonly draft: { readonly script: string } | null;
  readonly predecessors: readonly number[];
  readonly successors: readonly number[];
}

/** What a line says; null where there is no such line. */
type Value = (subject: Subject) => string | null;

/** Every line that belongs to the request itself. */
export const detailRows: readonly (readonly [key: string, value: Value])[] = [
  ["sge_o_home", origin("SGE_O_HOME")],
  ["sge_o_log_name", origin("SGE_O_LOGNAME")],
  ["sge_o_path", origin("SGE_O_PATH")],
  ["sge_o_shell", origin("SGE_O_SHELL")],
  ["sge_o_tz", origin("SGE_O_TZ")],
  ["sge_o_workdir", origin("SGE_O_WORKDIR")],
  ["sge_o_host", origin("SGE_O_HOST")],
  ["execution_time", ({ job }) => (job.spec.beginTime ? longText(job.spec.beginTime * 1000) : null)],
  ["account", ({ job, draft }) => (draft ? null : job.account)],
  ["cwd", ({ job }) => (job.spec.workingDirectory === null ? null : job.workingDirectory)],
  ["stderr_path_list", ({ job }) => pathText(job.spec.stderr)],
  ["reserve", ({ job }) => (job.spec.reserve ? "y" : null)],
  ["merge", ({ job }) => (job.spec.joinStreams ? "y" : null)],
  ["hard resource_list", ({ job }) => requestText(job.spec.requests, false)],
  ["soft resource_list", ({ job }) => requestText(job.spec.requests, true)],
  ["mail_options", ({ job }) => job.spec.mailEvents?.filter((letter) => letter !== "n").join("") || null],
  ["mail_list", mailText],
  ["notify", ({ job }) => (job.spec.notify ? "TRUE" : "FALSE")],
  ["job_name", ({ job }) => job.name],
  ["stdout_path_list", ({ job }) => pathText(job.spec.stdout)],
  ["stdin_path_list", ({ job }) => pathText(job.spec.stdin === null ? null : [job.spec.stdin])],
  ["priority", ({ job }) => (job.spec.priority ? String(job.spec.priority) : null)],
  ["jobshare", ({ job }) => String(job.spec.jobShare ?? 0)],
  ["hard_queue_list", ({ job }) => job.spec.queues?.join(",") ?? null],
  ["soft_queue_list", ({ job }) => job.spec.softQueues?.join(",") ?? null],
  ["restart", ({ job }) => (job.spec.requeue === null ? null : job.spec.requeue ? "y" : "n")],
  ["shell_list", ({ job }) => job.spec.shell?.split(",").map(hostText).join(",") ?? null],
  ["verify", ({ draft }) => (draft ? "-verify" : null)],
  ["env_list", environmentText],
  ["job_args", ({ job }) => job.command.slice(1).join(",") || null],
  ["master hard queue_list", ({ job }) => job.spec.masterQueues?.join(",") ?? null],
  ["script_size", ({ draft }) => (draft?.script ? String(new TextEncoder().encode(draft.script).length) : null)],
  ["script_file", ({ job }) => job.command[0] ?? ""],
  ["script_ptr", ({ draft }) => (draft?.script ? draft.script : null)],
  ["parallel environment", ({ job }) => parallelText(job.spec.parallelEnvironment)],
  ["jid_predecessor_list (req)", ({ job }) => job.spec.dependency && jobList("end").write(job.spec.dependency)],
  ["jid_predecessor_list", ({ job, predecessors }) => (job.spec.dependency ? predecessors.join(",") || null : null)],
  ["jid_successor_list", ({ successors }) => successors.join(",") || null],
  ["verify_suitable_queues", ({ job }) => suitabilityNumber(job.spec)],
  [
    "ja_ad_predecessor_list",
    ({ job, predecessors }) => (job.spec.dependencyPerElement ? predecessors.join(",") || null : null),
  ],
  ["project", ({ job }) => job.spec.project || null],
  [
    "job-array tasks",
    ({ job }) => job.spec.array?.map(({ first, last, step }) => `${first}-${last}:${step}`).join(",") ?? null,
  ],
  ["maximum concurrency", ({ job }) => (job.spec.arrayThrottle ? String(job.spec.arrayThrottle) : null)],
  ["context", ({ job }) => job.spec.contexts?.join(",") || null],
  ["binding", ({ job, draft }) => job.spec.binding ?? (draft ? null : "NONE")],
  ["job_type", typeText],
];

const suitability: ReadonlyMap<JobSpec["suitability"], string> = new Map([
  ["warn", "1"],
  ["refuse", "2"],
]);

/** The number for what `-w` asks for; null where nothing was asked. */
export function suitabilityNumber(spec: JobSpec): string | null {
  return suitability.get(spec.suitability) ?? null;
}

/** How a line looks; two of them have a look of their own. */
export function rowText([key, value]: readonly [string, string]): string {
  if (key === "script_ptr") return `script_ptr:            \n${value}\n`;
  return key === "parallel environment" ? `${key}:  ${value}\n` : `${`${key}:`.padEnd(keyWidth)}${value}\n`;
}

/** Where values start. */
export const keyWidth = 28;

/** The slots and the name of a parallel environment, as both `-j` and `-r` write slots. */
export function slotsText(asked: ParallelEnvironment): string {
  return slotRange.write(asked.slots) ?? "";
}

function origin(name: string): Value {
  return ({ job }) => job.environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

function pathText(entries: readonly string[] | null): string | null {
  const [first] = entries ?? [];
  if (first === undefined) return null;
  // A slash at the end marks a directory, for ourselves.
  const [host, path] = splitHost(first.length > 1 ? first.replace(/\/$/, "") : first);
  return `${host}:NONE:${path}`;
}

function hostText(entry: string): string {
  return splitHost(entry).join(":");
}

function splitHost(entry: string): readonly [string, string] {
  const colon = entry.indexOf(":");
  return colon < 0 ? ["NONE", entry] : [entry.slice(0, colon) || "NONE", entry.slice(colon + 1)];
}

function requestText(requests: readonly Request[] | null, soft: boolean): string | null {
  const asked = requests?.filter((request) => request.soft === soft) ?? [];
  return asked.length ? asked.map(({ name, value }) => `${name}=${value}`).join(",") : null;
}

function mailText({ job }: Subject): string {
  const users = job.spec.mailUsers ?? [`${job.user.name}@${job.submitHost}`];
  return users.map((user) => (user.includes("@") ? user : `${user}@NONE`)).join(",");
}

function environmentText({ job, draft }: Subject): string {
  const none = draft ? "" : "=NONE";
  return shownEnvironment(job.environment)
    .map(([name, value]) => (value === "" ? `${name}${none}` : `${name}=${value}`))
    .join(",");
}

function parallelText(asked: ParallelEnvironment | null): string | null {
  return asked ? `${asked.name} range: ${slotsText(asked)}` : null;
}

function typeText({ job, draft }: Subject): string {
  const binary = draft ? draft.script === "" : isCommand(job);
  const words = [...(binary ? ["binary"] : []), ...(binary && job.spec.throughShell === false ? ["noshell"] : [])];
  return words.join(",") || "NONE";
}

/** Whether a job is a command that is used in place, not a script that was kept. */
export function isCommand(job: Subject["job"]): boolean {
  return "script" in job && job.script === null;
}
