/** Owns how what elements have of their own is written and read back. */

import type { Alteration } from "../model/job.ts";
import { readJson, writeJson } from "./json.ts";

/** Null where they have what the job has. */
export function writeOwn({ own }: { readonly own?: Alteration }): string | null {
  return own ? writeJson(own) : null;
}

/** The field as a row has it; nothing where they have what the job has. */
export function readOwn(row: { readonly own: string | null }): { readonly own?: Alteration } {
  return row.own === null ? {} : { own: readJson<Alteration>(row.own) };
}
