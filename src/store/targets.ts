/** Owns the rows of targets that were added by hand, and which one is used where nothing is said. */

import type { Database } from "better-sqlite3";
import type { ForwardTarget } from "../model/forwarding.ts";
import { readJson, writeJson } from "./json.ts";

export interface Targets {
  all(): ForwardTarget[];
  /** In place of one of that name. */
  put(target: ForwardTarget): void;
  remove(name: string): void;
  /** Null: jobs stay here. */
  chosen(): string | null;
  choose(name: string | null): void;
}

/** The statements about targets, prepared once. */
export function targetTable(database: Database): Targets {
  const all = database.prepare<[], string>("SELECT about FROM targets ORDER BY name").pluck();
  const put = database.prepare<[string, string]>("INSERT OR REPLACE INTO targets VALUES (?, ?)");
  const remove = database.prepare<[string]>("DELETE FROM targets WHERE name = ?");
  const chosen = database.prepare<[], string>("SELECT name FROM chosen_target").pluck();
  const clear = database.prepare<[]>("DELETE FROM chosen_target");
  const choose = database.prepare<[string]>("INSERT INTO chosen_target VALUES (?)");
  return {
    all: () => all.all().map((about) => readJson<ForwardTarget>(about)),
    put: (target) => void put.run(target.name, writeJson(target)),
    remove: (name) => void remove.run(name),
    chosen: () => chosen.get() ?? null,
    choose(name) {
      clear.run();
      if (name !== null) choose.run(name);
    },
  };
}
