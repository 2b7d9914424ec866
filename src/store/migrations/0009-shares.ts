/** Owns the ninth migration: what a started element has of which queue. */

export const shares = `
-- JSON: [{"queue": …, "slots": …}]; null where all of it is in one queue and it has all that its job would take.
ALTER TABLE elements ADD COLUMN shares TEXT;
ALTER TABLE runs ADD COLUMN shares TEXT;
`;
