/** Owns which program runs a job and with which words: a login shell for most, as the queue has it. */

import type { Kin } from "../../language/dialect.ts";
import type { ShellStartMode } from "../../model/cluster.ts";
import type { Job } from "../../model/job.ts";
import { pathForHost } from "./streams.ts";

/** The program and its argv. */
export interface Program {
  readonly file: string;
  readonly argv: readonly string[];
  /** The shell itself puts the shims on PATH. */
  readonly bourne: boolean;
  /** What it reads instead of the job's input; empty for that. */
  readonly stdin: string;
}

/** What a start executes. The `#!` line counts only where the queue says so: the real one's default is posix_compliant. */
export function programOf(kin: Kin): Program {
  const { job, scriptPath } = kin;
  const [command = "", ...words] = job.command;
  if (job.script === null) return job.spec.throughShell === false ? direct(command, words) : commandLine(kin);
  const mode = startModeOf(kin);
  if (mode === "unix_behavior") return asProgram(kin, words);
  const { file, zero, bourne } = shellFor(kin);
  if (mode === "script_from_stdin") return { file, argv: [zero, "-s", ...words], bourne: false, stdin: scriptPath };
  const script = [scriptPath, ...words];
  if (!bourne) return { file, argv: [zero, ...script], bourne, stdin: "" };
  return { file, argv: [zero, "-c", findShims + bodyFor(zero, job.script), ...script], bourne, stdin: "" };
}

/** The shell of a job: asked for with `-S`, else the queue's. A relative path starts at the working directory. */
export function shellOf({ spec, workingDirectory }: Job, host: string): string {
  const asked = spec.shell === null ? "" : pathForHost(spec.shell.split(","), host);
  if (asked === "") return queueShell;
  return asked.startsWith("/") ? asked : `${workingDirectory}/${asked}`;
}

const queueShell = "/bin/sh";

/** Shells that are started as login shells, as the real cluster's configuration has them. */
const loginShells: readonly string[] = ["sh", "bash", "ksh", "csh", "tcsh"];

const bourneShells: readonly string[] = ["sh", "bash", "dash", "ksh", "zsh"];

function startModeOf({ job, cluster }: Kin): ShellStartMode {
  return cluster.queues.find(({ name }) => name === job.queue)?.shellStartMode ?? "posix_compliant";
}

function shellFor({ job, machine, shims, shimsInstalled }: Kin) {
  const file = shellOf(job, machine.hostName);
  const name = file.slice(file.lastIndexOf("/") + 1);
  const zero = loginShells.includes(name) ? `-${name}` : name;
  return { file, zero, bourne: bourneShells.includes(name) && shims !== "" && !shimsInstalled };
}

// A login shell sets PATH anew, so that a qsub that is not installed would not be found within a job.
const findShims = 'PATH="$HEADNODE_SHIMS:$PATH"; ';

/**
 * The script as a command of the shell, in which `$0` and `$@` are as they were. dash names a sourced file twice in its
 * messages, so it is given the text itself; bash, which may be called sh, has its BASH_SOURCE only where it sources.
 */
function bodyFor(zero: string, script: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(script);
  const asIs = zero === "-sh" && script.length <= longestText && !text.includes("\ufffd");
  return asIs ? `[ -n "$BASH_VERSION" ] && { . "$0"; exit; }; ${text}\nexit` : '. "$0"';
}

/** Bytes that one word of a command line surely may have: Linux takes 128 KiB. */
const longestText = 100_000;

function commandLine(kin: Kin): Program {
  const { file, zero, bourne } = shellFor(kin);
  const line = kin.job.command.join(" ");
  return { file, argv: [zero, "-c", (bourne ? findShims : "") + line], bourne, stdin: "" };
}

// Without a line `#!` a script is not a program, and the shell runs it, as execvp does.
function asProgram({ job, scriptPath }: Kin, words: readonly string[]): Program {
  const [hash, bang] = job.script ?? [];
  const hasInterpreter = hash === 0x23 && bang === 0x21;
  const file = hasInterpreter ? scriptPath : queueShell;
  return { file, argv: [...(hasInterpreter ? [] : [queueShell]), scriptPath, ...words], bourne: false, stdin: "" };
}

// Without a shell the program is looked for on PATH; env does that, execve does not.
function direct(command: string, words: readonly string[]): Program {
  if (command.includes("/")) return { file: command, argv: [command, ...words], bourne: false, stdin: "" };
  return { file: "/usr/bin/env", argv: ["env", "--", command, ...words], bourne: false, stdin: "" };
}
