/** Owns how a text is given to the user's editor: as a temporary file, edited on the caller's terminal, and read back. */

import type { Context } from "../../language/context.ts";
import { RefusedError } from "../../model/errors.ts";

/** The text after the editor has ended, and where it was. Throws RefusedError where the editor failed. */
export async function edited(
  context: Context,
  text: string,
): Promise<{ readonly path: string; readonly text: string }> {
  const { files } = context;
  const path = await files.temporary(Buffer.from(text));
  const failure = await runEditor(context, path);
  const read = await files.read(path);
  await files.remove(path);
  if (failure !== null) throw new RefusedError(failure, 1);
  if ("errno" in read) throw new RefusedError(`error: error opening file "${path}" for reading: ${read.errno}`, 1);
  return { path, text: Buffer.from(read.bytes).toString("utf8") };
}

/** Null, or what is said of its failure. */
async function runEditor(context: Context, path: string): Promise<string | null> {
  const editor = context.variable("EDITOR") || "vi";
  const argv = ["/bin/sh", "-c", `${editor} "$1"`, "sh", path];
  const working = context.work({
    ...{ label: false, append: false, apart: false, cwd: "", memoryKiB: 0, environment: context.environment },
    ranks: [{ stdin: "", stdout: "", stderr: "", environment: [], argv }],
  });
  for (;;) {
    const news = await working.next();
    if (news.kind === "gone") return "edit failed";
    if (news.kind !== "ended") continue;
    if (news.end.code === 0) return null;
    const missing = news.end.code === 127 ? `error: can't start editor ${editor}\n` : "";
    return `${missing}error: editor exited with error 1\nedit failed`;
  }
}
