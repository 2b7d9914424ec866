/** Owns which program runs a job and with which words: a login shell for most, as the queue has it. */

import type { Start } from "../../language/dialect.ts";
import type { Job } from "../../model/job.ts";
import { pathForHost } from "./streams.ts";

/** The program and its argv. `bourne` tells that the shell itself puts the shims on PATH. */
export interface Program {
  readonly file: string;
  readonly argv: readonly string[];
  readonly bourne: boolean;
}

/** What a start executes. The `#!` line is not looked at: posix_compliant, the default of the real one. */
export function programOf(start: Start): Program {
  const { job, shims } = start;
  const [command = "", ...words] = job.command;
  if (job.script === null && job.spec.throughShell === false) return direct(command, words);
  const file = shellOf(job, start.machine.hostName);
  const name = file.slice(file.lastIndexOf("/") + 1);
  const zero = loginShells.includes(name) ? `-${name}` : name;
  const bourne = bourneShells.includes(name) && shims !== "";
  if (job.script === null)
    return { file, argv: [zero, "-c", (bourne ? findShims : "") + job.command.join(" ")], bourne };
  const script = [start.scriptPath, ...words];
  return { file, argv: bourne ? [zero, "-c", `${findShims}. "$0"`, ...script] : [zero, ...script], bourne };
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

// A login shell sets PATH anew, so that qsub would not be found within a job. Sourcing keeps $0 and $@ as they were.
const findShims = 'PATH="$HEADNODE_SHIMS:$PATH"; ';

// Without a shell the program is looked for on PATH; env does that, execve does not.
function direct(command: string, words: readonly string[]): Program {
  if (command.includes("/")) return { file: command, argv: [command, ...words], bourne: false };
  return { file: "/usr/bin/env", argv: ["env", "--", command, ...words], bourne: false };
}
