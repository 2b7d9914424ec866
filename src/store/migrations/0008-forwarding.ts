/** Owns the eighth migration: targets that were added by hand, and how far jobs are on their way to one. */

export const forwarding = `
-- about: JSON.
CREATE TABLE targets (
  name TEXT PRIMARY KEY,
  about TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- The name of a target, of the config's or of these; no row: jobs stay here.
CREATE TABLE chosen_target (name TEXT NOT NULL) STRICT;

-- One row per job that goes elsewhere. native: the target's number; numbering, held: JSON.
CREATE TABLE forwarded (
  job INTEGER PRIMARY KEY REFERENCES jobs (id),
  target TEXT NOT NULL,
  mark TEXT NOT NULL,
  stage TEXT NOT NULL,
  native TEXT,
  numbering TEXT NOT NULL,
  held_there TEXT NOT NULL
) STRICT;
CREATE INDEX forwarded_under_way ON forwarded (job) WHERE stage <> 'over';
`;
