/** Owns what of a job a real Slurm can still be told to change: the key of `scontrol update` for each option of sbatch. */

import type { Driver } from "../../language/driver.ts";
import { changedOptions, optionWords } from "../../language/option-words.ts";

/** An option, its key, and what the key says where the option is no longer said; null: that can't be taken back. */
type Row = readonly [option: string, key: string, none: string | null];

const rows: readonly Row[] = [
  ["--account", "Account", null],
  ["--comment", "Comment", ""],
  ["--constraint", "Features", ""],
  ["--cpus-per-task", "CPUsPerTask", "1"],
  ["--deadline", "Deadline", null],
  ["--dependency", "Dependency", ""],
  ["--exclude", "ExcNodeList", ""],
  ["--gres", "Gres", ""],
  ["--job-name", "JobName", null],
  ["--licenses", "Licenses", ""],
  ["--mail-type", "MailType", "NONE"],
  ["--mail-user", "MailUser", ""],
  ["--mem", "MinMemoryNode", null],
  ["--mem-per-cpu", "MinMemoryCPU", null],
  ["--mincpus", "MinCPUsNode", "1"],
  ["--nice", "Nice", "0"],
  ["--nodelist", "ReqNodeList", ""],
  ["--nodes", "NumNodes", "1"],
  ["--ntasks", "NumTasks", "1"],
  ["--output", "StdOut", null],
  ["--partition", "Partition", null],
  ["--priority", "Priority", null],
  ["--qos", "QOS", null],
  ["--reservation", "ReservationName", ""],
  ["--time", "TimeLimit", "UNLIMITED"],
  ["--time-min", "TimeMin", "0"],
  ["--tmp", "MinTmpDiskNode", "0"],
  ["--chdir", "WorkDir", null],
];

/** What an option without a value says. */
const flags: ReadonlyMap<string, string> = new Map([
  ["--requeue", "Requeue=1"],
  ["--no-requeue", "Requeue=0"],
]);

/** Holds are told by commands of their own. */
const apart: readonly string[] = ["--hold", "-H"];

export const alteration: Driver["alteration"] = ({ before, after, begin }) => {
  const words: string[] = [];
  const are = optionWords(after);
  for (const name of changedOptions(before, after)) {
    if (apart.includes(name)) continue;
    const said = are.findLast((one) => one.name === name);
    const word = flags.has(name)
      ? flagWord(name, said !== undefined)
      : wordOf(name, said?.values[0], { before, after });
    if (word === null) return { cannot: name };
    if (word !== "") words.push(word);
  }
  // Times of day are the place's own, spans are everybody's.
  if (begin !== null) words.push(`StartTime=now${begin.inSeconds > 0 ? `+${begin.inSeconds}` : ""}`);
  return { words };
};

function flagWord(name: string, isSaid: boolean): string {
  return isSaid ? (flags.get(name) ?? "") : "";
}

type Lists = Pick<Parameters<Driver["alteration"]>[0], "before" | "after">;

function wordOf(name: string, value: string | undefined, lists: Lists): string | null {
  if (name === "--array") return throttleWord(lists);
  const row = rows.find(([option]) => option === name);
  const text = value ?? row?.[2];
  return row === undefined || text === undefined || text === null ? null : `${row[1]}=${text}`;
}

/** Which elements there are stays; how many may run at a time is another matter. */
function throttleWord({ before, after }: Lists): string | null {
  const parts = (args: readonly string[]) =>
    (optionWords(args).findLast(({ name }) => name === "--array")?.values[0] ?? "").split("%");
  const [was = ""] = parts(before);
  const [is = "", most = "0"] = parts(after);
  return was === is ? `ArrayTaskThrottle=${most}` : null;
}
