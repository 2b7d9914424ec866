/** Owns what is asked of the submitting command rather than of the job, and how each family asks it. */

import type { Said } from "../language/reading.ts";
import type { DialectName } from "../model/job.ts";

interface Ask {
  readonly option: Readonly<Record<DialectName, string | null>>;
  readonly words: Readonly<Record<DialectName, readonly string[] | null>>;
}

const asks: readonly Ask[] = [
  {
    option: { slurm: "wait", sge: "sync", pbs: null },
    words: { slurm: ["--wait"], sge: ["-sync", "y"], pbs: ["-W", "block=true"] },
  },
  {
    option: { slurm: "parsable", sge: "terse", pbs: null },
    words: { slurm: ["--parsable"], sge: ["-terse"], pbs: [] },
  },
  { option: { slurm: "quiet", sge: null, pbs: "silent" }, words: { slurm: ["--quiet"], sge: null, pbs: ["-z"] } },
  { option: { slurm: "verbose", sge: null, pbs: null }, words: { slurm: ["--verbose"], sge: null, pbs: null } },
];

/** What has no effect by itself, or only on how the script is read. */
const silent: Readonly<Record<DialectName, readonly string[]>> = {
  slurm: ["ignore-pbs"],
  sge: ["hard", "soft", "clear", "C", "w"],
  pbs: ["prefix", "keep"],
};

/** The words that ask the same there; empty if there is no need to, null if it cannot be asked. */
export function askWords({ row, values }: Said, from: DialectName, to: DialectName): readonly string[] | null {
  const isNo = row.effect.takes === "value" && /^n/i.test(values[0] ?? "");
  if (silent[from].includes(row.name) || (isNo && ["b", "now", "sync", "shell"].includes(row.name))) return [];
  return asks.find(({ option }) => option[from] === row.name)?.words[to] ?? null;
}
