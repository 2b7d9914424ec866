/** Owns one place where options are said (command line, script, default files): what was said, warned and complained of. */

import { ValueError } from "../../language/codec.ts";
import type { OptionRow } from "../../language/option.ts";
import { type PlacedWord, type Problem, placeText, readWords, type Said } from "../../language/reading.ts";
import { UsageError } from "../../model/errors.ts";
import { optionFileWords } from "./directives.ts";
import { mannerOf, qsubOptions } from "./options.ts";
import type { Complaint } from "./rows.ts";

/** Who speaks: qsub words its complaints by it. */
export type Speaker = "files" | "script" | "line";

/** What one place says. Reading goes on to its end even after a complaint, as the real one's warnings show. */
export interface Source {
  readonly speaker: Speaker;
  readonly said: readonly Said[];
  /** The first words that are no options, and all that follow them. */
  readonly operands: readonly PlacedWord[];
  readonly warnings: readonly string[];
  readonly complaint: UsageError | null;
  /** Files named by `-@` whose text was not handed over. */
  readonly wanted: readonly string[];
}

/** Texts of the files that `-@` names; null for one that cannot be read. */
export type OptionFiles = ReadonlyMap<string, string | null>;

/** Reads the words of a place. In a script each line is a piece of its own: `-soft` lasts to its end. */
export function readSource(
  speaker: Speaker,
  pieces: readonly (readonly PlacedWord[])[],
  optionFiles: OptionFiles = new Map(),
): Source {
  const reads = pieces.map((words) => readPiece(words, { strays: speaker !== "line", optionFiles, depth: 0 }));
  const said = reads.flatMap((read) => hardAgain(read.said));
  const problem = reads.find((read) => read.problem)?.problem ?? null;
  const until = problem ? reads.findIndex((read) => read.problem) : reads.length;
  const before = reads.slice(0, until + 1).flatMap((read) => read.said);
  return {
    speaker,
    said,
    operands: reads.flatMap((read) => read.operands),
    // Each default file is read by itself, the lines of a script together.
    warnings:
      speaker === "files"
        ? reads.slice(0, until + 1).flatMap((read) => warningsOf(speaker, read.said, read.problem))
        : warningsOf(speaker, before, problem),
    complaint: firstBadValue(speaker, before) ?? (problem && problemComplaint(speaker, problem)),
    wanted: reads.flatMap((read) => read.wanted),
  };
}

/** The error for a value that cannot be read. */
export function badValue(speaker: Speaker, said: Said, error: ValueError): UsageError {
  const value = said.values.join(" ");
  return usageError(speaker, mannerOf(said.row.name).bad({ name: said.row.name, value, error }), said);
}

interface Piece {
  readonly said: readonly Said[];
  readonly operands: readonly PlacedWord[];
  readonly problem: (Problem & { readonly lastWord: string }) | null;
  readonly wanted: readonly string[];
}

interface Reading {
  /** Words that are no options are left out, and reading goes on behind them. */
  readonly strays: boolean;
  readonly optionFiles: OptionFiles;
  /** How many files deep this is: a file that names itself ends somewhere. */
  readonly depth: number;
}

function readPiece(words: readonly PlacedWord[], reading: Reading): Piece {
  const read = beforeMissingFile(readWords(qsubOptions, words), reading);
  const first = expanded(read.said, reading);
  const problem = first.problem ?? (read.problem && { ...read.problem, lastWord: words.at(-1)?.text ?? "" });
  const [stray] = read.operands;
  if (!stray || !reading.strays || problem) return { ...first, operands: read.operands, problem };
  const rest = readPiece(words.slice(words.indexOf(stray) + 1), reading);
  return {
    said: [...first.said, ...rest.said],
    operands: [stray, ...rest.operands],
    problem: rest.problem,
    wanted: [...first.wanted, ...rest.wanted],
  };
}

/** Where the file of an -@ is not there, the real one says nothing, and all that stands behind it is lost, the script too. */
function beforeMissingFile(read: ReturnType<typeof readWords>, { optionFiles }: Reading): ReturnType<typeof readWords> {
  const missing = read.said.findIndex(
    ({ row, values }) => row.name === "@" && optionFiles.get(values[0] ?? "") === null,
  );
  return missing < 0 ? read : { ...read, said: read.said.slice(0, missing), operands: [], problem: null };
}

function expanded(said: readonly Said[], reading: Reading): Omit<Piece, "operands"> {
  const pieces = said.map((one) =>
    one.row.name === "@" ? optionFile(one, reading) : { said: [one], problem: null, wanted: [] },
  );
  return {
    said: pieces.flatMap((piece) => piece.said),
    problem: pieces.find((piece) => piece.problem)?.problem ?? null,
    wanted: pieces.flatMap((piece) => piece.wanted),
  };
}

function optionFile(said: Said, reading: Reading): Omit<Piece, "operands"> {
  const [path = ""] = said.values;
  const text = reading.optionFiles.get(path);
  if (text === undefined || text === null) return { said: [], problem: null, wanted: [path] };
  return reading.depth > 9
    ? { said: [], problem: null, wanted: [] }
    : readPiece(optionFileWords(text, path), { ...reading, strays: true, depth: reading.depth + 1 });
}

// -soft is forgotten at the end of a script's line and of a file.
function hardAgain(said: readonly Said[]): readonly Said[] {
  const last = said.findLast(({ row }) => row.name === "soft" || row.name === "hard");
  if (last?.row.name !== "soft") return said;
  return [...said, { ...last, row: qsubOptions.word("-hard")?.row as OptionRow, said: "-hard" }];
}

// One warning for each further time; a word whose argument is missing was noticed before that.
function warningsOf(speaker: Speaker, said: readonly Said[], problem: Problem | null): readonly string[] {
  const names = said.map(({ row }) => row.name);
  if (problem?.kind === "missing" && problem.row) names.push(problem.row.name);
  const again = names.filter((name, at) => mannerOf(name).single && names.indexOf(name) < at);
  const prefix = speaker === "line" ? "qsub: " : "";
  return again.map((name) => `${prefix}warning: "-${name}" option has already been set, overriding previous setting\n`);
}

function firstBadValue(speaker: Speaker, said: readonly Said[]): UsageError | null {
  for (const one of said) {
    try {
      one.row.effect.apply(one.values, { spec: {}, asks: {} });
    } catch (error) {
      if (error instanceof ValueError) return badValue(speaker, one, error);
      throw error;
    }
  }
  return null;
}

function problemComplaint(speaker: Speaker, problem: NonNullable<Piece["problem"]>): UsageError {
  const text =
    problem.kind === "missing" && problem.row
      ? mannerOf(problem.row.name).missing(problem.lastWord)
      : `invalid option argument "${problem.said}"`;
  return usageError(speaker, { before: "", text, exitCode: 2 }, problem);
}

const prefixes: Readonly<Record<Speaker, string>> = {
  files: "",
  script: "Unable to read script file because of error: ",
  line: "qsub: ",
};

function usageError(speaker: Speaker, { before, text, exitCode }: Complaint, said: Pick<Said, "where">): UsageError {
  const message = text === "" ? before : `${before}${prefixes[speaker]}${text}`;
  return new UsageError(message, exitCode, placeText(said.where));
}
