/** Owns the list of options that `-help` prints, made from a table. */

import type { OptionRow } from "../../language/option.ts";

/** The version whose words are spoken; programs look for it in the first line. */
export const version = "SGE 8.1.9";

/** `-help` of a command; also printed with a usage error. */
export function helpText(usage: string, rows: readonly OptionRow[]): string {
  const names = rows.map(({ name, value }) => `[-${name}${value === "" ? "" : ` ${value}`}]`);
  const width = Math.min(40, Math.max(...names.map((name) => name.length)));
  const lines = rows.map(({ help }, at) => `   ${(names[at] ?? "").padEnd(width)}  ${help}\n`);
  return `${version}\nusage: ${usage}\n${lines.join("")}`;
}
