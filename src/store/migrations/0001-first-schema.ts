/** Owns the first schema: jobs, what of them waits, what started, what was removed, and what happened. */

export const firstSchema = `
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, next) VALUES ('job', 1);

-- One row per submission. What is asked for or scheduled by is a column; the rest is in about (JSON).
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  dialect TEXT NOT NULL,
  name TEXT NOT NULL,
  user TEXT NOT NULL,
  uid INTEGER NOT NULL,
  queue TEXT NOT NULL,
  account TEXT NOT NULL,
  priority REAL NOT NULL,
  submitted_at INTEGER NOT NULL,
  throttle INTEGER NOT NULL,
  indices TEXT,
  element_ids INTEGER NOT NULL,
  need TEXT NOT NULL,
  dependency TEXT,
  deadline INTEGER NOT NULL,
  cancel_if_never_met INTEGER NOT NULL,
  about TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_name ON jobs (name);
CREATE INDEX jobs_by_user ON jobs (user);

-- The bulky parts, which listings don't read. The environment is a list in JSON, which keeps bytes that are no text.
CREATE TABLE submissions (
  job INTEGER PRIMARY KEY REFERENCES jobs (id),
  script BLOB,
  environment TEXT NOT NULL
) STRICT;

-- How many elements of a job stand where; what waits is counted from its indices.
CREATE TABLE tallies (
  job INTEGER PRIMARY KEY REFERENCES jobs (id),
  active INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  not_ok INTEGER NOT NULL,
  last_start INTEGER
) STRICT;

-- Elements that wait alike. Those before first_left have started: a start changes one number, not a long text.
CREATE TABLE waiting (
  job INTEGER NOT NULL REFERENCES jobs (id),
  part INTEGER NOT NULL,
  indices TEXT,
  first_left INTEGER NOT NULL,
  holds TEXT NOT NULL,
  error TEXT,
  restarts INTEGER NOT NULL,
  begin_at INTEGER NOT NULL,
  PRIMARY KEY (job, part)
) STRICT, WITHOUT ROWID;

-- Taken out of the queue before they started.
CREATE TABLE removed (
  job INTEGER NOT NULL REFERENCES jobs (id),
  part INTEGER NOT NULL,
  indices TEXT,
  outcome TEXT NOT NULL,
  restarts INTEGER NOT NULL,
  removed_at INTEGER NOT NULL,
  removed_by INTEGER,
  PRIMARY KEY (job, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_by_time ON removed (removed_at);

-- One row per element that started; idx is -1 for a job that is no array.
CREATE TABLE elements (
  job INTEGER NOT NULL REFERENCES jobs (id),
  idx INTEGER NOT NULL,
  restarts INTEGER NOT NULL,
  id INTEGER NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  holds TEXT NOT NULL,
  node TEXT NOT NULL,
  cpu_list TEXT NOT NULL,
  gpu_list TEXT NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  pid INTEGER,
  code INTEGER,
  signal INTEGER,
  user_micros INTEGER NOT NULL,
  system_micros INTEGER NOT NULL,
  max_rss_kib INTEGER NOT NULL,
  ended_by INTEGER,
  stop TEXT,
  remark TEXT NOT NULL,
  PRIMARY KEY (job, idx)
) STRICT, WITHOUT ROWID;
CREATE INDEX elements_by_own_id ON elements (id) WHERE id <> job;
CREATE INDEX elements_by_end ON elements (ended_at) WHERE state = 'ended';
CREATE INDEX elements_alive ON elements (job, idx) WHERE state <> 'ended';

-- Earlier runs of elements that were requeued.
CREATE TABLE runs (
  job INTEGER NOT NULL REFERENCES jobs (id),
  idx INTEGER NOT NULL,
  restarts INTEGER NOT NULL,
  id INTEGER NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  holds TEXT NOT NULL,
  node TEXT NOT NULL,
  cpu_list TEXT NOT NULL,
  gpu_list TEXT NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  pid INTEGER,
  code INTEGER,
  signal INTEGER,
  user_micros INTEGER NOT NULL,
  system_micros INTEGER NOT NULL,
  max_rss_kib INTEGER NOT NULL,
  ended_by INTEGER,
  stop TEXT,
  remark TEXT NOT NULL,
  PRIMARY KEY (job, idx, restarts)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_own_id ON runs (id) WHERE id <> job;
CREATE INDEX runs_by_end ON runs (ended_at);

-- Append-only: what happened, when, why. idx is null for the job as a whole, -1 is not used here.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  job INTEGER NOT NULL,
  idx INTEGER,
  what TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_job ON events (job);
`;
