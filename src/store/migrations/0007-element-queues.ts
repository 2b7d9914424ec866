/** Owns the seventh migration: the queue that an element was started in, which may be another than its job's first. */

export const elementQueues = `
-- Null: the queue of its job.
ALTER TABLE elements ADD COLUMN queue TEXT;
ALTER TABLE runs ADD COLUMN queue TEXT;
`;
