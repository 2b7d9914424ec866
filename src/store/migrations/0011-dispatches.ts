/** Owns the eleventh migration: what targets are to be told once, and jobs under way by their target. */

export const dispatches = `
-- about: JSON. A row goes when the target was told, or when there is nobody left whom it is about.
CREATE TABLE dispatches (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job INTEGER NOT NULL REFERENCES jobs (id),
  about TEXT NOT NULL
) STRICT;
CREATE INDEX dispatches_of_job ON dispatches (job);
CREATE INDEX forwarded_at_target ON forwarded (target, job) WHERE stage <> 'over';
`;
