/** Owns the files that sbatch's options name: variables for the job, and nodes. */

import { hosts } from "../../dialects/slurm/codecs.ts";
import { absolute } from "../../dialects/slurm/streams.ts";
import type { Context } from "../../language/context.ts";
import type { Settled } from "../../language/settle.ts";
import { UsageError } from "../../model/errors.ts";

/** The entries of --export-file, NUL between them; a number is an open descriptor. */
export async function exportFile(context: Context, { asks }: Settled, code: number): Promise<readonly string[] | null> {
  const name = asks.exportFile;
  if (typeof name !== "string") return null;
  const path = /^[0-9]+$/.test(name) ? `/dev/fd/${name}` : absolute(context.cwd, name);
  const read = await context.files.read(path);
  if ("errno" in read) throw new UsageError(`Could not open user environment file ${name}`, code);
  return new TextDecoder()
    .decode(read.bytes)
    .split("\0")
    .filter((entry) => entry.includes("="));
}

/** The hosts of --nodefile, a line each. */
export async function nodeFile(context: Context, { asks }: Settled): Promise<readonly string[] | null> {
  const name = asks.nodeFile;
  if (typeof name !== "string") return null;
  const read = await context.files.read(absolute(context.cwd, name));
  if ("errno" in read) {
    const opening = `slurm_allocate_resources error opening file ${name}, No such file or directory\n`;
    throw new UsageError(`${name === "" ? "" : opening}Invalid --nodefile node file`, 255);
  }
  const lines = new TextDecoder()
    .decode(read.bytes)
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim());
  return lines.filter(Boolean).flatMap((line) => hosts.read(line));
}
