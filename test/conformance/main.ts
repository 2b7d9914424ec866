/** Owns `npm run conformance -- slurm|sge [FILE…]`: plays the recordings and prints how ours compares. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Family } from "./oracle-like.ts";
import { type Outcome, playFile } from "./play.ts";
import { printDifferences, printShare, printTable } from "./report.ts";
import { readReviewed } from "./reviewed.ts";

export interface Played {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
}

const root = resolve(import.meta.dirname, "../..");
/** Files played at the same time: most of the time is spent waiting. */
const together = Number(process.env.TOGETHER ?? 6);

/** Of all commands, how many must be equal. */
const wantedShare = 0.97;

/** Runs with those arguments. 0: every difference is reviewed, and enough commands are equal. */
export async function main(args: readonly string[]): Promise<number> {
  const [family, ...asked] = args;
  if (family !== "slurm" && family !== "sge") {
    process.stderr.write("usage: npm run conformance -- slurm|sge [FILE…]\n");
    return 2;
  }
  const directory = join(resolve(root, process.env.HEADNODE_GOLDEN ?? "../shared/golden"), family);
  const files = goldenFiles(directory).filter(
    (file) => asked.length === 0 || asked.some((part) => file.includes(part)),
  );
  const played = await playAll(family, directory, files);
  const reviewed = readReviewed(join(root, "fixtures/conformance", `${family}-differences.txt`));
  const open = printDifferences(played, reviewed);
  printTable(played, open);
  if (asked.length === 0) for (const line of reviewed.unused()) process.stdout.write(`explains nothing: ${line}\n`);
  return printShare(played) >= wantedShare && open === 0 ? 0 : 1;
}

function goldenFiles(directory: string): readonly string[] {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && entry.name.endsWith(".txt") && entry.parentPath !== directory)
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

async function playAll(family: Family, directory: string, files: readonly string[]): Promise<readonly Played[]> {
  const played: Played[] = [];
  const left = [...files];
  const work = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const outcomes = await playFile(family, file, readFileSync(join(directory, file), "utf8"));
      played.push({ file, outcomes });
      process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${file}\n`);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return played.sort((one, other) => (one.file < other.file ? -1 : 1));
}
