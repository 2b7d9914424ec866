/** Owns which files of a job go to a target that shares none, and which come back. */

import type { Job } from "../model/job.ts";

/** Paths below the directory of the submission; empty: all of it. */
export interface CopiedPaths {
  readonly there: readonly string[];
  readonly back: readonly string[];
}

/**
 * What a script declares: `#HEADNODE in data params.txt`, `#HEADNODE out results`. Nothing declared, everything
 * goes and comes back.
 */
export function copiedPaths({ script }: Pick<Job, "script">): CopiedPaths {
  const text = script === null ? "" : Buffer.from(script).toString("utf8");
  const declared = (word: string) =>
    [...text.matchAll(new RegExp(`^#HEADNODE +${word} +(.*)$`, "gm"))]
      .flatMap(([, paths = ""]) => paths.trim().split(/\s+/))
      .filter(isBelow);
  return { there: declared("in"), back: declared("out") };
}

function isBelow(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..");
}
