/** Owns sdiag: figures of today, as the controller counts them from midnight (UTC) on. */

import { diagnosticsText } from "../../dialects/slurm/diagnostics.ts";
import { sdiagOptions } from "../../dialects/slurm/plain-options.ts";
import type { Command } from "../../language/command.ts";
import { plainCommand } from "./plain-command.ts";

export const sdiag: Command = plainCommand({ name: "sdiag", table: sdiagOptions }, "[OPTIONS]", ({ verbs, clock }) => {
  const now = clock.now();
  const since = new Date(now).setUTCHours(0, 0, 0, 0);
  return { out: diagnosticsText({ now, since, listed: verbs.select({ endedSince: since }) }) };
});
