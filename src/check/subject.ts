/** Owns what checks look at: a script's text, what its directives say as far as they can be read, and the machine. */

import { ValueError } from "../language/codec.ts";
import { type PlacedWord, type Problem, readScript, readWords, type Said } from "../language/reading.ts";
import { firstCommand, type ShellLine, shellLines } from "../language/shell.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { DialectName, User } from "../model/job.ts";
import { type Family, familyOf } from "./families.ts";

/** What of the machine checks ask. */
export interface World {
  /** Where the script would be submitted. */
  readonly directory: string;
  readonly user: User;
  readonly isDirectory: (path: string) => boolean;
  readonly exists: (path: string) => boolean;
  readonly hasCommand: (name: string) => boolean;
  /** What loading a module of that name does: something, where there are real ones or the config says what it means. */
  readonly moduleMeans: (name: string) => "something" | "nothing" | "refused";
  /** The cluster as somebody described it; null if nobody did. */
  readonly cluster: ClusterDescription | null;
}

/** An option that was said, its row's complaint about the value if any, and where the next word begins. */
export interface Option {
  readonly said: Said;
  readonly line: number;
  readonly column: number;
  /** The words as they stand in the script. */
  readonly text: string;
  /** The rest of the line behind the words: its comment. */
  readonly comment: string;
  readonly error: ValueError | null;
}

/** A directive line that counts. */
export interface Directive {
  readonly line: number;
  /** The whole line. */
  readonly text: string;
  /** The column behind the last character before the comment. */
  readonly end: number;
}

export interface Subject {
  readonly file: string;
  /** As it was read, with byte order mark and carriage returns. */
  readonly raw: string;
  readonly lines: readonly ShellLine[];
  /** Number of the first line with a command. */
  readonly commandAt: number;
  readonly interpreter: string | null;
  /** Whether the body is read by a shell of the Bourne family. */
  readonly isBourne: boolean;
  readonly family: Family | null;
  readonly directives: readonly Directive[];
  readonly options: readonly Option[];
  readonly problems: readonly Problem[];
  readonly strays: readonly PlacedWord[];
  readonly unmatched: readonly PlacedWord[];
  readonly world: World;
  /** The last time an option was said, by its row's name. */
  readonly option: (name: string) => Option | undefined;
}

/** Reads a script for the checks. `as` says whose rules hold; found out from the script if left out. */
export function subjectOf(
  script: { readonly file: string; readonly raw: string; readonly as?: DialectName | undefined },
  world: World,
): Subject {
  const text = script.raw.replace(/^\uFEFF/, "");
  const family = familyOf(text, script.as);
  const lines = shellLines(text);
  const commandAt = firstCommand(text);
  const interpreter = /^#!\s*(.*?)\s*$/.exec(lines[0]?.text ?? "")?.[1] ?? null;
  const read = family ? readFamily(text, family, commandAt) : nothing;
  const shell = read.options.findLast(({ said }) => said.row.name === "S" || said.row.letter === "S")?.said.values[0];
  return {
    ...{ ...script, family, lines, commandAt, interpreter, world, ...read },
    isBourne: /(^|[/ ])(ba|da|k|z)?sh(\s|$)/.test(
      family?.name === "slurm" ? (interpreter ?? "") : (shell ?? interpreter ?? "sh"),
    ),
    option: (name) => read.options.findLast(({ said }) => said.row.name === name),
  };
}

const nothing = { directives: [], options: [], problems: [], strays: [], unmatched: [] };

type Content = Pick<Subject, "directives" | "options" | "problems" | "strays" | "unmatched">;

function readFamily(text: string, family: Family, commandAt: number): Content {
  const prefixOf = (line: string) => (line.startsWith(family.prefix) ? family.prefix : null);
  const { lines } = readScript(text, { prefixOf, untilCommand: false, words: family.words }, "");
  const counted = lines.filter(({ where }) => !family.untilCommand || (where.line ?? 0) < commandAt);
  const whole = text.split(/\r?\n/);
  const directives = counted.map(({ where }) => {
    const line = whole[(where.line ?? 1) - 1] ?? "";
    return { line: where.line ?? 1, text: line, end: commentStart(line, family) };
  });
  const words = counted.map((line) => line.words);
  const reads = (family.oneLine ? [words.flat()] : words).map((some) => readOn(family, some));
  const byLine = new Map(directives.map((directive) => [directive.line, directive]));
  return {
    directives,
    options: reads.flatMap(({ said }) => said).map((said) => optionOf(said, byLine.get(said.where.line ?? 0))),
    problems: reads.flatMap(({ problems }) => problems),
    strays: reads.flatMap(({ strays }) => strays),
    unmatched: counted.flatMap(({ unmatched }) =>
      unmatched ? [{ text: unmatched.text, where: unmatched.where }] : [],
    ),
  };
}

// The real ones stop at the first mistake; a check goes on behind it.
function readOn(family: Family, words: readonly PlacedWord[]) {
  const said: Said[] = [];
  const problems: Problem[] = [];
  const strays: PlacedWord[] = [];
  for (let rest = words; rest.length > 0; ) {
    const read = readWords(family.table, rest);
    said.push(...read.said);
    const [stray] = read.operands;
    const stop = read.problem?.where ?? stray?.where;
    if (!stop) break;
    if (read.problem) problems.push(read.problem);
    else if (stray) strays.push(stray);
    rest = rest.slice(rest.findIndex(({ where }) => where === stop) + 1);
  }
  return { said, problems, strays };
}

function optionOf(said: Said, directive: Directive | undefined): Option {
  const [line, column] = [said.where.line ?? 1, said.where.column ?? 1];
  const text = directive?.text.slice(column - 1, directive.end - 1) ?? "";
  return {
    ...{ said, line, column, text: optionText(text, said), error: errorOf(said) },
    comment: directive?.text.slice(directive.end) ?? "",
  };
}

function optionText(rest: string, said: Said): string {
  const last = said.values.at(-1) ?? "";
  const at = last === "" ? -1 : rest.indexOf(last);
  return at === -1 ? (/^\S+/.exec(rest)?.[0] ?? rest) : rest.slice(0, at + last.length);
}

function errorOf(said: Said): ValueError | null {
  try {
    said.row.effect.apply(said.values, { spec: {}, asks: { now: 0 } });
    return null;
  } catch (error) {
    if (error instanceof ValueError) return error;
    throw error;
  }
}

/** The column at which a directive's comment begins; one past the end if it has none. */
function commentStart(line: string, { prefix, words }: Family): number {
  let quote = "";
  for (let at = prefix.length; at < line.length; at++) {
    const character = line[at] as string;
    if (character === "\\" && words === "CutAtHashEscaped") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "#" && (words !== "CutAtHashWord" || /[ \t]/.test(line[at - 1] ?? " "))) return at + 1;
  }
  return line.length + 1;
}
