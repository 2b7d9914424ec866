/** Owns how sbatch comes by its script: a file, a name on PATH, standard input or --wrap; and what it thinks of it. */

import type { ReadLine } from "../../dialects/slurm/reading.ts";
import { absolute } from "../../dialects/slurm/streams.ts";
import type { BatchScript } from "../../dialects/slurm/submission.ts";
import type { Context } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";

/** The script; `code` is the exit code of a refusal. */
export async function batchScript(context: Context, line: ReadLine, code: number): Promise<BatchScript> {
  const wrap = line.value("wrap");
  const [operand, ...args] = line.operands.map(({ text }) => text);
  if (wrap !== null) {
    if (operand !== undefined) throw new UsageError("Script arguments not permitted with --wrap option", code);
    return { bytes: wrapped(wrap), command: [], name: "wrap" };
  }
  if (operand === undefined) return { bytes: checked(await context.readInput(), code), command: [], name: "sbatch" };
  const path = found(context, operand);
  const read = await context.files.read(absolute(context.cwd, path));
  if ("errno" in read && read.errno !== "EISDIR") throw new UsageError(`Unable to open file ${path}`, code);
  const bytes = "bytes" in read ? read.bytes : new Uint8Array();
  return {
    bytes: checked(bytes, code),
    command: [absolute(context.cwd, path), ...args],
    name: path.split("/").at(-1) ?? path,
  };
}

function wrapped(command: string): Uint8Array {
  return new TextEncoder().encode(`#!/bin/sh\n# This script was created by sbatch --wrap.\n\n${command}\n`);
}

// A name without a slash is looked for in the working directory, then on PATH; it need not be executable.
function found(context: Context, name: string): string {
  if (name.includes("/")) return name;
  const directories = [context.cwd, ...(context.variable("PATH") ?? "").split(":").filter(Boolean)];
  const place = directories.find((directory) => context.files.kind(`${directory}/${name}`) === "file");
  return place === undefined ? name : `${place}/${name}`;
}

/** Slurm's limit on scripts. */
const largest = 4 * 1024 * 1024;

const notBatch = [
  "This does not look like a batch script.  The first",
  "line must start with #! followed by the path to an interpreter.",
  "For instance: #!/bin/sh",
].join("\n");

const controller = "The Slurm controller does not allow scripts that";

/** The script itself, if it is one. */
function checked(bytes: Uint8Array, code: number): Uint8Array {
  const problem = problemOf(bytes);
  if (problem !== null) throw new UsageError(problem, code);
  return bytes;
}

function problemOf(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "Batch script is empty!";
  if (bytes[0] !== 35 || bytes[1] !== 33) return notBatch;
  if (bytes.includes(0)) return `${controller}\ncontain a NULL character '\\0'.`;
  if (hasDosLines(bytes))
    return "Batch script contains DOS line breaks (\\r\\n)\ninstead of expected UNIX line breaks (\\n).";
  if (bytes.length > largest)
    return "Batch job submission failed: Pathname of a file, directory or other parameter too long";
  return null;
}

function hasDosLines(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(13); at !== -1; at = bytes.indexOf(13, at + 1)) if (bytes[at + 1] === 10) return true;
  return false;
}
