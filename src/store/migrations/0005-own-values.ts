/** Owns the fifth migration: what an element of an array has of its own. */

const own = (table: string): string => `ALTER TABLE ${table} ADD COLUMN own TEXT;`;

export const ownValues = `
-- JSON of what was changed of these elements alone; null where they have what the job has.
${["waiting", "removed", "elements", "runs"].map(own).join("\n")}
`;
