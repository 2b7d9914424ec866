/** Owns the list of Slurm's commands. */

import type { Command } from "../../language/command.ts";
import { sacct } from "./sacct.ts";
import { sbatch } from "./sbatch.ts";
import { scancel } from "./scancel.ts";
import { scontrol } from "./scontrol.ts";
import { sinfo } from "./sinfo.ts";
import { squeue } from "./squeue.ts";
import { srun } from "./srun.ts";

export const slurmCommands: readonly Command[] = [sbatch, squeue, scancel, sacct, srun, scontrol, sinfo];
