/** Owns COMPATIBILITY.md: every option of every table, as honoured, ignored or refused. */

import type { Way } from "../language/neutral.ts";
import type { OptionRow, Standing } from "../language/option.ts";
import type { OptionTable } from "../language/table.ts";
import { type FieldName, specFields } from "../model/spec.ts";

/** A command and its options. */
export interface DocumentedCommand {
  readonly name: string;
  readonly table: OptionTable;
}

/** Words that a command takes and that are no options: commands of its own, keys. */
export interface DocumentedWords {
  readonly name: string;
  readonly words: readonly { readonly spelling: string; readonly standing: Standing; readonly help: string }[];
}

/** What a family can say of each field. */
export interface DocumentedFamily {
  readonly title: string;
  readonly ways: Readonly<Record<FieldName, Way>>;
}

/** The whole document. */
export function compatibility(
  commands: readonly (DocumentedCommand | DocumentedWords)[],
  spoken: readonly DocumentedFamily[],
): string {
  return [
    "# Compatibility",
    "",
    "Made from the option tables by `npm run docs`; a test fails when it is stale. *Honoured* options have their effect.",
    "*Ignored* ones are accepted, checked and noted, but have no meaning on one machine. *Refused* ones end the command with the reason.",
    "",
    ...commands.flatMap((command) => ("table" in command ? section(command) : wordSection(command))),
    ...translation(spoken),
  ].join("\n");
}

function translation(spoken: readonly DocumentedFamily[]): readonly string[] {
  const row = ([name, { about }]: readonly [FieldName, { readonly about: string }]) =>
    `| \`${name}\`: ${about} | ${spoken.map(({ ways }) => wayText(ways[name])).join(" | ")} |`;
  return [
    "## headnode translate",
    "",
    "What each family can say of a job: fields that two of them say survive the translation there and back.",
    "",
    `| field | ${spoken.map(({ title }) => title).join(" | ")} |`,
    `| --- | ${spoken.map(() => "---").join(" | ")} |`,
    ...fieldRows(specFields).map(row),
    "",
  ];
}

const fieldRows = Object.entries as (of: typeof specFields) => [FieldName, { readonly about: string }][];

function wayText(way: Way): string {
  if (way.kind === "same") return "yes";
  return way.kind === "nearly" ? `nearly: ${way.how}` : `no: ${way.why}`;
}

function section({ name, table }: DocumentedCommand): readonly string[] {
  const rows = table.rows.map(
    (row) =>
      `| \`${spelling(table, row)}\` | ${row.variable ? `\`${row.variable}\`` : ""} | ${standing(row)} | ${row.help} |`,
  );
  const count = (kind: string) => table.rows.filter((row) => row.effect.standing.kind === kind).length;
  return [
    `## ${name}`,
    "",
    `${table.rows.length} options: ${count("honoured")} honoured, ${count("ignored")} ignored, ${count("refused")} refused.`,
    "",
    "| option | variable | here | what it is for |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

function wordSection({ name, words }: DocumentedWords): readonly string[] {
  const rows = words.map(
    ({ spelling: word, standing: here, help }) => `| \`${word.replaceAll("|", "\\|")}\` | ${worded(here)} | ${help} |`,
  );
  const count = (kind: string) => words.filter((word) => word.standing.kind === kind).length;
  return [
    `## ${name}`,
    "",
    `${words.length}: ${count("honoured")} honoured, ${count("refused")} refused.`,
    "",
    "| word | here | what it is for |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ];
}

function spelling(table: OptionTable, row: OptionRow): string {
  const value = row.value === "" ? "" : row.effect.takes === "maybe" ? `[=${row.value}]` : ` ${row.value}`;
  if (table.style === "words") return `-${row.name}${value}`.replaceAll("|", "\\|");
  const letter = row.letter ? `-${row.letter}` : "";
  const name = table.style !== "short" && row.name ? `--${row.name}` : "";
  return `${[letter, name].filter(Boolean).join(", ")}${value}`.replaceAll("|", "\\|");
}

function standing({ effect }: OptionRow): string {
  return worded(effect.standing);
}

function worded(here: Standing): string {
  return here.kind === "honoured" ? "honoured" : `${here.kind}: ${here.why}`;
}
