/** Owns a whole frame: which lines the screen of the moment has, from top to bottom. */

import { keyLine, messageLine, topLines } from "./bar-lines.ts";
import { detailLines } from "./detail-lines.ts";
import { helpLines } from "./help-lines.ts";
import { logLines } from "./log-lines.ts";
import type { Palette } from "./palette.ts";
import { queueLines } from "./queue-lines.ts";
import type { Picture } from "./session.ts";
import { plain, type StyledLine, textOf } from "./spans.ts";
import { usageLines } from "./usage-lines.ts";

/** As many lines as the terminal has. */
export function frameLines(picture: Picture, palette: Palette): readonly StyledLine[] {
  const { rows } = picture.state.size;
  const body = bodyLines(picture, palette).slice(0, rows - 2);
  const empty = Array.from({ length: Math.max(0, rows - 2 - body.length) }, () => plain(" "));
  return [...body, ...empty, messageLine(picture, palette), keyLine(picture, palette)];
}

/** The queue as it stands, for a pipe. */
export function plainFrame(picture: Picture, palette: Palette): string {
  const lines = [...topLines(picture, palette), ...queueLines(picture, palette)];
  return lines.map((line) => `${textOf(line).trimEnd()}\n`).join("");
}

function bodyLines(picture: Picture, palette: Palette): readonly StyledLine[] {
  switch (picture.state.screen) {
    case "queue":
      return [...topLines(picture, palette), ...queueLines(picture, palette)];
    case "detail":
      return scrolled(picture, detailLines(picture, palette));
    case "help":
      return scrolled(picture, helpLines(palette));
    case "log":
      return logLines(picture, palette);
    default:
      return usageLines(picture, palette);
  }
}

function scrolled({ state }: Picture, lines: readonly StyledLine[]): readonly StyledLine[] {
  const most = Math.max(0, lines.length - (state.size.rows - 2));
  return lines.slice(Math.min(state.scroll, most));
}
