/** Owns how words, script lines and variables become what was said, each with its place. */

import type { Item } from "#grammar/arguments.js";
import { parse as parseScript } from "#grammar/script.js";
import { parse as parseWords } from "#grammar/words.js";
import type { OptionRow } from "./option.ts";
import { remembered } from "./remembered.ts";
import type { OptionTable } from "./table.ts";

/** Where something was said. Lines and columns count from 1; null on the command line and in variables. */
export interface Where {
  /** `command line`, a variable's name, or a file's. */
  readonly source: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** An option as it was said. */
export interface Said {
  readonly row: OptionRow;
  /** As spelled: `--time`, `-t`. */
  readonly said: string;
  readonly values: readonly string[];
  readonly where: Where;
}

/** A word and its place. */
export interface PlacedWord {
  readonly text: string;
  readonly where: Where;
}

/** An option that could not be read. Reading stops there; dialects word it. */
export interface Problem {
  readonly kind: "unknown" | "ambiguous" | "unwanted" | "missing" | "unmatched quote";
  readonly row: OptionRow | null;
  readonly said: string;
  readonly where: Where;
}

export interface Read {
  readonly said: readonly Said[];
  readonly operands: readonly PlacedWord[];
  readonly problem: Problem | null;
}

/** Reads words by a table: what was said before the first operand or problem, and the operands. */
export function readWords(table: OptionTable, words: readonly PlacedWord[]): Read {
  const { items, operands } = table.parse(words.map((word) => `${word.text}\0`).join(""));
  const placeOf = placer(words);
  const bad = items.find((item) => item.problem !== undefined);
  const good = bad ? items.slice(0, items.indexOf(bad)) : items;
  return {
    said: good.map((item) => said(item, placeOf(item.offset).where)),
    operands: operands.map((operand) => placeOf(operand.offset)),
    problem: bad?.problem
      ? { kind: bad.problem, row: bad.row, said: bad.said, where: placeOf(bad.offset).where }
      : null,
  };
}

/** Arguments of a command as placed words. */
export function commandLine(args: readonly string[]): readonly PlacedWord[] {
  return args.map((text) => ({ text, where: { source: "command line", line: null, column: null } }));
}

/** Rows whose variable is set. An empty value counts as said; dialects that think otherwise filter. */
export function readVariables(table: OptionTable, variable: (name: string) => string | undefined): readonly Said[] {
  return table.rows.flatMap((row) => {
    const value = row.variable === null ? undefined : variable(row.variable);
    if (value === undefined || row.variable === null) return [];
    const where = { source: row.variable, line: null, column: null };
    return [{ row, said: row.variable, values: row.effect.takes === "nothing" ? [] : [value], where }];
  });
}

/** How a family's directives look. */
export interface DirectiveStyle {
  readonly prefixOf: (line: string) => string | null;
  /** Reading stops at the first command. */
  readonly untilCommand: boolean;
  /** What a `#` within a line means. */
  readonly words: "CutAtHash" | "CutAtHashEscaped" | "CutAtHashWord" | "Uncut";
}

/** A directive line as placed words; `unmatched` if a quote has no partner. */
export interface DirectiveLine {
  readonly prefix: string;
  readonly text: string;
  readonly words: readonly PlacedWord[];
  readonly unmatched: { readonly quote: string; readonly text: string; readonly where: Where } | null;
  readonly where: Where;
}

/** The directive lines of a script, and its interpreter line. */
export interface ScriptLines {
  readonly interpreter: string | null;
  readonly lines: readonly DirectiveLine[];
}

/** Reads the directive lines of scripts; `file` names the script in places. */
export function scriptReader(style: DirectiveStyle): (script: string, file: string) => ScriptLines {
  const parse = remembered((script) => parsedScript(script, style));
  return (script, file) => placedLines(parse(script), file);
}

/** The same for one script. */
export function readScript(script: string, style: DirectiveStyle, file: string): ScriptLines {
  return placedLines(parsedScript(script, style), file);
}

function parsedScript(script: string, style: DirectiveStyle) {
  const { interpreter, directives } = parseScript(script, style);
  const worded = directives.map((directive) => ({
    ...directive,
    found: parseWords(directive.text, { startRule: style.words }),
  }));
  return { interpreter, directives: worded };
}

function placedLines({ interpreter, directives }: ReturnType<typeof parsedScript>, file: string): ScriptLines {
  const lines = directives.map(({ found, ...directive }) => {
    const at = (column: number): Where => ({
      source: file,
      line: directive.line,
      column: directive.column + column - 1,
    });
    const bad = found.find((word) => word.unmatched !== undefined);
    return {
      prefix: directive.prefix,
      text: directive.text,
      words: found.filter((word) => word !== bad).map((word) => ({ text: word.text, where: at(word.column) })),
      unmatched: bad?.unmatched ? { quote: bad.unmatched, text: bad.text, where: at(bad.column) } : null,
      where: { source: file, line: directive.line, column: 1 },
    };
  });
  return { interpreter, lines };
}

/** A place as people read it: `job.sh:7:12`. */
export function placeText(where: Where): string {
  return [where.source, where.line, where.column].filter((part) => part !== null).join(":");
}

function said(item: Item<OptionRow>, where: Where): Said {
  return { row: item.row as OptionRow, said: item.said, values: item.values, where };
}

function placer(words: readonly PlacedWord[]): (offset: number) => PlacedWord {
  const ends: number[] = [];
  let end = 0;
  for (const word of words) {
    end += word.text.length + 1;
    ends.push(end);
  }
  return (offset) => words[firstAbove(ends, offset)] as PlacedWord;
}

function firstAbove(ends: readonly number[], offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
