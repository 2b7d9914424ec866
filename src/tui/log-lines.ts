/** Owns how a piece of a log is drawn. */

import { size } from "./amounts.ts";
import { looksBad } from "./log-file.ts";
import type { Palette } from "./palette.ts";
import type { Picture } from "./session.ts";
import { plain, type StyledLine } from "./spans.ts";

/** A title, and the lines in sight. */
export function logLines({ log, state }: Picture, palette: Palette): readonly StyledLine[] {
  const subject = state.subject;
  const name = subject ? `${subject.job}${subject.index === null ? "" : `_${subject.index}`}` : "";
  if (!log) return [plain(`${name}: asking the daemon …`)];
  const first = log.lines[0]?.at ?? 0;
  const where = log.follows ? "following" : log.size ? `${Math.floor((100 * first) / log.size)} %` : "";
  const facts = log.size === null ? "not there (yet)" : `${size(log.size)}, ${where}`;
  const title = ` ${name} ${log.stream === "stdout" ? "out" : "err"} ${log.path}  ${facts}  ${log.note}`;
  return [
    [{ text: title.padEnd(state.size.columns).slice(0, state.size.columns), bold: true, inverse: true }],
    ...log.lines.map(({ at, text }): StyledLine => {
      const shown = text.replaceAll(/\p{Cc}/gu, "?").slice(0, state.size.columns);
      if (at === log.found) return [{ text: shown.padEnd(state.size.columns), inverse: true }];
      return [looksBad(text) ? { text: shown, color: palette.bad, bold: true } : { text: shown }];
    }),
  ];
}
