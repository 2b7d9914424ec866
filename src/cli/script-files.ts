/** Owns which files a word on the command line stands for: itself, or the job scripts below a directory. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UsageError } from "../model/errors.ts";
import type { DialectName } from "../model/job.ts";

/** The files a word stands for: itself, or the scripts below a directory. Throws UsageError if there is nothing. */
export function filesAt(cwd: string, path: string): readonly string[] {
  const full = resolve(cwd, path);
  if (path === "-" || path === "/dev/stdin") return ["-"];
  if (!existsSync(full)) throw new UsageError(`there is no ${path}`, 2);
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(^|\/)(\.git|node_modules)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isJobScript)
    .map((name) => (path.startsWith("/") ? name : relative(cwd, name)))
    .sort();
}

/** The text of a file, `-` for standard input. Throws UsageError if it cannot be read. */
export function textOf(cwd: string, file: string, encoding: "utf8" | "latin1" = "utf8"): string {
  try {
    return readFileSync(file === "-" ? 0 : resolve(cwd, file), encoding);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`, 2);
  }
}

/** What tells the families' scripts apart, in the order in which they are looked for. */
const marks: readonly (readonly [DialectName, RegExp])[] = [
  ["slurm", /^#SBATCH/m],
  ["sge", /^#\$[ \t-]/m],
  ["pbs", /^#PBS/m],
];

/** Whose script it is, by its first kind of directive; null if it has none. */
export function dialectOf(script: string): DialectName | null {
  return marks.find(([, mark]) => mark.test(script))?.[0] ?? null;
}

const largest = 1024 * 1024;

/** How job scripts are called that do not begin with `#!`. */
const scriptNames = /\.(sh|bash|zsh|ksh|csh|slurm|sbatch|sge|pbs|qsub|job|sub|cmd)$/;

// In a directory only scripts with directives are meant: there may be recordings and manuals beside them.
function isJobScript(path: string): boolean {
  if (statSync(path).size > largest) return false;
  const text = readFileSync(path, "latin1");
  const isScript = text.startsWith("#!") || scriptNames.test(path);
  return isScript && /^[ \t]*#(SBATCH|PBS|\$ -)/m.test(text);
}
