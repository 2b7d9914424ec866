/** Owns the help, the short usage and the version of Slurm's commands, all from their tables. */

import type { OptionRow } from "../../language/option.ts";
import type { OptionTable } from "../../language/table.ts";

/** What `--version` says: the release that is imitated. */
export const versionText = "slurm 22.05.8\n";

const lineWidth = 80;
const optionWidth = 34;

/** What `--help` prints. `operands` follow the options in the first line. */
export function helpText(command: string, operands: string, table: OptionTable): string {
  const lines = table.rows.filter(({ help }) => help !== "").map(helpLine);
  return `Usage: ${command} ${operands}\n\nOptions:\n${lines.join("")}`;
}

/** What `--usage` prints: every option in brackets. */
export function usageText(command: string, operands: string, table: OptionTable): string {
  const words = table.rows.map((row) => `[${row.letter ? `-${row.letter}` : `--${row.name}`}${value(row, " ")}]`);
  return `${wrapped(`Usage: ${command}`, [...words, operands].filter(Boolean))}\n`;
}

function helpLine(row: OptionRow): string {
  const letter = row.letter ? `-${row.letter}${row.name ? ", " : ""}` : "    ";
  const spelling = `  ${letter}${row.name && `--${row.name}`}${value(row, "=")}`;
  const gap = spelling.length < optionWidth ? "" : `\n${" ".repeat(optionWidth)}`;
  return `${spelling.padEnd(optionWidth)}${gap}${row.help}\n`.replace(/ +\n {34}/, `\n${" ".repeat(optionWidth)}`);
}

function value(row: OptionRow, joint: string): string {
  if (row.effect.takes === "nothing") return "";
  return row.effect.takes === "maybe" ? `[=${row.value}]` : `${joint}${row.value}`;
}

function wrapped(start: string, words: readonly string[]): string {
  const indent = " ".repeat(start.length);
  const lines = [start];
  for (const word of words) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length + 1 > lineWidth) lines.push(`${indent} ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}
