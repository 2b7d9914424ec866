/** Owns the list of options that `sbatch -v` prints. */

import type { Said } from "../../language/reading.ts";
import type { Settled } from "../../language/settle.ts";
import { sbatchOptions } from "./options.ts";
import { absolute } from "./streams.ts";

const rule = `${"-".repeat(20)} ${"-".repeat(20)}`;
const paths = ["error", "input", "output"];

/** The lines on stderr: each option that was set, in the table's order, as Slurm understood it. */
export function definedOptions(settled: Settled, directory: string): string {
  const lines = sbatchOptions.rows.flatMap((row) => {
    const said = settled.all.findLast((one) => one.row === row);
    return said ? [`${row.name.padEnd(20)}: ${understood(said, settled, directory)}`] : [];
  });
  const all = ["defined options", rule, ...lines, rule, "end of defined options"];
  return all.map((line) => `sbatch: ${line}\n`).join("");
}

function understood({ row, values: [value] }: Said, { spec, asks }: Settled, directory: string): string {
  if (row.name === "verbose") return String(asks.verbose ?? 1);
  if (row.name === "oversubscribe" || row.name.endsWith("requeue")) return row.name;
  if (row.name === "exclusive") return value ?? "exclusive";
  const written = row.effect.write(spec)?.[0] ?? value;
  if (written === undefined) return "set";
  return paths.includes(row.name) ? absolute(directory, written) : written;
}
