/** Owns how options are written: spelled as their family does, and quoted for a directive line. */

import { emptySpec, type JobSpec } from "../model/spec.ts";
import type { OptionRow } from "./option.ts";
import type { DirectiveStyle } from "./reading.ts";
import type { OptionTable } from "./table.ts";

/** The words that say a piece of a spec: those of the first row that can; null if none can. */
export function wordsFor(table: OptionTable, piece: Partial<JobSpec>): readonly string[] | null {
  const spec = { ...emptySpec(), ...piece };
  for (const row of table.rows) {
    const values = row.effect.write(spec);
    if (values !== null) return spelled(table, row, values);
  }
  return null;
}

/** An option as words. */
export function spelled({ style }: OptionTable, row: OptionRow, values: readonly string[]): readonly string[] {
  if (style === "words") return [`-${row.name}`, ...values];
  if (style === "short" || row.name === "") return [`-${row.letter}`, ...values];
  return [values.length === 0 ? `--${row.name}` : `--${row.name}=${values.join(",")}`];
}

/** Words as the text of a directive line; null if one cannot be quoted. */
export function directiveText(words: readonly string[], style: DirectiveStyle["words"]): string | null {
  const texts = words.map((word) => quoted(word, style));
  return texts.includes(null) ? null : texts.join(" ");
}

function quoted(word: string, style: DirectiveStyle["words"]): string | null {
  if (/[\r\n]/.test(word)) return null;
  if (style === "CutAtHashEscaped") {
    const [, option = "", value = word] = /^(--[\w-]+=)(.*)$/s.exec(word) ?? [];
    return option + (/[\s#"'\\]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value);
  }
  if (word !== "" && !/[\s#"']/.test(word)) return word;
  if (!word.includes('"')) return `"${word}"`;
  return word.includes("'") ? null : `'${word}'`;
}
