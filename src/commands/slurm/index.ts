/** Owns the list of Slurm's commands. */

import type { Command } from "../../language/command.ts";
import { sreport, strigger } from "./refused.ts";
import { sacct } from "./sacct.ts";
import { sacctmgr } from "./sacctmgr.ts";
import { salloc } from "./salloc.ts";
import { sattach } from "./sattach.ts";
import { sbatch } from "./sbatch.ts";
import { sbcast } from "./sbcast.ts";
import { scancel } from "./scancel.ts";
import { scontrol } from "./scontrol.ts";
import { sdiag } from "./sdiag.ts";
import { seff } from "./seff.ts";
import { sinfo } from "./sinfo.ts";
import { sprio } from "./sprio.ts";
import { squeue } from "./squeue.ts";
import { srun } from "./srun.ts";
import { sshare } from "./sshare.ts";
import { sstat } from "./sstat.ts";

export const slurmCommands: readonly Command[] = [
  sbatch,
  squeue,
  scancel,
  sacct,
  srun,
  salloc,
  sattach,
  sbcast,
  scontrol,
  sinfo,
  sacctmgr,
  sdiag,
  seff,
  sprio,
  sshare,
  sstat,
  sreport,
  strigger,
];
