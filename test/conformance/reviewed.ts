/**
 * Owns the list of differences somebody has looked at: `file | command | reason`, where `*` stands for anything; `file:N,M`
 * means its N-th and M-th command (from 1). Where it is `file | command | only TEXT | reason`, every line that differs has
 * that text, or one of several, which stand with ` or ` between them.
 */

import { existsSync, readFileSync } from "node:fs";

export interface Reviewed {
  /** The reason why this command of that file, the `number`-th from 1 on, may differ, or null. */
  reasonFor(
    where: { readonly file: string; readonly number: number },
    command: string,
    differing: readonly string[],
  ): string | null;
  /** Lines that explained nothing so far. */
  unused(): readonly string[];
}

/** Reads a list; lines that begin with `#` are remarks. */
export function readReviewed(path: string): Reviewed {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const rows = lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).map(readRow);
  const used = new Set<string>();
  return {
    reasonFor({ file, number }, command, differing) {
      const row = rows.find(
        (each) =>
          each.file.test(file) &&
          each.command.test(oneLine(command)) &&
          (each.numbers?.includes(number) ?? true) &&
          (each.only === null || differing.every((line) => each.only?.some((text) => line.includes(text)))),
      );
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

interface Row {
  readonly line: string;
  readonly reason: string;
  readonly file: RegExp;
  readonly command: RegExp;
  /** Null: wherever the command is. */
  readonly numbers: readonly number[] | null;
  /** Of which every line that differs has one; null: anything. */
  readonly only: readonly string[] | null;
}

function readRow(line: string): Row {
  const [place = "", ...rest] = line.split(" | ");
  const [file = "", numbers] = place.trim().split(":");
  const reason = rest.at(-1) ?? "";
  const only = /^only (.+)$/.exec(rest.length > 2 ? (rest.at(-2) ?? "") : "")?.[1] ?? null;
  const command = glob(
    rest
      .slice(0, only === null ? -1 : -2)
      .join(" | ")
      .trim(),
  );
  return {
    ...{ line, reason, file: glob(file), command },
    ...{ numbers: numbers?.split(",").map(Number) ?? null, only: only?.split(" or ") ?? null },
  };
}

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
}
