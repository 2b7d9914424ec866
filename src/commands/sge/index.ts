/** Owns the list of Grid Engine's commands. */

import type { Command } from "../../language/command.ts";
import { qdel } from "./qdel.ts";
import { qstat } from "./qstat.ts";
import { qsub } from "./qsub.ts";

export const sgeCommands: readonly Command[] = [qsub, qstat, qdel];
