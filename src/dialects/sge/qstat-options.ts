/** Owns qstat's option table and what was asked with it. */

import { type Codec, text, ValueError } from "../../language/codec.ts";
import { asks, type Effect, type OptionRow, option, optional } from "../../language/option.ts";
import { commandLine, type PlacedWord, readWords } from "../../language/reading.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { UsageError } from "../../model/errors.ts";
import type { Request } from "../../model/spec.ts";
import { names } from "./codecs.ts";
import { helpText } from "./help.ts";
import { addedTo } from "./plain-options.ts";
import { requestList } from "./requests.ts";

/** What a listing is to show. */
export interface QstatAsks {
  readonly help?: true;
  /** Jobs to be told everything about; empty: what the scheduler says of all. */
  readonly jobs?: string;
  readonly users?: readonly string[];
  /** Parts of `-s`: p r s z hu … */
  readonly states?: readonly string[];
  readonly queues?: readonly string[];
  readonly blocks?: true;
  readonly noEmptyBlocks?: true;
  /** What jobs asked for is shown. */
  readonly demands?: true;
  /** Only queues that have these resources. */
  readonly requests?: readonly Request[];
  /** Resources of queues to be shown; empty: all. */
  readonly resources?: string;
  /** Letters; only queues in one of these states. */
  readonly queueStates?: string;
  /** Bindings are left out. */
  readonly plain?: true;
  readonly subtasks?: true;
  readonly xml?: true;
  readonly extended?: true;
  readonly urgencies?: true;
  readonly priorities?: true;
  readonly group?: string;
  /** Running jobs are grouped by queue. */
  readonly byQueue?: true;
  readonly environments?: readonly string[];
  readonly explain?: string;
}

/** What `-s` can name; h and a are short for several. */
const stateParts: Codec<readonly string[]> = {
  kind: "states",
  read: (value) => {
    const parts = value.match(/h[uosdja]|[prszha]/g) ?? [];
    if (parts.join("") !== value || value === "")
      throw new ValueError("wrong argument to -s option", { kind: "states", column: 1 });
    return parts.flatMap((part) => ({ h: allHolds, a: ["p", "r", "s", ...allHolds] })[part] ?? [part]);
  },
  write: (parts) => parts.join(""),
};
const allHolds = ["hu", "ho", "hs", "hd", "hj", "ha"];

const row = (spelling: string, effect: Effect, help: string): OptionRow => {
  const [name = "", value] = spelling.split(" ");
  return option(name, effect, value === undefined ? { help } : { help, value });
};

/** Every option of qstat. */
export const qstatOptions: OptionTable = optionTable("words", [
  row("ext", asks("extended"), "show usage and tickets as well"),
  row("explain a|c|A|E", asks("explain", text), "queue by queue, and why queues are in a state"),
  row("f", asks("blocks"), "queue by queue"),
  row("F name,...", optional(asks("resources", text), ""), "queue by queue, with their resources, all or some"),
  row("g c|d|t", asks("group", text), "c: queues only; d: one line for each task; t: one for each slot"),
  row("help", asks("help"), "print this list"),
  row("j job,...", optional(asks("jobs", text), ""), "everything about jobs, or what the scheduler says"),
  row("l name=value,...", asks("requests", requestList(false)), "only queues with these resources"),
  row("ne", asks("noEmptyBlocks"), "leave out queues without jobs"),
  row("ncb", asks("plain"), "leave out bindings"),
  row("pe name,...", asks("environments", names), "only queues with these parallel environments"),
  row("q queue,...", asks("queues", names), "only these queues"),
  row("qs states", asks("queueStates", text), "only queues in these states"),
  row("r", asks("demands"), "show what jobs asked for"),
  row("s p|r|s|z|hu|ho|hs|hd|hj|ha|h|a", asks("states", stateParts), "only jobs in these states"),
  row("t", asks("subtasks"), "one line for each slot, and columns for tasks of parallel jobs"),
  row("u user,...", asks("users", names), "whose jobs; * is everybody"),
  row("U user,...", { ...asks("byQueue"), takes: "value" }, "only queues these users may use"),
  row("urg", asks("urgencies"), "show what makes a job urgent"),
  row("pri", asks("priorities"), "show what the priority is made of"),
  row("xml", asks("xml"), "as XML"),
]);

// Each way of grouping has its line in the list.
function grouped(each: OptionRow): readonly OptionRow[] {
  if (each.name !== "g") return [each];
  const ways = [
    ["c", "queues only"],
    ["d", "one line for each task"],
    ["t", "one line for each slot"],
  ] as const;
  return ways.map(([value, help]) => ({ ...each, value, help }));
}

/** What was asked; the user's own defaults come first. Throws UsageError. */
export function readQstat(args: readonly string[], defaults: readonly PlacedWord[]): QstatAsks {
  return { ...readOnce(defaults), ...readOnce(commandLine(args)) };
}

function readOnce(words: readonly PlacedWord[]): QstatAsks {
  const { said, operands, problem } = readWords(qstatOptions, words);
  let asked: Readonly<Record<string, unknown>> = {};
  for (const {
    row: { effect, name },
    values,
  } of said) {
    if (effect.standing.kind === "refused") throw new UsageError(`qstat -${name}: ${effect.standing.why}`, 1);
    asked = addedTo(
      asked,
      answered(name, () => effect.apply(values, { spec: {}, asks: {} }).asks ?? {}),
    );
  }
  if (problem?.kind === "missing") throw new UsageError(`${problem.said} option must have argument`, 1);
  // Further words behind -j take the place of the first.
  if (asked.jobs !== undefined && operands.length && !problem) asked = { ...asked, jobs: operands.at(-1)?.text };
  const stray = problem?.said ?? (asked.jobs === undefined ? operands[0]?.text : undefined);
  if (stray !== undefined) throw new UsageError(`${usage()}invalid option argument "${stray}"`, 1);
  return checked(asked as QstatAsks);
}

// The form of -explain and -F is that of -f. Nothing here is ambiguous (c) or in error (E).
function checked(asked: QstatAsks): QstatAsks {
  const { group = "", explain } = asked;
  const wrong = [...group].find((letter) => !"cdt".includes(letter));
  if (wrong !== undefined) throw new UsageError(`wrong character '${wrong}' for -g option`, 1);
  checkLetters(explain, "acAE");
  checkLetters(asked.queueStates, "aAcdosuCDES");
  return explain === undefined && asked.resources === undefined ? asked : { ...asked, blocks: true };
}

function checkLetters(said: string | undefined, known: string): void {
  const unknown = [...(said ?? "")].find((letter) => !known.includes(letter));
  if (unknown === undefined) return;
  const text = `unknown queue state: ${unknown} found in string: ${said}`;
  throw new UsageError(`error: ${text}\n${text}`, 1);
}

/** The list of options. */
export function usage(): string {
  return helpText("qstat [options]", qstatOptions.rows.flatMap(grouped));
}

function answered<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    if (name === "s") throw new UsageError(`${usage()}ERROR! wrong argument to -s option`, 1);
    throw new UsageError(`${usage()}-${name} option must have argument\ninvalid option argument ""`, 1);
  }
}
