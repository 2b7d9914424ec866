/**
 * Owns the form of a scenario: lines of shell that are played on both sides.
 *
 * `fixtures/oracle/<family>/<name>.scenario` has `# remark`, `$ command` (compared), `? command` (repeated until it says
 * yes, not compared) and `> line` (goes on with the command above, here-documents too). J1, J2 … are the ids of the
 * jobs announced so far, FIRST is the first job's.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Family } from "../conformance/oracle-like.ts";

export interface Line {
  readonly kind: "compared" | "awaited";
  readonly command: string;
}

export interface Scenario {
  readonly name: string;
  readonly lines: readonly Line[];
}

const root = resolve(import.meta.dirname, "../../fixtures/oracle");

/** Where a family's scenarios are. */
export function scenarioDirectory(family: Family): string {
  return join(root, family);
}

/** The scenarios of a family whose names contain one of those parts; all of them where none is given. */
export function readScenarios(family: Family, parts: readonly string[]): readonly Scenario[] {
  const directory = scenarioDirectory(family);
  return readdirSync(directory)
    .filter((name) => name.endsWith(".scenario"))
    .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
    .sort()
    .map((name) => parseScenario(name, readFileSync(join(directory, name), "utf8")));
}

/** Reads a scenario. Throws on a line that is none of the four kinds. */
export function parseScenario(name: string, text: string): Scenario {
  const lines: Line[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const last = lines.at(-1);
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("$ ")) lines.push({ kind: "compared", command: line.slice(2) });
    else if (line.startsWith("? ")) lines.push({ kind: "awaited", command: line.slice(2) });
    else if (/^>( |$)/.test(line) && last)
      lines[lines.length - 1] = { ...last, command: `${last.command}\n${line.slice(2)}` };
    else throw new Error(`${name}:${at + 1}: a line begins with "$ ", "? ", "> " or "#"`);
  }
  return { name, lines };
}
