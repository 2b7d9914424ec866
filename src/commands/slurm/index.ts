/** Owns the list of Slurm's commands. */

import type { Command } from "../../language/command.ts";
import { sacct } from "./sacct.ts";
import { sbatch } from "./sbatch.ts";
import { scancel } from "./scancel.ts";
import { squeue } from "./squeue.ts";

export const slurmCommands: readonly Command[] = [sbatch, squeue, scancel, sacct];
