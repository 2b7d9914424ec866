/** Owns how findings are mended: only what cannot change the meaning of a script for the worse. */

import type { Edit, Finding } from "./finding.ts";

/** The script with everything mended that is safe to mend. The text of `raw` if there is nothing. */
export function fixed(raw: string, findings: readonly Finding[]): string {
  const has = (id: string) => findings.some((finding) => finding.id === id);
  const text = has("bom") ? raw.replace(/^\uFEFF/, "") : raw;
  const lines = text.split("\n");
  const edits = findings.flatMap((finding) => finding.edits ?? []);
  for (const edit of [...edits].sort((a, b) => b.line - a.line || b.column - a.column))
    lines[edit.line - 1] = edited(lines[edit.line - 1] ?? "", edit);
  const mended = lines.join("\n");
  return has("crlf") ? mended.replaceAll("\r\n", "\n") : mended;
}

/** Whether `fixed` mends it. */
export function isFixable({ id, edits }: Finding): boolean {
  return id === "crlf" || id === "bom" || (edits?.length ?? 0) > 0;
}

function edited(line: string, { column, length, text }: Edit): string {
  return line.slice(0, column - 1) + text + line.slice(column - 1 + length);
}

/** The lines that differ, as a unified diff with no context: both texts have the same number of lines. */
export function difference(file: string, before: string, after: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const hunks = old.flatMap((line, at) =>
    line === now[at] ? [] : [`@@ -${at + 1} +${at + 1} @@\n-${line.replace(/\r$/, "^M")}\n+${now[at] ?? ""}\n`],
  );
  return hunks.length === 0 ? "" : `--- ${file}\n+++ ${file}\n${hunks.join("")}`;
}
