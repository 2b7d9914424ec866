/** Owns the list of differences somebody has looked at: `file | command | reason`, where `*` stands for anything. */

import { existsSync, readFileSync } from "node:fs";

export interface Reviewed {
  /** The reason why this command of that file may differ, or null. */
  reasonFor(file: string, command: string): string | null;
  /** Lines that explained nothing so far. */
  unused(): readonly string[];
}

/** Reads a list; lines that begin with `#` are remarks. */
export function readReviewed(path: string): Reviewed {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const rows = lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).map(readRow);
  const used = new Set<string>();
  return {
    reasonFor(file, command) {
      const row = rows.find((each) => each.file.test(file) && each.command.test(oneLine(command)));
      if (!row) return null;
      used.add(row.line);
      return row.reason;
    },
    unused: () => rows.filter(({ line }) => !used.has(line)).map(({ line }) => line),
  };
}

/** A command as the list writes it. */
export function oneLine(command: string): string {
  return command.replaceAll("\n", "\\n");
}

function readRow(line: string): { line: string; file: RegExp; command: RegExp; reason: string } {
  const [file = "", ...rest] = line.split(" | ");
  const reason = rest.at(-1) ?? "";
  return { line, reason, file: glob(file.trim()), command: glob(rest.slice(0, -1).join(" | ").trim()) };
}

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
}
