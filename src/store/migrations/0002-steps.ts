/** Owns the second migration: the steps that commands ran inside of elements. */

export const steps = `
-- One row per step; idx is -1 for a job that is no array, as in elements.
CREATE TABLE steps (
  job INTEGER NOT NULL REFERENCES jobs (id),
  idx INTEGER NOT NULL,
  restarts INTEGER NOT NULL,
  step INTEGER NOT NULL,
  name TEXT NOT NULL,
  ranks INTEGER NOT NULL,
  nodes INTEGER NOT NULL,
  cpus INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  code INTEGER,
  signal INTEGER,
  PRIMARY KEY (job, idx, restarts, step)
) STRICT, WITHOUT ROWID;
`;
