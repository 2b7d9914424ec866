/** Owns where the shims are: the compiled ones where they were built, the Node ones elsewhere. */

import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errnoOf } from "../model/errors.ts";
import type { Environment } from "../relay/state-directory.ts";

const root = fileURLToPath(new URL("../../shims", import.meta.url));

export type ShimFamily = "slurm" | "sge";
export const shimFamilies: readonly ShimFamily[] = ["slurm", "sge"];

/** Whether this family's compiled shims are complete, and why not. HEADNODE_NATIVE=0 asks for the Node ones. */
export function nativeShims(family: ShimFamily, env: Environment): { readonly used: boolean; readonly why: string } {
  if (env.HEADNODE_NATIVE === "0") return { used: false, why: "HEADNODE_NATIVE=0 asks for the Node relay" };
  const directory = join(root, "native", family);
  if (!existsSync(directory))
    return { used: false, why: "none was built when the package was installed (no C compiler?)" };
  const missing = readdirSync(join(root, family)).filter((command) => !runnable(join(directory, command)));
  return missing.length === 0
    ? { used: true, why: "built when the package was installed" }
    : { used: false, why: `the build is incomplete, ${missing.join(", ")} missing: run npm run native` };
}

/** The directory that goes on PATH for a family. */
export function shimDirectory(family: ShimFamily, env: Environment): string {
  return nativeShims(family, env).used ? join(root, "native", family) : join(root, family);
}

/** The directory with `headnode` itself, for checkouts that are not installed. */
export const ownDirectory = root;

/** Whether a PATH entry is one of this package's shim directories. */
export function isShimDirectory(path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (errnoOf(error) === "") throw error;
    return false;
  }
}
