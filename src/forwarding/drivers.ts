/** Owns which family's driver a target is talked to by. */

import { sgeDriver } from "../dialects/sge/driver.ts";
import { slurmDriver } from "../dialects/slurm/driver.ts";
import type { Driver } from "../language/driver.ts";
import type { ForwardTarget } from "../model/forwarding.ts";

/** Whose commands are called at a target. Plain machines are not among them: they have a backend of their own. */
export function driverOf({ kind }: ForwardTarget): Driver | null {
  if (kind === "hosts") return null;
  return kind === "slurm" ? slurmDriver : sgeDriver;
}
