/** Owns qacct's option table and what was asked with it. */

import { text, wholeNumber } from "../../language/codec.ts";
import { asks, type Effect, type OptionRow, option, refused } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { UsageError } from "../../model/errors.ts";
import type { IndexRange } from "../../model/indices.ts";
import { epochSeconds, stamp, taskRange } from "./codecs.ts";
import { helpText } from "./help.ts";
import { type Asked, askedBy, perhaps } from "./plain-options.ts";
import { requestList } from "./requests.ts";

const row = (spelling: string, effect: Effect, help: string): OptionRow => {
  const [name = "", value] = spelling.split(" ");
  return option(name, effect, value === undefined ? { help } : { help, value });
};

/** By what records are grouped: the name of an option; null shows each group, a text only that one. */
export const groupings = ["h", "q", "g", "o", "P", "D", "pe", "slots", "A"] as const;
export type Grouping = (typeof groupings)[number];

/** Every option of qacct. */
export const qacctOptions: OptionTable = optionTable("words", [
  row("ar id", refused("advance reservations don't exist here", "maybe"), "by advance reservation"),
  row("A account", perhaps("A"), "by account"),
  row("b [[CC]YY]MMDDhhmm[.SS]", asks("begin", stamp), "jobs that started then or later"),
  row("d days", asks("days", wholeNumber("days", -9999)), "jobs of so many days"),
  row("D department", perhaps("D"), "by department"),
  row("e [[CC]YY]MMDDhhmm[.SS]", asks("end", stamp), "jobs that started then or before"),
  row("E", asks("byEnd"), "-b, -e and -d mean the end of a job, not its start"),
  row("f file", asks("file", text), "another accounting file"),
  row("g group", perhaps("g"), "by group, a name or a number"),
  row("h host", perhaps("h"), "by host"),
  row("help", asks("help"), "print this list"),
  row("j job", perhaps("jobs"), "records of jobs: an id, a name or a pattern; without one, all"),
  row("l name=value,...", asks("requests", requestList(false)), "jobs of queues that have these resources"),
  row("m", asks("mastersOnly"), "no further tasks of parallel jobs"),
  row("o owner", perhaps("o"), "by owner"),
  row("u owner", { ...perhaps("u"), apply: ([value]) => ({ asks: { o: value ?? null } }) }, "by owner, as -o"),
  row("pe name", perhaps("pe"), "by parallel environment"),
  row("P project", perhaps("P"), "by project"),
  row("q queue", perhaps("q"), "by queue; patterns will do"),
  row("slots number", perhaps("slots"), "by number of slots"),
  row("t n[-m[:s]]", asks("tasks", taskRange), "only these tasks of the job (-j)"),
]);

/** What was asked. */
export interface AccountingAsks {
  readonly help: boolean;
  /** Null: no records are asked for; undefined as a word: all of them. */
  readonly jobs: { readonly word: string | null } | null;
  readonly tasks: IndexRange | null;
  readonly by: ReadonlyMap<Grouping, string | null>;
  readonly requests: ReturnType<ReturnType<typeof requestList>["read"]>;
  readonly file: string | null;
  readonly mastersOnly: boolean;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly byEnd: boolean;
}

/** Reads the words; `now` in epoch milliseconds. Throws UsageError and RefusedError. */
export function readAccounting(args: readonly string[], now: number): AccountingAsks {
  const asked = askedBy(qacctOptions, args, {
    command: "qacct",
    badValue: ({ row: { name }, values }, error) =>
      wrong(
        { b: `\n${error.message}`, e: `\n${error.message}`, t: `invalid list of task id ranges: ${values[0]}` }[name],
      ),
  });
  const { problem, operands } = asked;
  if (problem?.row?.name === "t") throw wrong("-t option must have a list of task id ranges");
  if (problem || operands.length > 0) throw wrong();
  const word = asked.asks.jobs as string | null | undefined;
  if (asked.asks.tasks && typeof word !== "string") throw wrong("error: -t option requires -j option with an argument");
  return {
    help: asked.asks.help === true,
    jobs: word === undefined ? null : { word },
    tasks: (asked.asks.tasks as readonly IndexRange[] | undefined)?.[0] ?? null,
    by: new Map(
      groupings.flatMap((name) => (groupIn(asked, name) === undefined ? [] : [[name, groupIn(asked, name) ?? null]])),
    ),
    requests: (asked.asks.requests as AccountingAsks["requests"] | undefined) ?? [],
    file: (asked.asks.file as string | undefined) ?? null,
    mastersOnly: asked.asks.mastersOnly === true,
    ...periodOf(asked, now),
    byEnd: asked.asks.byEnd === true,
  };
}

/** The list of options. */
export function accountingUsage(): string {
  // The real one's list has it like this, too, though a file without -f is refused.
  return helpText("qacct [options]", qacctOptions.rows).replace("[-f file]  ", "[[-f] file]");
}

function wrong(why?: string): UsageError {
  return new UsageError(`${why === undefined ? "" : `${why}\n`}${accountingUsage().trimEnd()}`, 1);
}

// No slots, or slots that are no number, group nothing.
function groupIn({ asks }: Asked, name: Grouping): string | null | undefined {
  const value = asks[name] as string | null | undefined;
  return name === "slots" && typeof value === "string" && !(Number.parseInt(value, 10) > 0) ? undefined : value;
}

function periodOf({ asks }: Asked, now: number): { readonly since: number; readonly until: number } {
  const at = (name: string): number | null =>
    asks[name] === undefined ? null : epochSeconds(asks[name] as ReturnType<typeof stamp.read>, now) * 1000;
  const [begin, end] = [at("begin"), at("end")];
  if (asks.days === undefined)
    return { since: begin ?? Number.NEGATIVE_INFINITY, until: end ?? Number.POSITIVE_INFINITY };
  const length = Number(asks.days) * 86_400_000;
  if (begin !== null) return { since: begin, until: begin + length };
  return { since: (end ?? now) - length, until: end ?? Number.POSITIVE_INFINITY };
}
