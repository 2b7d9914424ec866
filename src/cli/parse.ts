/** Owns `headnode parse`: what a script and flags mean, where each thing was said, and what is ignored and why. */

import { basename } from "node:path";
import { parseJob as parsePbs } from "../dialects/pbs/reading.ts";
import { parseJob as parseSlurm } from "../dialects/slurm/reading.ts";
import { placeText, type Said } from "../language/reading.ts";
import type { Settled } from "../language/settle.ts";
import type { DialectName } from "../model/job.ts";
import { type FieldName, specFields, specVersion } from "../model/spec.ts";
import { parseWithFiles } from "./option-files.ts";
import type { CliFacts, CliReply } from "./reply.ts";
import { dialectOf, textOf } from "./script-files.ts";

interface Parsed {
  readonly settled: Settled;
  readonly interpreter: string | null;
  readonly arguments: readonly string[];
}

interface Asked {
  readonly script: string;
  readonly as?: DialectName | undefined;
  readonly json: boolean;
  readonly flags: readonly string[];
}

type Source = {
  readonly args: readonly string[];
  readonly variable: (name: string) => string | undefined;
  readonly script: string;
  readonly file: string;
};

/** Who reads a script; one row per family. */
const parsers: Readonly<Record<DialectName, (source: Source, facts: CliFacts) => Parsed>> = {
  slurm: parseSlurm,
  sge: (source, facts) => parseWithFiles(facts, source),
  pbs: parsePbs,
};

/** The reply of `headnode parse`. Throws UsageError with its place in the script. */
export async function parseScript(facts: CliFacts, asked: Asked): Promise<CliReply> {
  const script = textOf(facts.cwd, asked.script, "latin1");
  const dialect = asked.as ?? dialectOf(script) ?? "slurm";
  const parsed = parsers[dialect](
    {
      args: [...asked.flags, asked.script],
      variable: (name) => facts.env[name],
      script,
      file: basename(asked.script),
    },
    facts,
  );
  return { out: asked.json ? json(dialect, parsed) : plain(dialect, parsed) };
}

const entries = Object.entries as <T extends object>(of: T) => [keyof T & string, T[keyof T]][];

/** docs/parse.md says what is in it. */
function json(dialect: DialectName, { settled, interpreter, arguments: words }: Parsed): string {
  const place = ({ said, where, values }: Said) => ({ option: said, values, ...where });
  const document = {
    version: specVersion,
    dialect,
    interpreter,
    arguments: words,
    spec: settled.spec,
    units: Object.fromEntries(entries(specFields).map(([name, field]) => [name, field.unit])),
    said: Object.fromEntries([...settled.origins].map(([name, said]) => [name, place(said)])),
    ignored: settled.ignored.map((said) => ({ ...place(said), why: whyIgnored(said) })),
    asked: settled.asks,
  };
  return `${JSON.stringify(document, (_, value) => (value === Number.POSITIVE_INFINITY ? "unlimited" : value), 2)}\n`;
}

function plain(dialect: DialectName, parsed: Parsed): string {
  const { settled } = parsed;
  const rows = entries(settled.spec).flatMap(([name, content]) =>
    content === null ? [] : [[name, valueText(name, content), saidText(settled.origins.get(name))] as const],
  );
  const width = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column].length));
  return [
    `${dialect} job${parsed.interpreter ? `, run by ${parsed.interpreter}` : ""}`,
    ...rows.map(([name, value, said]) => `  ${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${said}`.trimEnd()),
    ...settled.ignored.map((said) => `ignored: ${saidText(said)}: ${whyIgnored(said)}`),
    ...(parsed.arguments.length ? [`arguments of the script: ${JSON.stringify(parsed.arguments)}`] : []),
    "",
  ].join("\n");
}

function saidText(said: Said | undefined): string {
  return said ? `${said.said}${said.values.length ? ` ${said.values.join(" ")}` : ""} (${placeText(said.where)})` : "";
}

function whyIgnored(said: Said): string {
  const { standing } = said.row.effect;
  return standing.kind === "honoured" ? "" : standing.why;
}

function valueText(name: FieldName, content: unknown): string {
  const { unit } = specFields[name];
  if (content === Number.POSITIVE_INFINITY) return "unlimited";
  if (typeof content === "object") return JSON.stringify(content);
  return unit === "text" || unit === "yes or no" || unit === "count" ? String(content) : `${content} ${unit}`;
}
