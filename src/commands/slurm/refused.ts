/** Owns the commands that are there only to say why not. */

import { sreportOptions, striggerOptions } from "../../dialects/slurm/plain-options.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import type { OptionTable } from "../../language/table.ts";
import { RefusedError } from "../../model/errors.ts";
import { plainCommand } from "./plain-command.ts";

export const sreport: Command = refusing(
  "sreport",
  sreportOptions,
  "no reports are made here; sacct lists every job that ran",
);

export const strigger: Command = refusing("strigger", striggerOptions, "nothing is triggered here");

/** A command that knows its help and its version, and does nothing else. */
function refusing(name: string, table: OptionTable, why: string): Command {
  const plain = plainCommand({ name, table }, "[OPTIONS]", () => {
    throw new RefusedError(why, 1);
  });
  // Options of its own are refused as a whole, not one by one as unknown.
  const known = (word: string) => /^(--help|--usage|--version|-V)$/.test(word);
  const only = (context: Context): Context => ({ ...context, args: context.args.filter(known).slice(0, 1) });
  return { ...plain, run: (context) => plain.run(only(context)) };
}
