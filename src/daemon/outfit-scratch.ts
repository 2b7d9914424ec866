/** Owns the scratch directory of a job and the variables that name it. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Start } from "../language/dialect.ts";
import { type Fitting, type Piece, scratchName, type Wardrobe } from "./outfit-piece.ts";

/** What sites call scratch space, by what scripts use. */
const usualNames = [
  "SLURM_TMPDIR",
  "SCRATCH",
  "PSCRATCH",
  "SCRATCHDIR",
  "LOCAL_SCRATCH",
  "LOCALSCRATCH",
  "WORK",
  "SNIC_TMP",
];

/** A directory of the start's own, where the config has nothing against it. */
export function scratchPiece(fitting: Fitting): Piece {
  const { config, start, wardrobe } = fitting;
  if (!wantsScratch(config)) return { variables: [] };
  const place = placeOf(start, wardrobe);
  const names = fitting.once("scratch names", () => {
    const site = new Set(config.variables.map(([name]) => name));
    const wanted = [...temporary(fitting), ...(config.jobs.scratch_variables ?? usualNames)];
    return wanted.filter((name) => submitted(fitting, name) === undefined && !site.has(name));
  });
  return {
    variables: names.map((name) => [name, place]),
    makeDirectories: [place],
    removeDirectories: config.jobs.keep_scratch ? [] : [place],
  };
}

/** What is told of a scratch directory that goes with files in it. */
export function scratchRemarks(start: Start, wardrobe: Wardrobe): readonly string[] {
  const config = wardrobe.config();
  if (!wantsScratch(config) || config.jobs.keep_scratch) return [];
  const left = entriesIn(placeOf(start, wardrobe));
  if (left.length === 0) return [];
  const some = left.slice(0, 5).join(", ");
  return [
    `${left.length} files left in its scratch directory went with it (${some}); keep_scratch in [jobs] keeps them`,
  ];
}

function placeOf(start: Start, { config, scratch }: Wardrobe): string {
  return join(config().jobs.scratch_directory ?? scratch, scratchName(start));
}

function wantsScratch({ jobs, top }: Config): boolean {
  return jobs.scratch ?? !top.strict;
}

// Grid Engine has a temporary directory for every job; Slurm says /tmp where the submitter says nothing.
function temporary({ start }: Fitting): readonly string[] {
  return start.job.dialect === "sge" ? [] : ["TMPDIR"];
}

/** What the submitter says; another job's scratch directory is none to keep. */
function submitted({ start }: Fitting, name: string): string | undefined {
  const value = start.job.environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  return value?.includes(`/headnode-${start.job.user.name}-`) ? undefined : value;
}

function entriesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
