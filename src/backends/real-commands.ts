/** Owns how a real scheduler's commands are found on a machine where headnode's own come first on PATH. */

import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where schedulers are installed that are not on everybody's PATH. */
const usualPlaces = [
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
  "/opt/slurm/bin",
  "/usr/lib/gridengine",
  "/opt/sge/bin/lx-amd64",
];

const ownShims = fileURLToPath(new URL("../../shims", import.meta.url));

/** The path of a command that is not headnode's; null where there is none. */
export function realCommand(name: string, path: string): string | null {
  const places = [...path.split(delimiter).filter((place) => place.startsWith("/")), ...usualPlaces];
  return places.map((place) => join(place, name)).find((file) => isProgram(file) && !isOwn(file)) ?? null;
}

/** A PATH without the directories of headnode's own commands. */
export function pathWithoutShims(path: string): string {
  return path
    .split(delimiter)
    .filter((place) => !isOwn(place))
    .join(delimiter);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isOwn(file: string): boolean {
  if (!existsSync(file)) return false;
  const real = realpathSync(file);
  return real === ownShims || real.startsWith(`${ownShims}/`);
}
