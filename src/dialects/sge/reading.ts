/** Owns how Grid Engine reads a job: default files, then the script's lines, then the command line, each on top of the last. */

import { commandLine, placeText, type Said } from "../../language/reading.ts";
import { type Settled, settle, type Wording } from "../../language/settle.ts";
import { systemClock } from "../../model/clock.ts";
import { RefusedError, UsageError } from "../../model/errors.ts";
import { epochSeconds } from "./codecs.ts";
import { optionFileWords, scriptLines, usualPrefix } from "./directives.ts";
import { mannerOf } from "./options.ts";
import { badValue, type OptionFiles, readSource, type Source } from "./sources.ts";

/** A submission as texts: nothing here looks at a file. */
export interface JobTexts {
  readonly args: readonly string[];
  /** The script, or null where there is none to read. */
  readonly script: string | null;
  /** The script's name in places. */
  readonly file: string;
  /** `.sge_request` files, the weakest first. */
  readonly defaultFiles?: readonly { readonly name: string; readonly text: string }[];
  readonly optionFiles?: OptionFiles;
  /** Epoch milliseconds: the year of a date without one. */
  readonly now?: number;
}

/** What a submission says. */
export interface ReadJob {
  readonly settled: Settled;
  readonly interpreter: string | null;
  /** The script or command; null where standard input is the script. */
  readonly operand: string | null;
  /** The words behind it. */
  readonly arguments: readonly string[];
  /** Options of other commands and words that are none: qsub says so after it has read everything. */
  readonly leftovers: readonly string[];
  /** What the master says of options that it never takes here. */
  readonly denied: (user: string) => readonly string[];
}

/** The places where options are said, weakest first, with their warnings and complaints as values. */
export interface JobSources {
  readonly files: Source;
  readonly script: Source;
  readonly line: Source;
  readonly interpreter: string | null;
}

/** Reads a job from its texts. Throws UsageError, with its place, at the first thing that cannot be read. */
export function parseJob(texts: JobTexts & { readonly variable?: (name: string) => string | undefined }): ReadJob {
  const sources = readSources(texts);
  // The order in which the real one looks: a mistake in a default file hides one in the command line.
  const { files, line, script } = sources;
  const complaint = files.complaint ?? line.complaint ?? script.complaint;
  if (complaint) throw complaint;
  const job = combined(sources, texts.now ?? systemClock.now());
  if (job.leftovers.length) throw leftoverError(job.leftovers);
  return job;
}

/** Reads all places. A binary job's script lines are not read. */
export function readSources({ args, script, file, defaultFiles = [], optionFiles }: JobTexts): JobSources {
  const files = readSource(
    "files",
    defaultFiles.map(({ name, text }) => optionFileWords(text, name)),
    optionFiles,
  );
  const line = readSource("line", [commandLine(args)], optionFiles);
  const asked = lastSaid([files, line]);
  const unread = script === null || (asked("b") ?? "n").toLowerCase().startsWith("y");
  const { interpreter, lines } = unread
    ? { interpreter: null, lines: [] }
    : scriptLines(script, asked("C") ?? usualPrefix, file);
  return { files, line, script: readSource("script", lines, optionFiles), interpreter };
}

/** One job from all places. */
export function combined({ files, script, line, interpreter }: JobSources, now: number): ReadJob {
  const all = afterClear(strongest([files, script, line]));
  const refused = all.filter((said) => said.row.effect.standing.kind === "refused");
  const settled = settle(
    all.filter((said) => !refused.includes(said)),
    wording,
  );
  const behind = line.said.find(({ row }) => row.name === "-");
  return {
    settled: withBegin(settled, now),
    interpreter,
    operand: behind ? null : (line.operands[0]?.text ?? null),
    arguments: behind ? behind.values : line.operands.slice(1).map(({ text }) => text),
    leftovers: leftovers([files, script, line], refused),
    denied: (user) => refused.flatMap(({ row, values }) => mannerOf(row.name).denied(values[0] ?? "", user) ?? []),
  };
}

/** The error for words nobody took. Several are reported one after the other, each with an empty line behind it. */
export function leftoverError(leftovers: readonly string[]): UsageError {
  return new UsageError(leftovers.map((words) => `qsub: Unknown option ${words}\n`).join("\n"), 5);
}

const wording: Wording = {
  badValue: (said, error) => badValue("line", said, error),
  refused: (said, why) => new RefusedError(`qsub: ${said.said}: ${why}`, 1, placeText(said.where)),
};

// -clear forgets everything said before it, wherever that was.
function afterClear(said: readonly Said[]): readonly Said[] {
  return said.slice(said.findLastIndex(({ row }) => row.name === "clear") + 1);
}

// Most lists add up over all places; some are replaced by what a stronger place says.
function strongest(sources: readonly Source[]): readonly Said[] {
  const speaker = new Map(sources.flatMap((source) => source.said.map(({ row }) => [row.name, source] as const)));
  return sources.flatMap((source) =>
    source.said.filter(({ row }) => !mannerOf(row.name).replaces || speaker.get(row.name) === source),
  );
}

function lastSaid(sources: readonly Source[]): (name: string) => string | undefined {
  const said = afterClear(sources.flatMap((source) => source.said));
  return (name) => said.findLast(({ row }) => row.name === name)?.values[0];
}

// A date without a year is this year's, so it means something only with a clock.
function withBegin(settled: Settled, now: number): Settled {
  const said = settled.all.findLast(({ row }) => row.name === "a");
  if (!said) return settled;
  const { begin } = settled.asks;
  const beginTime = epochSeconds(begin as Parameters<typeof epochSeconds>[0], now);
  return { ...settled, spec: { ...settled.spec, beginTime }, origins: new Map(settled.origins).set("beginTime", said) };
}

function leftovers(sources: readonly Source[], refused: readonly Said[]): readonly string[] {
  const strays = sources.flatMap((source) => (source.speaker === "line" ? [] : source.operands.map(() => "")));
  const foreign = refused.filter(({ row }) => mannerOf(row.name).foreign);
  return [...foreign.map(({ said, values }) => [said, ...values].join(" ")), ...strays];
}
