// The numbers of the system's errors, which is how the end of work is told.

import { constants } from "node:os";

/** The number of a system error's name (ENOENT); of anything else, EIO's. */
export function errorNumber(error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
  return (constants.errno as Readonly<Record<string, number>>)[code] ?? constants.errno.EIO;
}
