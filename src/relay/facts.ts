// The facts about this process that a greeting carries.

import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { type Greeting, relayProtocolVersion } from "./protocol.ts";
import { rawArguments, rawEnvironment } from "./raw-process.ts";
import { ownSession } from "./session.ts";
import { type Environment, withoutJobMark } from "./state-directory.ts";

/** What only the main knows. */
export interface CommandLine {
  readonly dialect: string;
  readonly command: string;
  readonly argv: readonly string[];
  readonly env: Environment;
}

/** The greeting of this very process. */
export function greetingOfProcess(line: CommandLine): Greeting {
  const [stdin, stdout, stderr] = [isatty(0), isatty(1), isatty(2)];
  return {
    protocol: relayProtocolVersion,
    build: packageVersion(),
    dialect: line.dialect,
    command: line.command,
    cwd: workingDirectory(),
    umask: process.umask(),
    pid: process.pid,
    session: ownSession(),
    uid: process.getuid?.() ?? 0,
    terminal: { stdin, stdout, stderr },
    columns: (stdout && process.stdout.columns) || (stderr && process.stderr.columns) || 0,
    niceness: getPriority(),
    limits: resourceLimits(),
    argv: rawArguments(line.argv),
    environment: rawEnvironment(withoutJobMark(line.env)),
  };
}

/** The package's version, which says whether a daemon is of the same build. */
export function packageVersion(): string {
  const text = readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8");
  const facts: unknown = JSON.parse(text);
  return typeof facts === "object" && facts !== null && "version" in facts ? String(facts.version) : "";
}

const limitNames: Readonly<Record<string, string>> = {
  "Max cpu time": "cpu",
  "Max file size": "fsize",
  "Max data size": "data",
  "Max stack size": "stack",
  "Max core file size": "core",
  "Max resident set": "rss",
  "Max processes": "nproc",
  "Max open files": "nofile",
  "Max locked memory": "memlock",
  "Max address space": "as",
};

/** Soft limits out of /proc, because Node cannot ask the system; "" elsewhere. */
function resourceLimits(): string {
  const own = softLimits("self");
  // Node raises its own limit of open files when it starts; the shell's still says what the user has.
  const parent = softLimits(String(process.ppid)).get("nofile");
  if (parent !== undefined && own.has("nofile")) own.set("nofile", parent);
  return [...own].map(([name, soft]) => `${name}=${soft}`).join(" ");
}

function softLimits(processId: string): Map<string, string> {
  const limits = new Map<string, string>();
  for (const row of readIfThere(`/proc/${processId}/limits`).split("\n")) {
    const [, title = "", soft = ""] = /^(Max [a-z ]+?) {2,}(\S+)/.exec(row) ?? [];
    const name = limitNames[title];
    if (name !== undefined) limits.set(name, soft);
  }
  return limits;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** "" when the directory was removed under the command's feet. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}
