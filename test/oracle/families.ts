/** Owns what the player must know of each real scheduler: how it is found, started, spoken to and tidied up. */

import type { Family } from "../conformance/oracle-like.ts";

export interface RealFamily {
  /** Variables that say where it is. With the first one set, nothing is installed or started. */
  readonly variables: readonly string[];
  /** Starts one, and prints `NAME=value` lines of those variables. */
  readonly start: string;
  /** The recordings' user: played as, where the machine has it. */
  readonly user: string;
  /** Directories of its commands. */
  readonly path: readonly string[];
  /** What announces a job's id. */
  readonly announced: RegExp;
  /** Removes jobs; their ids follow. */
  readonly remove: string;
}

export const realFamilies: Readonly<Record<Family, RealFamily>> = {
  slurm: {
    variables: ["SLURM_CONF"],
    start: "real-slurm.sh",
    user: "ada",
    path: ["/usr/bin", "/bin"],
    announced: /(?:Submitted batch job |Granted job allocation |^job )(\d+)|^(\d+)$/gm,
    remove: "scancel",
  },
  sge: {
    variables: ["SGE_ROOT", "SGE_CELL"],
    start: "real-sge.sh",
    user: "alice",
    path: ["/usr/bin", "/bin"],
    announced: /(?:Your|your) job(?:-array)? (\d+)/g,
    remove: "qdel",
  },
};
