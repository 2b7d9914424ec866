/** Owns the list of all checks, and how a script is put to them. */

import { bodyChecks } from "./body-checks.ts";
import { directiveChecks } from "./directive-checks.ts";
import type { Check, Finding } from "./finding.ts";
import { jobChecks } from "./job-checks.ts";
import { moduleChecks } from "./module-checks.ts";
import { optionChecks } from "./option-checks.ts";
import { readingChecks } from "./reading-checks.ts";
import type { Subject } from "./subject.ts";
import { textChecks } from "./text-checks.ts";
import { valueChecks } from "./value-checks.ts";

/** All checks, in the order in which they are explained. */
export const checks: readonly Check[] = [
  ...textChecks,
  ...directiveChecks,
  ...readingChecks,
  ...optionChecks,
  ...valueChecks,
  ...jobChecks,
  ...bodyChecks,
  ...moduleChecks,
];

/** All findings in a script that no comment silences, by place. */
export function findingsIn(subject: Subject): readonly Finding[] {
  const found = checks.flatMap(({ id, severity, look }) =>
    [...look(subject)].map((spot) => ({ ...spot, id, severity })),
  );
  const isSilenced = silencer(subject);
  return withoutEchoes(found)
    .filter((finding) => !isSilenced(finding))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Checks that only repeat, in their own words, what a wrong character did to the line. */
const echoes = [
  "unknown-option",
  "stray-word",
  "bad-value",
  "missing-value",
  "unwanted-value",
  "placeholder",
  "variable-not-expanded",
  "output-directory",
  "quote-unmatched",
  "refused",
  "ignored-option",
];
const causes = ["unicode-dash", "no-break-space", "curly-quote", "invisible-character"];

function withoutEchoes(found: readonly Finding[]): readonly Finding[] {
  const wrong = new Set(found.filter(({ id }) => causes.includes(id)).map(({ line }) => line));
  return found.filter(({ id, line }) => !(wrong.has(line) && echoes.includes(id)));
}

/** `# headnode: ignore ID, ID` at the end of a line, on a line of its own for the next one, or `ignore-file` for all. */
function silencer({ lines }: Subject): (finding: Finding) => boolean {
  const silenced = new Map<number, Set<string>>();
  for (const { number, text } of lines) {
    const [, before = "", whole, ids = ""] = /^(.*?)#\s*headnode:\s*ignore(-file)?\s+([\w, -]+)/.exec(text) ?? [];
    if (ids === "") continue;
    const line = whole ? 0 : before.trim() === "" ? number + 1 : number;
    silenced.set(line, new Set([...(silenced.get(line) ?? []), ...ids.split(/[\s,]+/).filter(Boolean)]));
  }
  return ({ id, line }) => [0, line].some((where) => silenced.get(where)?.has(id) ?? false);
}
