/** The table of keys: no key twice, every row explained, the bar and the help made of it. */

import { describe, expect, test } from "vitest";
import { acts } from "../../src/tui/acts.ts";
import { helpLines } from "../../src/tui/help-lines.ts";
import { keysOf } from "../../src/tui/input.ts";
import { barOf, deedOf, keyRows, screens } from "../../src/tui/keys.ts";
import { colourless } from "../../src/tui/palette.ts";
import { textOf } from "../../src/tui/spans.ts";

describe("the table of keys", () => {
  for (const screen of screens)
    test(`on the ${screen} screen no key means two things`, () => {
      const keys = keyRows.filter(({ on }) => on.includes(screen)).flatMap((row) => row.keys);
      expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    });

  test("every screen has a way out and moves by arrows and vi keys", () => {
    for (const screen of screens) {
      expect(["quit", "leave"]).toContain(deedOf("q", screen));
      expect([deedOf("j", screen), deedOf("k", screen)]).toEqual(["down", "up"]);
      expect([deedOf("down", screen), deedOf("up", screen)]).toEqual(["down", "up"]);
    }
  });

  test("every act has a key, and every row is in the help", () => {
    for (const act of Object.keys(acts)) expect(keyRows.some(({ does }) => does === act)).toBe(true);
    const help = helpLines(colourless).map(textOf).join("\n");
    for (const { about } of keyRows) expect(help).toContain(about);
  });

  test("the bar names the ways to the help and out", () => {
    expect(barOf("queue").map(({ word }) => word)).toEqual(expect.arrayContaining(["help", "quit"]));
  });
});

const noKey = {
  ...{ upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false },
  ...{ home: false, end: false, return: false, escape: false, ctrl: false, shift: false, tab: false },
  ...{ backspace: false, delete: false, meta: false, super: false, hyper: false, capsLock: false, numLock: false },
};

test("the wheel is a key; other reports of the mouse are none", () => {
  expect(keysOf("[<65;10;5M[<64;10;5M[<0;1;1M", noKey).map(({ key }) => key)).toEqual(["wheeldown", "wheelup"]);
});

test("what is pasted comes letter by letter", () => {
  expect(keysOf("a b\r", noKey).map(({ key }) => key)).toEqual(["a", "space", "b", "return"]);
});
