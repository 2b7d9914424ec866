// Gives a store a long history: jobs that ended days ago, written as the store itself would have written them.

import Database from "better-sqlite3";

/** Copies the ended jobs and elements of a closed store until it has that many elements more. */
export function addHistory(storePath, elements) {
  const database = new Database(storePath);
  try {
    const each = 100;
    const first = database.prepare("SELECT min(id) FROM jobs").pluck().get();
    const columns = (table) => database.pragma(`table_info(${table})`).map(({ name }) => name);
    const copied = (table, changes) =>
      columns(table)
        .map((name) => changes[name] ?? name)
        .join(", ");
    const numbers = `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :jobs)`;
    const past = "- 86400000 * 30 + n * 1000";
    const jobs = Math.ceil(elements / each);
    const offset = database.prepare("SELECT next FROM counters WHERE name = 'job'").pluck().get();
    database.transaction(() => {
      for (const [table, key, changes] of [
        ["jobs", "id", { id: "n + :offset", submitted_at: `submitted_at ${past}` }],
        ["submissions", "job", { job: "n + :offset" }],
        ["tallies", "job", { job: "n + :offset" }],
      ])
        database
          .prepare(
            `INSERT INTO ${table} ${numbers} SELECT ${copied(table, changes)} FROM ${table}, numbers WHERE ${key} = :first`,
          )
          .run({ jobs, offset, first });
      const element = copied("elements", {
        job: "n + :offset",
        idx: "i",
        id: "n + :offset",
        started_at: `started_at ${past}`,
        ended_at: `ended_at ${past}`,
      });
      database
        .prepare(
          `INSERT INTO elements ${numbers}, indices(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM indices WHERE i < ${each - 1})
           SELECT ${element} FROM elements, numbers, indices WHERE job = :first`,
        )
        .run({ jobs, offset, first });
      database.prepare("UPDATE counters SET next = next + :jobs + 1 WHERE name = 'job'").run({ jobs });
    })();
  } finally {
    database.close();
  }
}
