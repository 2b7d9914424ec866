/** Owns how a table of a config is read by its rows: known keys get their values, others a suggestion. */

import { nearest } from "../model/nearest.ts";
import type { Key } from "./keys.ts";
import { type Finding, isTable, type Table, type Value } from "./tree.ts";

/** What a table says: null where a key was left out. */
export type Said<K extends Readonly<Record<string, Key<unknown>>>> = {
  readonly [N in keyof K]: (K[N] extends Key<infer T> ? T : never) | null;
};

export type Report = (finding: Finding) => void;

/** Reads a table by its rows; what is wrong is reported and counts as left out. */
export function readKeys<K extends Readonly<Record<string, Key<unknown>>>>(
  keys: K,
  table: Table | null,
  report: Report,
): Said<K> {
  for (const [name, { at }] of table?.entries ?? [])
    if (!(name in keys)) report({ at, message: unknownKey(name, Object.keys(keys)) });
  const values = Object.entries(keys).map(([name, { kind }]) => {
    const value = table?.entries.get(name)?.value;
    if (value === undefined) return [name, null];
    const read = kind.read(value.content);
    if (read === null) report({ at: value.at, message: `${name} is ${shown(value)}; expected ${kind.name}` });
    return [name, read];
  });
  return Object.fromEntries(values) as Said<K>;
}

/** The words for a key that is not known. */
export function unknownKey(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `there is no key ${name} here; ${near === null ? `there are ${known.join(", ")}` : `did you mean ${near}?`}`;
}

/** The table under a key of another table, or null; anything else is reported. */
export function tableAt(root: Table, name: string, report: Report): Table | null {
  const value = root.entries.get(name)?.value;
  if (value === undefined) return null;
  if (isTable(value.content)) return value.content;
  report({ at: value.at, message: `${name} is ${shown(value)}; expected a table, as [${name}]` });
  return null;
}

/** A value as messages show it. */
export function shown({ content }: Value): string {
  if (isTable(content)) return "a table";
  return Array.isArray(content) ? "a list" : JSON.stringify(content);
}
