/** Owns the list of everything that can be called, and of the families that jobs can be of. One line adds a command. */

import { sgeDialect } from "../dialects/sge/dialect.ts";
import { slurmDialect } from "../dialects/slurm/dialect.ts";
import type { Command } from "../language/command.ts";
import type { Dialect } from "../language/dialect.ts";
import { explain } from "./explain.ts";
import { look } from "./look.ts";
import { mpiCommands } from "./mpi/mpirun.ts";
import { resubmit } from "./resubmit.ts";
import { run } from "./run.ts";
import { sgeCommands } from "./sge/index.ts";
import { slurmCommands } from "./slurm/index.ts";
import { watchQueue, watchUsage } from "./watch-queue.ts";

export const commands: readonly Command[] = [
  ...slurmCommands,
  ...sgeCommands,
  ...mpiCommands,
  explain,
  run,
  watchQueue,
  watchUsage,
  look,
  resubmit,
];

export const dialects: readonly Dialect[] = [slurmDialect, sgeDialect];
