/** Owns what a job may be called, and what the master says of a name it does not like. */

/** Characters no name may have, and what is said. */
const forbidden: readonly (readonly [RegExp, string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is forbidden
  [/[ \u0000-\u0008\u000b-\u001f]|[^\u0000-\u007f]/, "Error reading answer list from qmaster"],
  [/\n/, "Newline not allowed in objectname"],
  [/\t/, "Tab not allowed in objectname"],
  [/\//, "Slash ('/') not allowed in objectname"],
  [/:/, "Colon (':') not allowed in objectname"],
  [/@/, "At ('@') not allowed in objectname"],
  [/\\/, "Backslash ('\\') not allowed in objectname"],
  [/\*/, "Asterisk ('*') not allowed in objectname"],
  [/\?/, "Questionmark ('?') not allowed in objectname"],
];

const keywords = ["NONE", "ALL", "TEMPLATE"] as const;

/** Why a job can't be called that; null if it can. An empty name is another matter: see `noName`. */
export function nameComplaint(name: string): string | null {
  const found = forbidden.find(([characters]) => characters.test(name));
  if (found) return found[1];
  if (/^[0-9]/.test(name)) return `denied: "${name}" is not a valid object name (cannot start with a digit)`;
  return keywordComplaint(name);
}

/** Why nothing can be called that; null where it is no word with a meaning of its own. */
export function keywordComplaint(name: string): string | null {
  const keyword = keywords.find((word) => word === name.toUpperCase());
  return keyword ? `Keyword ("${keyword}") not allowed as objectname` : null;
}

/** What is said where there is no name at all. No id is used up for that. */
export const noName = "job rejected cause there is no job_name in the request";

/** The name of a job: said, or what follows the last slash of the script or command; STDIN where there is neither. */
export function jobName(said: string | null, operand: string | null): string {
  return said ?? (operand === null ? "STDIN" : operand.slice(operand.lastIndexOf("/") + 1));
}
