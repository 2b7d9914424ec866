/** Owns the third migration: all figures of what was used, in the order of model/usage.ts, where there were three. */

const figures = (table: string): string => `
ALTER TABLE ${table} ADD COLUMN usage TEXT NOT NULL DEFAULT '[]';
UPDATE ${table} SET usage = json_array(user_micros, system_micros, max_rss_kib) WHERE user_micros + system_micros + max_rss_kib > 0;
ALTER TABLE ${table} DROP COLUMN user_micros;
ALTER TABLE ${table} DROP COLUMN system_micros;
ALTER TABLE ${table} DROP COLUMN max_rss_kib;
`;

export const usage = `
${figures("elements")}
${figures("runs")}
-- What the ranks used, in JSON; null while the step runs.
ALTER TABLE steps ADD COLUMN usage TEXT;
`;
