/** Owns the sixth migration: elements whose processes were told to stop, and who cancelled a step. */

export const stoppedAndCancelledSteps = `
-- 1 between SIGSTOP and SIGCONT.
ALTER TABLE elements ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
-- Uid; null where nobody cancelled the step by its number.
ALTER TABLE steps ADD COLUMN ended_by INTEGER;
`;
