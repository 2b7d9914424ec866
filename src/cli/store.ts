/** Owns `headnode purge`, `backup` and `restore`: what they are told, put to the daemon. */

import { resolve } from "node:path";
import { UsageError } from "../model/errors.ts";
import { insist } from "./daemon.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** Forgets jobs that ended longer ago than `olderThan` (`12h`, `30d`, `8w`). Throws UsageError for another form. */
export async function purge(
  facts: CliFacts,
  asked: { readonly olderThan: string; readonly dryRun: boolean },
): Promise<CliReply> {
  const before = Date.now() - ageMs(asked.olderThan);
  return insist(facts, ["purge", String(before), ...(asked.dryRun ? ["dry-run"] : [])]);
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function ageMs(text: string): number {
  const [, count, unit = ""] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`--older-than=${text}: say a number and m, h, d or w, as in 30d for thirty days`, 2);
  return Number(count) * (unitMs[unit] ?? 0);
}

/** Writes a copy of the store to a file that does not exist yet. */
export function backUp(facts: CliFacts, file: string): Promise<CliReply> {
  return insist(facts, ["backup", resolve(facts.cwd, file)]);
}

/** Puts a copy in the store's place. */
export function restore(facts: CliFacts, file: string): Promise<CliReply> {
  return insist(facts, ["restore", resolve(facts.cwd, file)]);
}
