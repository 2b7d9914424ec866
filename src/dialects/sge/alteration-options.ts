/** Owns what qalter, qhold, qrls and qresub were asked: options made from qsub's rows, and jobs behind them. */

import { ValueError } from "../../language/codec.ts";
import { asks, type OptionRow, option } from "../../language/option.ts";
import { commandLine, readWords, type Said } from "../../language/reading.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { UsageError } from "../../model/errors.ts";
import { names } from "./codecs.ts";
import { helpText } from "./help.ts";
import { type HoldChange, holdLetters } from "./holds.ts";
import { lonelyTasks, type NamedJob, namedJobs } from "./job-words.ts";
import { mannerOf, qsubOptions } from "./options.ts";

/** A command that changes jobs. */
export interface AlteringCommand {
  readonly usage: string;
  readonly table: OptionTable;
}

/** What was asked. */
export interface AlterationAsks {
  readonly help: boolean;
  /** Options in the order in which they were said; holds, users and help are not among them. */
  readonly said: readonly Said[];
  readonly holds: HoldChange | null;
  readonly users: readonly string[] | null;
  readonly jobs: readonly NamedJob[];
  readonly warnings: readonly string[];
}

const helpRow = option("help", asks("help"), { help: "print this list" });
const userRow = option("u", asks("users", names), { help: "all jobs of these users", value: "user,..." });
const holdRow = (all: boolean): OptionRow =>
  option("h", asks("holds", holdLetters(all)), {
    help: all ? "set holds (u s o), remove them (U S O), or remove all (n)" : "which holds: user, system, operator",
    value: all ? "n|u|s|o|U|S|O" : "u|s|o",
  });
const taskRow = option(
  "t",
  { ...asks("tasks"), takes: "value" },
  {
    help: "only these tasks; behind the job it is about",
    value: "n[-m[:s]],...",
  },
);

/** Options of qsub that mean nothing any more once a job is there, as words that qalter does not know. */
const unknown: readonly string[] = ["@", "b", "shell", "-"];
/** Options of qsub that qalter knows and does not take. */
const untaken: readonly string[] = [
  ...["C", "clear", "display", "inherit", "noshell", "nostdin", "now", "pty", "sync", "terse", "verbose"],
];
const replaced: readonly string[] = ["help", "h", "u", "t"];

export const qalter: AlteringCommand = {
  usage: "qalter [options] job_task_list",
  table: optionTable("words", [
    ...qsubOptions.rows.filter(({ name }) => !replaced.includes(name) && !unknown.includes(name)),
    ...[holdRow(true), helpRow, taskRow, userRow],
  ]),
};

const holding = (name: string): AlteringCommand => ({
  usage: `${name} [options] job_task_list`,
  table: optionTable("words", [holdRow(false), helpRow, taskRow, userRow]),
});
export const qhold = holding("qhold");
export const qrls = holding("qrls");

export const qresub: AlteringCommand = {
  usage: "qresub [options] job_id_list",
  table: optionTable("words", [holdRow(true), helpRow, taskRow]),
};

/** Reads the words. Throws UsageError and RefusedError. */
export function readAlteration({ usage, table }: AlteringCommand, args: readonly string[]): AlterationAsks {
  const { said, operands, problem } = readWords(table, commandLine(args));
  const lonely = said.find(({ row }) => row.name === "t");
  if (lonely) throw lonelyTasks(lonely.values[0] ?? "");
  if (problem?.kind === "missing" && problem.row && operands.length === 0) throw missing(problem.row.name);
  if (problem) throw new UsageError(`qalter: invalid option argument "${problem.said}"`, 2);
  const strange = said.filter(({ row }) => untaken.includes(row.name));
  if (strange.length) throw new UsageError(strange.map(strangeText).join("\n"), 5);
  const own = said.filter(({ row }) => replaced.includes(row.name));
  const answers = Object.assign({}, ...own.map(answerOf)) as Readonly<Record<string, unknown>>;
  const asked: AlterationAsks = {
    help: answers.help === true,
    said: said.filter((one) => !own.includes(one)),
    holds: (answers.holds as HoldChange | undefined) ?? null,
    users: (answers.users as readonly string[] | undefined) ?? null,
    jobs: namedJobs(
      operands.map(({ text }) => text),
      "qalter",
    ),
    warnings: warningsOf(said),
  };
  if (asked.help || said.length + asked.jobs.length > 0) return asked;
  throw new UsageError(`${helpText(usage, table.rows)}ERROR! no option argument`, 1);
}

/** The list of options. */
export function alterationUsage({ usage, table }: AlteringCommand): string {
  return helpText(usage, table.rows);
}

/** The error for a value that cannot be read. */
export function badValue({ row: { name }, values }: Pick<Said, "row" | "values">, error: ValueError): UsageError {
  const value = values.join(" ");
  if (name === "h") return new UsageError(`qalter: Unknown hold list "${value}" specified to -h option`, 7);
  const { before, text, exitCode } = mannerOf(name).bad({ name, value, error });
  return new UsageError(text === "" ? before : `${before}qalter: ${text}`, exitCode);
}

function answerOf(one: Said): Readonly<Record<string, unknown>> {
  try {
    return one.row.effect.apply(one.values, { spec: {}, asks: {} }).asks ?? {};
  } catch (error) {
    if (error instanceof ValueError) throw badValue(one, error);
    throw error;
  }
}

function missing(name: string): UsageError {
  const text = replaced.includes(name) ? `-${name} option must have argument` : mannerOf(name).missing(`-${name}`);
  return new UsageError(`qalter: ${text}`, 2);
}

function strangeText({ said, values }: Said): string {
  return `Unknown option ${[said, ...values].join(" ")}\n`;
}

function warningsOf(said: readonly Said[]): readonly string[] {
  const single = said.map(({ row }) => row.name).filter((name) => !replaced.includes(name) && mannerOf(name).single);
  const again = single.filter((name, at) => single.indexOf(name) < at);
  return again.map((name) => `qalter: warning: "-${name}" option has already been set, overriding previous setting\n`);
}
