/** Owns what `headnode`'s commands are given and what they give back, so that tests call them directly. */

import type { Environment } from "../relay/state-directory.ts";

/** Facts of the calling process. */
export interface CliFacts {
  readonly env: Environment;
  readonly cwd: string;
  readonly argv: readonly string[];
}

/** What is printed and the exit code, 0 if left out. */
export interface CliReply {
  readonly out?: string;
  /** How `out` becomes bytes: a script that was read as latin1 is written as such. UTF-8 if left out. */
  readonly encoding?: "latin1";
  readonly err?: string;
  readonly code?: number;
}
