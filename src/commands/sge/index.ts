/** Owns the list of Grid Engine's commands. */

import type { Command } from "../../language/command.ts";
import { qacct } from "./qacct.ts";
import { qalter } from "./qalter.ts";
import { qconf } from "./qconf.ts";
import { qdel } from "./qdel.ts";
import { qhold, qrls } from "./qhold.ts";
import { qhost } from "./qhost.ts";
import { qmod } from "./qmod.ts";
import { qping } from "./qping.ts";
import { qquota } from "./qquota.ts";
import { qresub } from "./qresub.ts";
import { qlogin, qrsh, qsh } from "./qrsh.ts";
import { qselect } from "./qselect.ts";
import { qstat } from "./qstat.ts";
import { qsub } from "./qsub.ts";

export const sgeCommands: readonly Command[] = [
  ...[qsub, qstat, qdel, qacct],
  ...[qrsh, qlogin, qsh],
  ...[qalter, qhold, qrls, qmod, qresub],
  ...[qhost, qselect, qquota, qconf, qping],
];
