/** Owns option tables: rows looked up by long name (abbreviated where the family allows), letter or word. */

import { type Found, parse } from "#grammar/arguments.js";
import type { OptionRow } from "./option.ts";
import { remembered } from "./remembered.ts";

/** The rows of one command, and how they are spelled on a command line. */
export interface OptionTable {
  readonly rows: readonly OptionRow[];
  /** `getopt`: --long, abbreviations, -x bundles; `permuted`: the same, operands anywhere. `words`: -name value. `short`: -x only. */
  readonly style: "getopt" | "permuted" | "words" | "short";
  readonly long: (name: string) => Found<OptionRow> | null;
  readonly short: (letter: string) => Found<OptionRow> | null;
  readonly word: (word: string) => Found<OptionRow> | null;
  /** Words, each ended by NUL, as options and operands. */
  readonly parse: (words: string) => ParsedWords;
}

/** What words are; offsets count from the first one's beginning. */
export type ParsedWords = ReturnType<typeof parse<OptionRow>>;

const startRules = { getopt: "Getopt", permuted: "Permuted", words: "Words", short: "Getopt" } as const;

/** A table of rows. Throws if two rows share a name or letter: that is a bug in the table. */
export function optionTable(style: OptionTable["style"], rows: readonly OptionRow[]): OptionTable {
  const names = unique(
    rows.flatMap((row) => [row.name, ...row.aliases].filter(Boolean).map((name) => [name, row] as const)),
  );
  const letters = unique(rows.flatMap((row) => (row.letter ? [[row.letter, row] as const] : [])));
  const long = (name: string) => exact(names.get(name)) ?? abbreviated(names, name);
  const short = (letter: string) => exact(letters.get(letter));
  const word = (text: string) => counted(names.get(text.slice(1)));
  const spelled = { long: style === "short" ? () => null : long, short, word };
  return {
    ...{ rows, style, long, short, word },
    parse: remembered((words) =>
      parse<OptionRow>(words, {
        ...{ startRule: startRules[style], ...spelled },
        more: (row, values) => row.more(values),
      }),
    ),
  };
}

function unique(pairs: readonly (readonly [string, OptionRow])[]): ReadonlyMap<string, OptionRow> {
  const found = new Map<string, OptionRow>();
  for (const [name, row] of pairs) {
    if (found.has(name)) throw new Error(`two options are called ${name}`);
    found.set(name, row);
  }
  return found;
}

function exact(row: OptionRow | undefined): Found<OptionRow> | null {
  return row ? { row, takes: row.effect.takes } : null;
}

// Options that are words take whole words: none, one, as many as the row says, or one that is no option.
function counted(row: OptionRow | undefined): Found<OptionRow> | null {
  if (!row) return null;
  const { takes } = row.effect;
  return { row, takes: takes === "nothing" ? 0 : takes === "value" ? 1 : takes };
}

// getopt_long: any prefix will do as long as all names it could stand for are one option's.
function abbreviated(names: ReadonlyMap<string, OptionRow>, prefix: string): Found<OptionRow> | null {
  const rows = new Set([...names].filter(([name]) => name.startsWith(prefix)).map(([, row]) => row));
  const [first] = rows;
  if (!first) return null;
  return rows.size === 1 ? exact(first) : { row: first, takes: "ambiguous" };
}
