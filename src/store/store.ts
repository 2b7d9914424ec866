/** Owns the store as a whole: one open database, its tables, and how their changes are committed. */

import { type Elements, elementTable } from "./elements.ts";
import { type Events, eventTable } from "./events.ts";
import { type Jobs, jobTable } from "./jobs.ts";
import { openDatabase } from "./open.ts";
import { type Steps, stepTable } from "./steps.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { type WaitingTable, waitingTable } from "./waiting.ts";

export interface Store {
  readonly jobs: Jobs;
  readonly waiting: WaitingTable;
  readonly elements: Elements;
  readonly events: Events;
  readonly steps: Steps;
  /** Every change of the tables happens in one of these. */
  readonly commit: Transactions;
  close(): void;
}

/** Opens the store at that path; makes it if it isn't there. Throws UnreachableError, worded for the user. */
export function openStore(path: string): Store {
  const database = openDatabase(path);
  const commit = createTransactions(database);
  return {
    jobs: jobTable(database),
    waiting: waitingTable(database),
    elements: elementTable(database),
    events: eventTable(database),
    steps: stepTable(database),
    commit,
    close() {
      commit.flush();
      database.close();
    },
  };
}
