/** Owns what a squeue command line asks for: which jobs, which lines, which columns, which order. */

import { commandLine, readVariables, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { UsageError } from "../../model/errors.ts";
import type { Filter, Listed } from "../../model/verbs.ts";
import { readListedIds, type WantedJob } from "./job-ids.ts";
import { squeueOptions } from "./queue-options.ts";
import { isSortable, type SortKey } from "./queue-order.ts";
import { findState, liveStates, stateCodes, stateOf } from "./states.ts";
import { optionProblem, tryHelp, valueWording } from "./wording.ts";

/** A squeue command line that was read. */
export interface QueueRequest {
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | null;
  readonly list: (name: string) => readonly string[] | null;
  readonly ids: readonly WantedJob[] | null;
  readonly states: ReadonlySet<string> | "all" | null;
  readonly sort: readonly SortKey[];
  /** What is said of the order before anything is listed. */
  readonly complaint: string;
  /** Seconds between repetitions; 0 for none. */
  readonly every: number;
  /** A word that is no option. */
  readonly stray: string | null;
}

/** Reads the command line. Throws UsageError, worded as squeue does. */
export function readQueueRequest(source: {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
}): QueueRequest {
  const { said, operands, problem } = readWords(squeueOptions, commandLine(source.args));
  if (problem) throw optionProblem(problem, squeueOptions, { after: tryHelp("squeue"), code: 1 });
  const variables = readVariables(squeueOptions, source.variable).filter(({ row }) => !outvoted(row.name, said));
  const { asks } = settle([...variables, ...said], valueWording({ usage: 1, error: 1 }));
  const text = (name: string) => (typeof asks[name] === "string" ? asks[name] : null);
  const list = (name: string) => text(name)?.split(",") ?? null;
  // A list of jobs or steps may follow its option as a word of its own.
  const words = operands.map((operand) => operand.text);
  const glued = text("jobs") ?? text("steps");
  const loose = glued === "" && words.length > 0 ? (words.shift() ?? "") : "";
  const flag = (name: string) => asks[name] === true;
  checkFormats(flag, text);
  return {
    ...{
      flag,
      list,
      text: (name) => (name === "steps" && text("steps") === "" && text("jobs") === null ? loose : text(name)),
    },
    ids: idsOf(text("jobs") === "" ? loose : text("jobs")),
    states: statesOf(text("states")),
    ...{ complaint: (text("sort") ?? "").includes(vestige) ? `squeue: Invalid sort specification: ${vestige}\n` : "" },
    sort: sortOf(text("sort") ?? defaultSort(flag("start"), text("steps") !== null)),
    every: iterationOf(text("iterate")),
    stray: words[0] ?? null,
  };
}

// A format on the command line puts both variables aside.
function outvoted(name: string, said: readonly { readonly row: { readonly name: string } }[]): boolean {
  const formats = ["format", "Format", "long", "start"];
  return formats.includes(name) && said.some(({ row }) => formats.includes(row.name));
}

function checkFormats(flag: QueueRequest["flag"], text: QueueRequest["text"]): void {
  if (flag("long") && text("letters") !== null)
    throw new UsageError(
      "fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
      1,
    );
}

/** The part of the request that the store can answer. `since`: ended at or after this epoch ms. */
export function filterOf(request: QueueRequest, users: readonly string[] | null, since: number): Filter {
  const { ids, list } = request;
  return {
    ...(ids ? { ids: ids.map(({ id, indices }) => ({ id, indices })) } : {}),
    ...(users ? { users } : {}),
    ...only("names", list("jobNames")),
    ...only("queues", list("partitions")),
    ...only("accounts", list("accounts")),
    // Ended jobs count too where a list of ids is to be known.
    ...(ids || request.states ? { endedSince: since } : {}),
  };
}

function only<K extends string>(key: K, list: readonly string[] | null): { readonly [key in K]?: readonly string[] } {
  const filter: { [key in K]?: readonly string[] } = {};
  if (list) filter[key] = list;
  return filter;
}

/** Whether a part is wanted, beyond what the filter says. */
export function wantedBy({ states, list, flag, text }: QueueRequest): (listed: Listed) => boolean {
  const [start, reservation] = [flag("start"), text("reservation")];
  const [qualities, licences, nodes] = [list("qualities"), list("licenses"), list("nodes")];
  return (listed) => {
    const { word } = stateOf(listed);
    if (states === null ? !liveStates.includes(word) : states !== "all" && !states.has(word)) return false;
    if (start && word !== "PENDING") return false;
    const { job } = listed;
    if (qualities && !qualities.includes(job.spec.qualityOfService ?? "normal")) return false;
    if (reservation !== null && job.spec.reservation !== reservation) return false;
    if (licences && !job.spec.licenses?.some(({ name }) => licences.includes(name))) return false;
    return nodes === null || (listed.kind === "element" && listed.element.state !== "ended");
  };
}

function idsOf(text: string | null): readonly WantedJob[] | null {
  if (text === null) return null;
  const { ids, bad } = readListedIds(text);
  if (bad !== null) throw new UsageError(`Invalid job id: ${bad}`, 1);
  return ids;
}

function statesOf(text: string | null): ReadonlySet<string> | "all" | null {
  if (text === null || text === "") return null;
  if (text.toLowerCase() === "all") return "all";
  const words = text.split(",").map((name) => {
    const state = findState(name);
    const all = stateCodes.map(({ word }) => word).join(",");
    if (!state) throw new UsageError(`Invalid job state specified: ${name}\nValid job states include: ${all}\n`, 1);
    return state.word;
  });
  return new Set(words);
}

function defaultSort(start: boolean, steps: boolean): string {
  if (steps) return "P,i";
  return start ? "S" : "P,t,-p";
}

function sortOf(text: string): readonly SortKey[] {
  const letters = text.replace(/cluster/gi, "");
  const keys = [...letters.matchAll(/([+-]?)([^,+-])/g)].map(([, sign, letter = ""]) => ({
    letter,
    down: sign === "-",
  }));
  // Every letter counts, and Slurm reads them from the last one on.
  const bad = keys.findLast(({ letter }) => !isSortable(letter) && letter !== vestige);
  if (bad) throw new UsageError(`Invalid sort specification: ${bad.letter}`, 1);
  return keys;
}

/** A letter that once was a key: squeue complains, and goes on. */
const vestige = "b";

function iterationOf(text: string | null): number {
  if (text === null) return 0;
  const seconds = Number.parseInt(text, 10) || 0;
  if (seconds <= 0) throw new UsageError(`--iterate=${text}\n`, 1);
  return seconds;
}
