/** Owns what is printed: the differences one by one, then a table. */

import type { Played } from "./main.ts";
import type { Outcome } from "./play.ts";
import { oneLine, type Reviewed } from "./reviewed.ts";

/** Prints every difference, reviewed ones in full if `REVIEW` is set; how many of them nobody has reviewed. */
export function printDifferences(played: readonly Played[], reviewed: Reviewed): number {
  let open = 0;
  for (const { file, outcomes } of played)
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.verdict !== "different") continue;
      const where = { file, number: at + 1 };
      const reason = reviewed.reasonFor(where, outcome.command, outcome.pairs.flatMap(differingLines));
      if (reason === null) open++;
      print(`${reason === null ? "DIFFERENT" : "reviewed"} ${file}:${at + 1} | ${oneLine(outcome.command)}`);
      if (reason !== null) print(`    ${reason}`);
      if (reason === null || process.env.REVIEW) print(shown(outcome));
    }
  return open;
}

/** The lines of each side that the other lacks, in their order; all lines of both where they are the same ones. */
function shown({ pairs }: Outcome): string {
  return pairs
    .map((pair) => {
      const lines = differingLines(pair).map((line) => `    ${line}`);
      const all = lines.length > 0 ? lines : ["    the same lines in another order or number", ...sides(pair)];
      return [`  ${pair.name}`, ...all].join("\n");
    })
    .join("\n");
}

function sides({ golden, ours }: Outcome["pairs"][number]): readonly string[] {
  const marked = (mark: string, text: string): readonly string[] =>
    text.split("\n").map((line) => `    ${mark} ${line}`);
  return [...marked("-", golden), ...marked("+", ours)];
}

function differingLines({ golden, ours }: Outcome["pairs"][number]): readonly string[] {
  const [theirs, mine] = [golden.split("\n"), ours.split("\n")];
  return [
    ...theirs.filter((line) => !mine.includes(line)).map((line) => `- ${line}`),
    ...mine.filter((line) => !theirs.includes(line)).map((line) => `+ ${line}`),
  ];
}

export function printTable(played: readonly Played[], open: number): void {
  const rows = played.map(({ file, outcomes }) => [file, ...numbers(outcomes)]);
  const total = numbers(played.flatMap(({ outcomes }) => outcomes));
  for (const row of [
    ["file", "commands", "equal", "different", "not there", "unrecorded"],
    ...rows,
    ["total", ...total],
  ])
    print(row.map((cell, at) => (at === 0 ? String(cell).padEnd(36) : String(cell).padStart(11))).join(""));
  print(`${open} differences are not in the reviewed list`);
}

/** Prints which part of all commands is equal, from 0 to 1, and gives it. */
export function printShare(played: readonly Played[]): number {
  const [all = 0, equal = 0] = numbers(played.flatMap(({ outcomes }) => outcomes));
  const share = all === 0 ? 1 : equal / all;
  print(`${(Math.floor(share * 1000) / 10).toFixed(1)} % of ${all} commands equal`);
  return share;
}

function numbers(outcomes: readonly Outcome[]): readonly number[] {
  const count = (verdict: Outcome["verdict"]): number => outcomes.filter((each) => each.verdict === verdict).length;
  return [outcomes.length, count("equal"), count("different"), count("not there"), count("unrecorded")];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
