/** Owns the store as a whole: one open database, its tables, and how their changes are committed. */

import { statSync } from "node:fs";
import { type Amendments, amendmentTable } from "./amendments.ts";
import { backUp } from "./backup.ts";
import { type Elements, elementTable } from "./elements.ts";
import { type Events, eventTable } from "./events.ts";
import { type ForwardedJobs, forwardedTable } from "./forwarded.ts";
import { type Jobs, jobTable } from "./jobs.ts";
import { openDatabase } from "./open.ts";
import { type Overview, overviewTable } from "./overview.ts";
import { presenceOf } from "./presence.ts";
import { type Purge, purgeTable } from "./purge.ts";
import { settling } from "./settling.ts";
import { type Steps, stepTable } from "./steps.ts";
import { type Targets, targetTable } from "./targets.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { type WaitingTable, waitingTable } from "./waiting.ts";

export interface Store {
  readonly jobs: Jobs;
  readonly waiting: WaitingTable;
  readonly elements: Elements;
  readonly events: Events;
  readonly overview: Overview;
  readonly steps: Steps;
  readonly amendments: Amendments;
  readonly purge: Purge;
  readonly forwarded: ForwardedJobs;
  readonly targets: Targets;
  /** Every change of the tables happens in one of these. */
  readonly commit: Transactions;
  /** Writes a copy to a path where nothing is; others are served meanwhile. Throws RefusedError, UnreachableError. */
  backUp(path: string): Promise<void>;
  /** Throws UnreachableError where its file was removed, replaced or emptied; every commit asks by itself. */
  present(): void;
  /** Bytes on disk, the log included. */
  size(): number;
  close(): void;
}

/**
 * Opens the store at that path; makes it if it isn't there. Throws UnreachableError, worded for the user. `lost` is called
 * when its file went away: then this store is of no more use.
 */
export function openStore(path: string, lost: () => void = () => undefined): Store {
  const database = openDatabase(path);
  const present = presenceOf(database, lost);
  const jobs = jobTable(database);
  const waiting = waitingTable(database);
  const undone = (): void => {
    jobs.forgetAll();
    waiting.forgetAll();
  };
  const settles = settling(`${path}-wal`);
  const commit = createTransactions(database, { present, undone, soon: settles.soon });
  return {
    ...{ jobs, waiting },
    elements: elementTable(database),
    events: eventTable(database),
    overview: overviewTable(database),
    steps: stepTable(database),
    amendments: amendmentTable(database),
    purge: purgeTable(database),
    forwarded: forwardedTable(database),
    targets: targetTable(database),
    commit,
    present,
    backUp: (to) => backUp(database, to),
    size: () =>
      ["", "-wal"].reduce(
        (sum, ending) => sum + (statSync(`${path}${ending}`, { throwIfNoEntry: false })?.size ?? 0),
        0,
      ),
    close() {
      commit.flush();
      settles.stop();
      database.close();
    },
  };
}
