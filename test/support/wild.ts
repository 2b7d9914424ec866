/** Owns the directive lines counted in public repositories, as tests read them. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const fixtures = resolve(import.meta.dirname, "../../fixtures/wild");

/** The distinct directive lines of a dialect, in the order of the table. */
export function wildLines(dialect: string): readonly string[] {
  const rows = readFileSync(resolve(fixtures, "directive-lines.csv"), "utf8").split("\n").slice(1);
  return rows.flatMap((row) => {
    const [, name, quoted, plain] = /^([^,]*),(?:"((?:[^"]|"")*)"|([^,]*)),/.exec(row) ?? [];
    return name === dialect ? [quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"')] : [];
  });
}

/** The reviewed findings of `headnode check`, missing directories aside: `id<TAB>line<TAB>message`. */
export function reviewedFindings(): readonly string[] {
  return readFileSync(resolve(fixtures, "check-findings.txt"), "utf8").split("\n").filter(Boolean);
}

/** The reviewed list of refused lines with the reason for each: `line<TAB>reason`. */
export function reviewedRefusals(dialect: string): readonly string[] {
  return readFileSync(resolve(fixtures, `${dialect}-refusals.txt`), "utf8")
    .split("\n")
    .filter(Boolean);
}
