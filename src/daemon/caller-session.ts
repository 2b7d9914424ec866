/** Owns the look at the session a caller's process is in. */

import { readFileSync } from "node:fs";

/** The session of that process; 0 where the system does not say. */
export function sessionOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // A name may hold blanks and brackets of its own.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(fields[3]) || 0;
  } catch {
    return 0;
  }
}
