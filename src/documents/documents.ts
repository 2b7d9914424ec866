/** Owns the list of documents that are made from tables: path in the package and content. */

import { qsubOptions as pbsQsub } from "../dialects/pbs/options.ts";
import { qsubOptions } from "../dialects/sge/options.ts";
import { sbatchOptions } from "../dialects/slurm/options.ts";
import { compatibility } from "./compatibility.ts";
import { parseSchema } from "./parse-schema.ts";

/** Every derived document by its path. */
export function documents(): Readonly<Record<string, string>> {
  return {
    "COMPATIBILITY.md": compatibility([
      { name: "sbatch", table: sbatchOptions },
      { name: "qsub (Grid Engine)", table: qsubOptions },
      { name: "qsub (PBS, read by `headnode parse --as pbs`)", table: pbsQsub },
    ]),
    "docs/parse.md": parseSchema(),
  };
}
