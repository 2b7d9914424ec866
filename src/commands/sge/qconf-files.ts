/** Owns how qconf reads the files that objects are changed from. */

import type { Context } from "../../language/context.ts";
import { RefusedError } from "../../model/errors.ts";

/** The text of a file. Throws RefusedError with what is said last of an object that could not be read; null: nothing is. */
export async function fileText(
  context: Context,
  path: string,
  said: { readonly last: string | null; readonly code: number },
): Promise<string> {
  const read = await context.files.read(path);
  if ("bytes" in read) return Buffer.from(read.bytes).toString("utf8");
  const why = read.errno === "EACCES" ? "Permission denied" : "No such file or directory";
  const last = said.last === null ? "" : `\n${said.last}`;
  throw new RefusedError(`error: error opening file "${path}" for reading: ${why}${last}`, said.code);
}
