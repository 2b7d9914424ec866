/** Owns what a sinfo command line asks for: which nodes of which partitions, which columns, which order. */

import { commandLine, readVariables, readWords } from "../../language/reading.ts";
import { settle } from "../../language/settle.ts";
import { UsageError } from "../../model/errors.ts";
import { expandHosts } from "./hostlists.ts";
import { sinfoOptions } from "./sinfo-options.ts";
import { optionProblem, tryHelp, valueWording } from "./wording.ts";

/** A sinfo command line that was read. */
export interface SinfoRequest {
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | null;
  readonly partitions: readonly string[] | null;
  readonly nodes: readonly string[] | null;
  /** Long words of states of which one or another is wanted, or several at once; null for all. */
  readonly states: readonly (readonly string[])[] | null;
  readonly sort: readonly { readonly letter: string; readonly down: boolean }[];
  /** Seconds between repetitions; 0 for none. */
  readonly every: number;
}

/** Reads the command line; words that are no options are passed over. Throws UsageError, worded as sinfo does. */
export function readSinfoRequest(source: {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
}): SinfoRequest {
  const { said, problem } = readWords(sinfoOptions, commandLine(source.args));
  if (problem) throw optionProblem(problem, sinfoOptions, { after: tryHelp("sinfo"), code: 1 });
  const formats = ["format", "Format"];
  const named = said.some(({ row }) => formats.includes(row.name));
  const variables = readVariables(sinfoOptions, source.variable).filter(
    ({ row }) => !(named && formats.includes(row.name)),
  );
  const { asks } = settle([...variables, ...said], valueWording({ usage: 1, error: 1 }));
  const text = (name: string) => (typeof asks[name] === "string" ? asks[name] : null);
  const flag = (name: string) => asks[name] === true;
  if (flag("long") && said.some(({ row }) => row.name === "format"))
    throw new UsageError(
      "fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
      1,
    );
  const nodes = text("nodes");
  return {
    ...{ flag, text },
    partitions: text("partitions")?.split(",") ?? null,
    nodes: nodes === null ? null : (expandHosts(nodes) ?? [nodes]),
    states: statesOf(text("states")),
    sort: (text("sort") ?? "").split(",").filter(Boolean).map(sortKey),
    every: iterationOf(text("iterate")),
  };
}

/** The states that nodes can be asked for by, in the order in which Slurm names them. */
const stateNames: readonly string[] = [
  ...["unknown", "down", "idle", "allocated", "?", "mixed", "future", "drain", "drained", "draining", "no_respond"],
  ...["reserved", "perfctrs", "cloud", "completing", "powering_down", "powered_down", "power_down", "powering_up"],
  ...["fail", "maint", "reboot", "reboot^", "unknown"],
];

function statesOf(text: string | null): SinfoRequest["states"] {
  if (text === null || /^all$/i.test(text)) return null;
  return text.split(",").map((all) =>
    all.split("&").map((word) => {
      const found = stateNames.find((name) => name.startsWith(word.toLowerCase()) && word !== "");
      if (found === undefined)
        throw new UsageError(`Bad state string: "${text}"\nvalid states: ${stateNames.join(",")}`, 1);
      return found;
    }),
  );
}

function sortKey(key: string): { readonly letter: string; readonly down: boolean } {
  const [, sign = "", letter = ""] = /^#?([+-]?)#?(.?)/.exec(key) ?? [];
  return { letter, down: sign === "-" };
}

function iterationOf(text: string | null): number {
  if (text === null) return 0;
  const seconds = /^[0-9]+$/.test(text) ? Number(text) : 0;
  if (seconds <= 0) throw new UsageError(`Error: invalid entry for --iterate=${text}`, 1);
  return seconds;
}
