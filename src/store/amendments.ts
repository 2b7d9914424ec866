/** Owns the rows of what operators changed of nodes and queues: one for each that is not as it was described. */

import type { Database } from "better-sqlite3";
import type { Amendment } from "../model/amendment.ts";
import { readJson, writeJson } from "./json.ts";

export interface Amendments {
  /** Adds to what was changed before. */
  add(amendment: Amendment): void;
  all(): readonly Amendment[];
}

interface AmendmentRow {
  readonly kind: Amendment["kind"];
  readonly name: string;
  readonly change: string;
}

/** The statements about amendments, prepared once. */
export function amendmentTable(database: Database): Amendments {
  const one = database.prepare<[string, string], AmendmentRow>("SELECT * FROM amendments WHERE kind = ? AND name = ?");
  const every = database.prepare<[], AmendmentRow>("SELECT * FROM amendments ORDER BY kind, name");
  const put = database.prepare<AmendmentRow>("INSERT OR REPLACE INTO amendments VALUES (:kind, :name, :change)");
  return {
    add({ kind, name, change }) {
      const before = one.get(kind, name);
      const merged = { ...(before ? readJson<object>(before.change) : {}), ...change };
      put.run({ kind, name, change: writeJson(merged) });
    },
    all: () => every.all().map(readAmendment),
  };
}

function readAmendment({ kind, name, change }: AmendmentRow): Amendment {
  return { kind, name, change: readJson(change) } as Amendment;
}
