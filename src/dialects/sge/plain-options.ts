/** Owns how the commands that only ask read their words: by a table, without a job in mind. */

import { text, ValueError } from "../../language/codec.ts";
import { asks, type Effect } from "../../language/option.ts";
import { commandLine, type Problem, readWords, type Said } from "../../language/reading.ts";
import type { OptionTable } from "../../language/table.ts";
import { RefusedError } from "../../model/errors.ts";

/** What was asked, and the words that are no options. */
export interface Asked {
  readonly asks: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
  readonly problem: Problem | null;
}

/** How a command words what it cannot take. */
export interface Complaints {
  readonly command: string;
  readonly badValue: (said: Said, error: ValueError) => Error;
}

/** Reads the words. Throws what `badValue` makes, and RefusedError for an option that is not done here. */
export function askedBy(table: OptionTable, args: readonly string[], { command, badValue }: Complaints): Asked {
  const { said, operands, problem } = readWords(table, commandLine(args));
  let all: Readonly<Record<string, unknown>> = {};
  for (const one of said) {
    const { standing } = one.row.effect;
    if (standing.kind === "refused") throw new RefusedError(`${command} -${one.row.name}: ${standing.why}`);
    all = addedTo(all, answers(one, all, badValue));
  }
  return { asks: all, operands: operands.map((word) => word.text), problem };
}

/** Lists that are said again go on; whatever else is said again takes the place of the first. */
export function addedTo(before: Asked["asks"], said: Asked["asks"]): Asked["asks"] {
  const joined = Object.entries(said).map(([key, value]) => {
    const old = before[key];
    return [key, Array.isArray(old) && Array.isArray(value) ? together(old, value) : value] as const;
  });
  return { ...before, ...Object.fromEntries(joined) };
}

// A request takes the place of an earlier one of the same name.
function together(old: readonly unknown[], more: readonly unknown[]): readonly unknown[] {
  const names = new Set(more.map(nameOf).filter((name) => name !== null));
  return [...old.filter((one) => !names.has(nameOf(one) ?? "")), ...more];
}

function nameOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "name" in value ? String(value.name) : null;
}

/** Asks with a value that may be left out: null then, which is another thing than an empty one. */
export function perhaps(name: string): Effect {
  return { ...asks(name, text), takes: "maybe", apply: ([value]) => ({ asks: { [name]: value ?? null } }) };
}

function answers(one: Said, before: Asked["asks"], badValue: Complaints["badValue"]): Asked["asks"] {
  try {
    return one.row.effect.apply(one.values, { spec: {}, asks: before }).asks ?? {};
  } catch (error) {
    if (error instanceof ValueError) throw badValue(one, error);
    throw error;
  }
}
