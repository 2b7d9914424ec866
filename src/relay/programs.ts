// Where the program is that a process of work is to run.

import { accessSync, constants as files, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { errorNumber } from "./error-numbers.ts";

/** Looks along the PATH that the process is given, not along the relay's own; else the number of the error. */
export function locate(name: string, path: string | undefined): { readonly file: string } | { readonly errno: number } {
  if (name.includes("/")) return reachable(name);
  const candidates = (path ?? "").split(":").map((directory) => reachable(join(directory || ".", name)));
  const [first, ...others] = path === undefined || name === "" ? [] : candidates;
  const found = [first, ...others].find((each) => each !== undefined && "file" in each);
  const forbidden = candidates.find((each) => "errno" in each && each.errno === constants.errno.EACCES);
  return found ?? forbidden ?? { errno: constants.errno.ENOENT };
}

function reachable(file: string): { readonly file: string } | { readonly errno: number } {
  try {
    if (!statSync(file).isFile()) return { errno: constants.errno.EACCES };
    accessSync(file, files.X_OK);
    return { file };
  } catch (error) {
    return { errno: errorNumber(error) };
  }
}
