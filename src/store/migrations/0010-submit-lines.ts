/** Owns the tenth migration: the command that made a step, as it was said. */

export const submitLines = `
ALTER TABLE steps ADD COLUMN submit_line TEXT NOT NULL DEFAULT '';
`;
