/** Owns the fourth migration: what operators changed of nodes and queues. */

export const amendments = `
-- One row per node or queue that is not as it was described; change: JSON of the fields that differ.
CREATE TABLE amendments (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  change TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
`;
