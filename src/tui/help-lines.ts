/** Owns the help: the table of keys, screen by screen. */

import { type KeyRow, keyName, keyRows, type Screen } from "./keys.ts";
import type { Palette } from "./palette.ts";
import { plain, type StyledLine, strong } from "./spans.ts";

const titles: Readonly<Record<Exclude<Screen, "help">, string>> = {
  queue: "in the queue",
  detail: "all about a job",
  log: "output",
  usage: "usage",
};

/** The whole text. */
export function helpLines(palette: Palette): readonly StyledLine[] {
  const rows = (on: (row: KeyRow) => boolean): readonly StyledLine[] =>
    keyRows
      .filter(on)
      .map(({ keys, about }) => [
        { text: `  ${[...new Set(keys.map(keyName))].join(" ").padEnd(18)}`, bold: true, color: palette.accent },
        { text: about },
      ]);
  const everywhere = (row: KeyRow): boolean => row.on.length === 5;
  const screens: readonly Exclude<Screen, "help">[] = ["queue", "detail", "log", "usage"];
  return [
    [strong("everywhere")],
    ...rows(everywhere),
    ...screens.flatMap((screen) => [
      plain(""),
      [strong(titles[screen])],
      ...rows((row) => !everywhere(row) && row.on.includes(screen)),
    ]),
    plain(""),
    [strong("progress of an array")],
    plain("  █ done   × failed   ▓ running   ░ waiting"),
  ];
}
