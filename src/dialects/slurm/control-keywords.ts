/** Owns scontrol's commands and what its `show` knows, one row each: how short they may be, how many words they take. */

import type { Standing } from "../../language/option.ts";

/** A command, or a thing to be shown. */
export interface Keyword {
  readonly word: string;
  /** Characters that are enough. */
  readonly least: number;
  /** Words that follow. */
  readonly words: { readonly least: number; readonly most: number };
  readonly value: string;
  readonly standing: Standing;
  readonly help: string;
  /** What who is no operator is told of those words, whether it is done here or not; null or left out: nothing else. */
  readonly denied?: (words: readonly string[]) => string | null;
}

interface About {
  readonly least?: number;
  readonly words?: readonly [least: number, most: number];
  readonly value?: string;
  readonly help: string;
}

const any = Number.POSITIVE_INFINITY;
const wordless: readonly [number, number] = [0, 0];
const someJobs = { words: [1, any], value: "jobs" } as const;

function keyword(word: string, { least = 3, words = wordless, value = "", help }: About): Keyword {
  const standing: Standing = { kind: "honoured" };
  return { word, least, words: { least: words[0], most: words[1] }, value, standing, help };
}

function refused(word: string, why: string, least = 3): Keyword {
  const about = keyword(word, { least, words: [0, any], help: "not done here" });
  return { ...about, standing: { kind: "refused", why } };
}

/** Operators hear why not, everybody else what the controller says to them. */
function denied(row: Keyword, text: string | Keyword["denied"], least = 0): Keyword {
  const says = typeof text === "string" ? () => text : text;
  return { ...row, denied: (words) => (words.length < least ? null : (says?.(words) ?? null)) };
}

/** `delete_partition partition=debug: Invalid user id` */
const mayNotDelete = ([word = ""]: readonly string[]): string => {
  const kind = deletable.find((each) => each.startsWith(word.split("=")[0]?.toLowerCase() ?? ""));
  if (kind === undefined) return `Invalid deletion entity: ${word}`;
  return `delete_${kind.replace("name", "")} ${word}: Invalid user id`;
};
const deletable = ["partition", "reservation", "nodename"];

const mayNotCreate = ([word = ""]: readonly string[]): string => {
  const [, things] = creatable.find(([each]) => each.startsWith(word.split("=")[0]?.toLowerCase() ?? "")) ?? [];
  if (things === undefined) return `scontrol: error: Invalid creation entity: ${word}`;
  return `Error creating the ${things}: Invalid user id`;
};
const creatable = [
  ["partition", "partition"],
  ["reservation", "reservation"],
  ["nodename", "node(s)"],
] as const;

const levels = /^([0-9]|quiet|fatal|error|info|verbose|debug[2-5]?)$/i;
const mayNotDebug = ([level = ""]: readonly string[]): string =>
  levels.test(level) ? "slurm_set_debug_level error: Permission denied" : `invalid debug level: ${level}`;

const oneDaemon = "the daemon is looked after with `headnode daemon`";
const noConfiguration = "the cluster is this machine as it is";
const noNodes = "there is one machine, which is not managed from here";

/** The commands. */
export const controlCommands: readonly Keyword[] = [
  denied(refused("abort", oneDaemon, 5), "slurm_shutdown error: Invalid user id"),
  denied(refused("cancel_reboot", noNodes), "slurm_update error: Invalid user id", 1),
  refused("completing", "squeue -t CG lists what is coming to its end"),
  denied(refused("create", noConfiguration), mayNotCreate, 1),
  denied(refused("delete", noConfiguration), mayNotDelete, 1),
  refused("errnumstr", "errors are told in words"),
  denied(
    refused("fsdampeningfactor", "there are no shares", 2),
    "slurm_set_fs_dampeningfactor error: Permission denied",
    1,
  ),
  keyword("help", { least: 2, help: "print the help" }),
  keyword("hold", { least: 4, ...someJobs, help: "keep jobs from starting" }),
  keyword("listpids", { least: 2, words: [0, 2], value: "job[.step]", help: "processes of jobs" }),
  keyword("notify", { least: 2, words: [2, any], value: "job text", help: "a line for the job's standard error" }),
  keyword("pidinfo", { words: [0, 1], value: "pid", help: "which job has a process, and until when" }),
  keyword("ping", { help: "whether the daemon is there" }),
  denied(
    refused("reboot", noNodes, 6),
    "scontrol: error: RebootProgram isn't defined\nscontrol_reboot_nodes error: Unspecified error",
    1,
  ),
  denied(refused("reconfigure", noConfiguration), "slurm_reconfigure error: Invalid user id"),
  keyword("release", { ...someJobs, help: "let held jobs start" }),
  keyword("requeue", { least: 7, ...someJobs, help: "end jobs and queue them again" }),
  keyword("requeuehold", { least: 8, ...someJobs, help: "the same, on hold" }),
  keyword("resume", { ...someJobs, help: "let suspended jobs go on" }),
  denied(refused("schedloglevel", oneDaemon), "slurm_set_schedlog_level error: Permission denied", 1),
  denied(refused("setdebug", oneDaemon, 8), mayNotDebug, 1),
  denied(refused("setdebugflags", oneDaemon, 9), "slurm_set_debug_flags error: Permission denied", 1),
  keyword("show", { words: [1, 2], value: "what [which]", help: "print records of what there is" }),
  denied(refused("shutdown", oneDaemon, 8), "slurm_shutdown error: Invalid user id"),
  keyword("suspend", { least: 2, ...someJobs, help: "stop jobs where they are" }),
  refused("takeover", oneDaemon, 8),
  denied(refused("token", "nobody signs in with one", 5), "Error fetching token"),
  keyword("top", { ...someJobs, help: "put jobs ahead of the user's others" }),
  keyword("uhold", { least: 2, ...someJobs, help: "hold jobs so that their owner can release them" }),
  keyword("holdu", { least: 5, ...someJobs, help: "the same as uhold" }),
  keyword("update", {
    least: 1,
    words: [0, any],
    value: "JobId=… Key=Value …",
    help: "change jobs, nodes (NodeName=…) or partitions (PartitionName=…)",
  }),
  keyword("version", { least: 4, help: "print the version" }),
  keyword("wait_job", { least: 2, words: [1, 1], value: "job", help: "whether the job's machine is ready" }),
  keyword("write", { words: [1, 3], value: "batch_script job [file]", help: "a job's script, into a file or to -" }),
];

/** What can be shown. */
export const controlEntities: readonly Keyword[] = [
  keyword("aliases", { least: 1, value: "host", help: "nodes of this host" }),
  keyword("assoc_mgr", { least: 2, value: "flags=users", help: "users and their accounts" }),
  keyword("bbstat", { least: 2, help: "there is none" }),
  keyword("burstbuffer", { least: 2, help: "there is none" }),
  keyword("config", { least: 1, help: "the settings" }),
  keyword("daemons", { least: 1, help: "the daemons of this machine" }),
  keyword("dwstat", { least: 2, help: "there is none" }),
  keyword("federation", { least: 1, help: "there is none" }),
  keyword("frontend", { least: 2, help: "there is none" }),
  keyword("hostlist", { least: 5, value: "hosts", help: "hosts folded into brackets" }),
  keyword("hostlistsorted", { least: 9, value: "hosts", help: "the same, sorted" }),
  keyword("hostnames", { least: 5, value: "hosts", help: "hosts one by one; without any those of SLURM_NODELIST" }),
  keyword("jobs", { least: 1, value: "id", help: "jobs" }),
  keyword("jobid", { least: 4, value: "id", help: "jobs" }),
  keyword("licenses", { least: 2, help: "there is none" }),
  keyword("nodes", { least: 1, value: "names", help: "nodes" }),
  keyword("partitions", { least: 1, value: "name", help: "partitions" }),
  keyword("reservations", { least: 1, help: "there is none" }),
  refused("slurmd", "there is no daemon for each node", 6),
  keyword("steps", { least: 2, value: "job[.step]", help: "steps of running jobs" }),
  keyword("topology", { least: 1, help: "there is none" }),
];

/** The row meant by a word, which may be cut short, in any case. */
export function findKeyword(rows: readonly Keyword[], word: string): Keyword | undefined {
  const lower = word.toLowerCase();
  return (
    rows.find((row) => row.word === lower) ??
    rows.find((row) => row.word.startsWith(lower) && lower.length >= Math.min(row.least, row.word.length))
  );
}

/** The commands for `--help`, a line each. */
export function keywordHelp(): string {
  const line = ({ word, value, help }: Keyword) => `  ${`${word} ${value}`.trimEnd().padEnd(34)}${help}\n`;
  const done = (rows: readonly Keyword[]) => rows.filter(({ standing }) => standing.kind === "honoured").map(line);
  return `\nCommands:\n${done(controlCommands).join("")}\nTo show:\n${done(controlEntities).join("")}`;
}
