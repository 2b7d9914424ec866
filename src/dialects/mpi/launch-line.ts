/** Owns the reading of an mpirun's words: how many ranks of which programs, and where. */

import { UsageError } from "../../model/errors.ts";
import { type MpiOption, mpiOption } from "./options.ts";

/** One program of the run. Programs are separated by `:`. */
export interface Program {
  /** Null: as many as there are slots. */
  readonly ranks: number | null;
  readonly ranksPerNode: number | null;
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Empty: the command's own. */
  readonly directory: string;
  readonly argv: readonly string[];
}

export interface LaunchLine {
  readonly programs: readonly Program[];
  readonly label: boolean;
}

/** Reads all words. `variable` is the caller's environment. Throws UsageError. */
export function readLaunchLine(words: readonly string[], variable: (name: string) => string | undefined): LaunchLine {
  const parts: (readonly string[])[] = [];
  for (let rest = words; ; ) {
    const end = rest.indexOf(":");
    parts.push(end < 0 ? rest : rest.slice(0, end));
    if (end < 0) break;
    rest = rest.slice(end + 1);
  }
  const read = parts.map((part) => readProgram(part, variable));
  // What the first program says for all (-genv) comes before what the others say.
  return { programs: read.map(({ program }) => program), label: read.some(({ label }) => label) };
}

function readProgram(words: readonly string[], variable: (name: string) => string | undefined) {
  const said: { readonly row: MpiOption; readonly values: readonly string[] }[] = [];
  let at = 0;
  while (words[at]?.startsWith("-") && words[at] !== "-" && words[at] !== "--") {
    const { row, values, taken } = readOption(words, at);
    said.push({ row, values });
    at += taken;
  }
  const argv = words.slice(words[at] === "--" ? at + 1 : at);
  if (argv.length === 0) throw new UsageError("no program to run was given", 1);
  const last = (effect: MpiOption["effect"]) => said.findLast(({ row }) => row.effect === effect);
  const program: Program = {
    ranks: numberOf(last("ranks")),
    ranksPerNode: numberOf(last("ranksPerNode")) ?? mapped(last("map")?.values[0]) ?? (last("ranksPerNode") ? 1 : null),
    variables: said.flatMap(({ row, values: [name = "", value = ""] }) => {
      if (row.effect === "variable") return [[name, value] as const];
      if (row.effect !== "export") return [];
      const equals = name.indexOf("=");
      if (equals >= 0) return [[name.slice(0, equals), name.slice(equals + 1)] as const];
      const own = variable(name);
      return own === undefined ? [] : [[name, own] as const];
    }),
    directory: last("directory")?.values[0] ?? "",
    argv,
  };
  return { program, label: last("label") !== undefined };
}

function readOption(words: readonly string[], at: number) {
  const word = words[at] ?? "";
  const [, name = "", inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  const row = mpiOption(name);
  if (row === undefined)
    throw new UsageError(
      `unknown option ${word}; no MPI is installed here, and headnode's stand-in does not know it`,
      1,
    );
  const after = words.slice(at + 1, at + 1 + row.words - (inline === undefined ? 0 : 1));
  const values = inline === undefined ? after : [inline, ...after];
  if (values.length < row.words) throw new UsageError(`option ${word} needs ${row.words} more`, 1);
  return { row, values, taken: 1 + after.length };
}

function numberOf(said: { readonly row: MpiOption; readonly values: readonly string[] } | undefined): number | null {
  const [value] = said?.values ?? [];
  if (value === undefined) return null;
  if (/^[1-9][0-9]*$/.test(value)) return Number(value);
  throw new UsageError(`-${said?.row.names[0]} ${value}: expected a number from 1`, 1);
}

function mapped(way: string | undefined): number | null {
  const [, count] = /^ppr:([1-9][0-9]*):(?:node|host)\b/.exec(way ?? "") ?? [];
  return count === undefined ? null : Number(count);
}
