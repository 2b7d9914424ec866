/** Owns where this package's commands lie, for the jobs that are to find them. */

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DialectName } from "../model/job.ts";

/** A dialect's directory of commands (empty: none), and whether every login shell finds them by itself. */
export function shimsFor(native: boolean): {
  readonly shims: (dialect: DialectName) => string;
  readonly shimsInstalled: (dialect: DialectName) => boolean;
} {
  const shims = remembered((dialect: DialectName) => shimDirectory(dialect, native));
  return { shims, shimsInstalled: remembered((dialect) => isInstalled(shims(dialect))) };
}

/** Every start asks for it, and it stays as it is while the daemon lives. */
function remembered<V>(find: (dialect: DialectName) => V): (dialect: DialectName) => V {
  const found = new Map<DialectName, V>();
  return (dialect) => {
    const value = found.get(dialect) ?? find(dialect);
    found.set(dialect, value);
    return value;
  };
}

/** Seen from dist as from src, shims are in the package's root. */
function shimDirectory(dialect: DialectName, native: boolean): string {
  const places = native ? [`../../shims/native/${dialect}`, `../../shims/${dialect}`] : [`../../shims/${dialect}`];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((place) => existsSync(place)) ?? "";
}

/** Whether the commands of that directory are what lies under their names where every login shell looks. */
function isInstalled(directory: string): boolean {
  if (directory === "") return false;
  return readdirSync(directory).every((name) => {
    const first = ["/usr/local/bin", "/usr/bin"].map((place) => `${place}/${name}`).find((path) => existsSync(path));
    return first !== undefined && realpathSync(first) === realpathSync(`${directory}/${name}`);
  });
}
