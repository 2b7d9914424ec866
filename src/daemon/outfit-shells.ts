/** Owns how shells that read no file before a script are made to read one: sh, ksh and zsh by a first command, csh by a line. */

import { existsSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import type { Start, StartPlan } from "../language/dialect.ts";
import type { Launch } from "../model/launch.ts";
import type { Fitting } from "./outfit-piece.ts";

/** Words for which a script needs what the file sets up. */
const needed = /(^|[\s;&|(`])(module|ml|srun|sbatch|squeue|scontrol|scancel|qsub|qstat|mpirun|mpiexec)\s/m;

/** The plan, with the job's script started so that it finds what it needs. Bash reads BASH_ENV by itself. */
export function withInit(plan: StartPlan, { start, wardrobe, once }: Fitting): StartPlan {
  const { script } = start.job;
  if (script === null || !once("needs init", () => needed.test(Buffer.from(script).toString("latin1")))) return plan;
  const init = join(wardrobe.shims, "modules");
  const shell = shellOf(plan.launch, start);
  if (shell === null) return plan;
  if (shell.kind === "csh") return withLine(plan, start, `source ${quoted(join(init, "init.csh"))}`);
  return { ...plan, launch: { ...plan.launch, ...shell.before(`. ${quoted(join(init, "init.sh"))}; `) } };
}

type Shell =
  | { readonly kind: "csh" }
  | { readonly kind: "bourne"; readonly before: (command: string) => Pick<Launch, "file" | "argv"> };

/** The shell that will read the script; null where it is none, or reads what it needs by itself. */
function shellOf({ file, argv }: Launch, start: Start): Shell | null {
  if (file !== start.scriptPath) {
    // The dialect starts a shell itself.
    if (/^t?csh$/.test(basename(file))) return { kind: "csh" };
    const [zero = "", flag, command, ...rest] = argv;
    if (flag !== "-c" || command === undefined) return null;
    return { kind: "bourne", before: (first) => ({ file, argv: [zero, flag, first + command, ...rest] }) };
  }
  const first =
    Buffer.from(start.job.script ?? [])
      .toString("latin1")
      .split("\n", 1)[0] ?? "";
  const [, path = "", flags = ""] = /^#! *(\S+) *(.*?)\s*$/.exec(first) ?? [];
  const words = basename(path) === "env" ? flags.split(/\s+/) : [path, ...flags.split(/\s+/)];
  const [name = "", ...options] = words.filter((word) => word !== "" && word !== "-S");
  if (/^t?csh$/.test(basename(name))) return { kind: "csh" };
  const usable = /^(sh|dash|ash|ksh|mksh|zsh)$/.test(basename(name)) && existsSync(path) && !isBash(path);
  if (!usable) return null;
  const begun = basename(path) === "env" ? { file: path, words: [path, name] } : { file: path, words: [path] };
  return {
    kind: "bourne",
    before: (command) => ({ file: begun.file, argv: [...begun.words, ...options, "-c", `${command}. "$0"`, ...argv] }),
  };
}

function isBash(path: string): boolean {
  return basename(realpathSync(path)) === "bash";
}

/** C shells name no lines in their messages, so one more after the first is not seen. */
function withLine(plan: StartPlan, { job, scriptPath, directory }: Start, line: string): StartPlan {
  const text = Buffer.from(job.script ?? []);
  const at = text.toString("latin1", 0, 2) === "#!" ? text.indexOf("\n") + 1 || text.length : 0;
  const path = join(directory, basename(scriptPath));
  const script = Buffer.concat([text.subarray(0, at), Buffer.from(`${line}\n`), text.subarray(at)]);
  const replaced = (word: string) => (word === scriptPath ? path : word);
  const { file, argv } = plan.launch;
  return {
    ...plan,
    launch: { ...plan.launch, file: replaced(file), argv: argv.map(replaced) },
    writeFiles: [...plan.writeFiles, { path, text: script, mode: 0o700 }],
  };
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
