/** Owns what one thing that is added to a start consists of, and what it is cut for. */

import type { Config } from "../config/config.ts";
import type { Start, StartPlan } from "../language/dialect.ts";
import { launchKey } from "../model/job.ts";

/** Where the pieces of an outfit lie. */
export interface Wardrobe {
  /** The package's directory of shims. */
  readonly shims: string;
  /** Whether compiled shims are to be used. */
  readonly native: boolean;
  /** Where scratch directories are made unless the config says where. */
  readonly scratch: string;
  readonly config: () => Config;
}

/** One thing that is added to a start. */
export interface Piece {
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Directories at the end of PATH: what is there is found when nothing else of its name is. */
  readonly standIns?: readonly string[];
  readonly makeDirectories?: readonly string[];
  readonly removeDirectories?: readonly string[];
  readonly writeFiles?: StartPlan["writeFiles"];
}

/** What a piece is cut for. */
export interface Fitting {
  readonly start: Start;
  readonly plan: StartPlan;
  readonly wardrobe: Wardrobe;
  readonly config: Config;
  /** A variable of the job as the dialect has it. */
  readonly variable: (name: string) => string | undefined;
  /** Found out for the first element of a job and remembered for the others, as long as the config is the same. */
  readonly once: <T extends object | boolean>(what: string, find: () => T) => T;
}

/** The name of a start's scratch directory. */
export function scratchName(start: Start): string {
  return `headnode-${start.job.user.name}-${launchKey(start.element)}`;
}
