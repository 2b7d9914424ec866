/** Owns what keys are called: Ink's flags, control letters and the mouse wheel as the names in the table of keys. */

import type { Key } from "ink";

export interface Pressed {
  readonly key: string;
  /** What it types; empty for a key that types nothing. */
  readonly text: string;
}

const names: readonly (readonly [keyof Key, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "return"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

/** A report of the mouse in SGR form, its escape taken off: button, column, row. */
const mouse = /\[<(\d+);\d+;\d+[Mm]/g;
const wheel: Readonly<Record<string, string>> = { "64": "wheelup", "65": "wheeldown" };

/** The keys in one piece of input; what was pasted comes letter by letter. */
export function keysOf(input: string, key: Key): readonly Pressed[] {
  const reports = [...input.matchAll(mouse)];
  if (reports.length > 0)
    return reports.flatMap(([, button = ""]) => {
      const name = wheel[button];
      return name === undefined ? [] : [{ key: name, text: "" }];
    });
  const named = names.find(([flag]) => key[flag]);
  if (named) return [{ key: named[1], text: "" }];
  // Where the line is slow, Escape and the next key come together, like a key with Alt.
  if (key.meta) return [{ key: "escape", text: "" }, ...[...input].map(pressed)];
  if (key.ctrl) return [{ key: `C-${input}`, text: "" }];
  return [...input].map((letter) => (letter === "\r" ? { key: "return", text: "" } : pressed(letter)));
}

function pressed(letter: string): Pressed {
  return letter === " " ? { key: "space", text: " " } : { key: letter, text: letter };
}
