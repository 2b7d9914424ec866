/** Owns the rows of sbatch's table that other commands have too, and the reading of their variables. */

import type { OptionRow } from "../../language/option.ts";
import { readVariables, type Said } from "../../language/reading.ts";
import type { OptionTable } from "../../language/table.ts";
import { sbatchOptions } from "./options.ts";

/** An sbatch option, under the variable that the other command reads. */
export function sbatchRow(name: string, variable: string | null = null): OptionRow {
  const row = sbatchOptions.rows.find((each) => each.name === name);
  if (!row) throw new Error(`sbatch has no option ${name}`);
  return { ...row, variable };
}

/** What the variables of a table say. A flag's variable sets it when empty, "yes" or a number other than 0. */
export function readFlagsAndValues(
  table: OptionTable,
  variable: (name: string) => string | undefined,
): readonly Said[] {
  const set = (name: string) => /^(yes|0*[1-9][0-9]*|)$/i.test(variable(name) ?? "no");
  return readVariables(table, variable).filter(({ row, values }) => {
    if (row.name === "verbose") return Number(variable(row.variable ?? "")) > 0;
    return row.effect.takes === "nothing" ? set(row.variable ?? "") : values[0] !== "";
  });
}
