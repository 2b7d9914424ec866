/** Owns the stand-ins for mpirun and its like: at the end of PATH, so that any MPI's own are found before them. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Fitting, Piece } from "./outfit-piece.ts";

/** The launchers, where the config has nothing against them. */
export function mpiPiece({ config, wardrobe, once }: Fitting): Piece {
  if (!(config.jobs.mpirun ?? !config.top.strict)) return { variables: [] };
  return once("MPI launchers", () => {
    const native = join(wardrobe.shims, "native", "mpi");
    const compiled = wardrobe.native && existsSync(native);
    return { variables: [], standIns: [compiled ? native : join(wardrobe.shims, "mpi")] };
  });
}
