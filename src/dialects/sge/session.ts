/** Owns what qrsh, qlogin and qsh are asked: what qsub is, less what means nothing there, and what is theirs alone. */

import { UsageError } from "../../model/errors.ts";
import { combined, type JobSources, type ReadJob } from "./reading.ts";

export type SessionName = "qrsh" | "qlogin" | "qsh";

/** What was asked for. */
export interface Session {
  readonly name: SessionName;
  readonly job: ReadJob;
  /** Words of the command; none for a login shell. */
  readonly command: readonly string[];
  readonly help: boolean;
  /** Starts at once or not at all. */
  readonly now: boolean;
  readonly verbose: boolean;
  /** A task of the job that the caller runs in. */
  readonly inherit: boolean;
  /** The caller's terminal is the command's. */
  readonly terminal: boolean;
  readonly input: boolean;
  /** The words are run by a shell. */
  readonly throughShell: boolean;
  /** The first word is a script of the caller's. */
  readonly script: boolean;
  readonly display: string | null;
}

/** Reads the request from its texts. Throws UsageError. */
export function readSession(name: SessionName, sources: JobSources, now: number): Session {
  const complaint = sources.files.complaint ?? sources.line.complaint;
  if (complaint) throw new UsageError(complaint.message.replace(/^qsub: /m, "error: "), 1);
  const said = sources.line.said.map((one) => ({ option: one.row.name, value: one.values[0] ?? "" }));
  const unknown = said.find(({ option }) => unknownTo[name].includes(option));
  if (unknown) throw new UsageError(`error: Unknown option -${unknown.option === "cwd" ? "wd" : unknown.option}`, 1);
  const has = (option: string): boolean => said.some((one) => one.option === option);
  const value = (option: string): string | null => said.findLast((one) => one.option === option)?.value ?? null;
  const job = combined(sources, now);
  const command = name === "qrsh" && job.operand !== null ? [job.operand, ...job.arguments] : [];
  const { asks, spec } = job.settled;
  return {
    ...{ name, job, command, help: has("help"), inherit: has("inherit"), display: value("display") },
    now: asks.now !== false,
    verbose: name === "qlogin" || has("verbose"),
    terminal: command.length === 0 || (value("pty") ?? "n").toLowerCase().startsWith("y"),
    input: !has("nostdin"),
    throughShell: !has("noshell") && spec.throughShell !== false,
    script: asks.binary === false,
  };
}

const neverTaken = "a c C ckpt dl i ot r shell sync S t tc terse u".split(" ");

/** Options of qsub that the others don't have. */
const unknownTo: Readonly<Record<SessionName, readonly string[]>> = {
  qrsh: neverTaken,
  qlogin: [...neverTaken, ..."b cwd display hold_jid inherit nostdin notify v V wd".split(" ")],
  qsh: [...neverTaken.filter((name) => name !== "S"), ..."b hold_jid inherit nostdin notify".split(" ")],
};

/** What listings call the job, where `-N` says nothing. */
export function sessionJobName({ name, command }: Pick<Session, "name" | "command">): string {
  const [first = ""] = (command[0] ?? "").trimStart().split(/[\s;|&<>()]/);
  return first || { qrsh: "QRLOGIN", qlogin: "QLOGIN", qsh: "INTERACTIVE" }[name];
}

/** What is said while the job waits, when it has its resources, and when it can't have them. */
export const sessionTexts = {
  waiting: "waiting for interactive job to be scheduled ...",
  scheduled: (id: number, host: string): string =>
    `\nYour interactive job ${id} has been successfully scheduled.\nEstablishing builtin session to host ${host} ...\n`,
  refused: (name: SessionName): string => `Your "${name}" request could not be scheduled, try again later.\n`,
  gone: 'error: error while waiting for builtin IJS connection: "got select timeout"\n',
  noDirectory: (path: string): string =>
    `qrsh_starter: cannot change to directory ${path}: No such file or directory\n`,
  noJob: 'error: "qrsh" called with option "-inherit", but "JOB_ID" not set in environment\n',
  otherHost: (job: string, host: string): string =>
    `error: executing task of job ${job} failed: execution daemon on host "${host}" didn't accept task\n`,
  /** qsh opens a window; `display` is null where there is none to open it on. */
  noDisplay: (display: string | null): string => {
    if (display === null) return "error: no DISPLAY variable found with interactive job \n";
    if (display.startsWith(":")) return `error: local DISPLAY variable "${display}" delivered with interactive job \n`;
    return "error: headnode opens no terminal windows; qlogin gives a shell in this one\n";
  },
} as const;

/** How a session's process is started: `line` is given to a shell, which limits itself first. */
export function sessionProgram(
  session: Pick<Session, "command" | "throughShell">,
  from: { readonly shell: string; readonly limits: readonly string[]; readonly script: string | null },
): readonly string[] {
  const { command, throughShell } = session;
  const [, directory = "", base = ""] = /^(.*)\/([^/]*)$/.exec(from.shell) ?? [];
  const shell = ["/bin", "/usr/bin"].includes(directory) ? base : from.shell;
  const program =
    command.length === 0
      ? [shell, "-l"]
      : from.script !== null
        ? [shell, from.script, ...command.slice(1)]
        : throughShell
          ? [shell, "-c", command.join(" ")]
          : command;
  const limits = from.limits.flatMap(ulimitText);
  return limits.length === 0 ? program : ["/bin/sh", "-c", `${limits.join("; ")}; exec "$0" "$@"`, ...program];
}

/** How ulimit names the limits, and in units of how many bytes (or seconds) it counts. */
const ulimits: Readonly<Record<string, readonly [letter: string, unit: number]>> = {
  as: ["v", 1024],
  data: ["d", 1024],
  stack: ["s", 1024],
  rss: ["m", 1024],
  fsize: ["f", 512],
  core: ["c", 512],
  cpu: ["t", 1],
};

function ulimitText(limit: string): readonly string[] {
  const [, name = "", soft = "", hard = ""] = /^(\w+)=(\w*):(\w*)$/.exec(limit) ?? [];
  const row = ulimits[name];
  if (!row) return [];
  const amount = (text: string): string => (text === "unlimited" ? text : String(Math.floor(Number(text) / row[1])));
  return [
    ...(soft === "" ? [] : [`ulimit -S -${row[0]} ${amount(soft)}`]),
    ...(hard === "" ? [] : [`ulimit -H -${row[0]} ${amount(hard)}`]),
  ];
}
