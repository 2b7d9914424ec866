/** Owns the list of migrations and how a store is brought up to date: forward only, one transaction each. */

import type { Database } from "better-sqlite3";
import { UnreachableError } from "../../model/errors.ts";
import { firstSchema } from "./0001-first-schema.ts";
import { steps } from "./0002-steps.ts";
import { usage } from "./0003-usage.ts";
import { amendments } from "./0004-amendments.ts";
import { ownValues } from "./0005-own-values.ts";
import { stoppedAndCancelledSteps } from "./0006-stopped-and-cancelled-steps.ts";
import { elementQueues } from "./0007-element-queues.ts";
import { forwarding } from "./0008-forwarding.ts";
import { shares } from "./0009-shares.ts";
import { submitLines } from "./0010-submit-lines.ts";
import { dispatches } from "./0011-dispatches.ts";

/** In order; a migration that was released is never changed. */
export const migrations: readonly string[] = [
  firstSchema,
  steps,
  usage,
  amendments,
  ownValues,
  stoppedAndCancelledSteps,
  elementQueues,
  forwarding,
  shares,
  submitLines,
  dispatches,
];

/** Applies what the store lacks. Throws UnreachableError for a store that a newer version wrote. */
export function migrate(database: Database): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > migrations.length)
    throw new UnreachableError(
      `the store ${database.name} was written by a newer version of headnode (schema ${version}, this one knows ` +
        `${migrations.length}); use that version, or set HEADNODE_HOME to another directory`,
    );
  for (const [at, sql] of migrations.entries()) if (at >= version) apply(database, sql, at + 1);
}

function apply(database: Database, sql: string, version: number): void {
  database
    .transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${version}`);
    })
    .immediate();
}
