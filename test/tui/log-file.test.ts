/** Looking into output files: windows, both directions, search; long lines and large files. */

import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findLine, linesFrom, looksBad, placeAbove, sizeOfFile } from "../../src/tui/log-file.ts";

const directory = mkdtempSync(join(tmpdir(), "headnode-log-"));
afterAll(() => rmSync(directory, { recursive: true }));

const path = join(directory, "log");
const count = 30_000;
writeFileSync(path, Array.from({ length: count }, (_, at) => `line ${at}\n`).join(""));
const end = sizeOfFile(path) ?? 0;
const how = (back: boolean, test: (text: string) => boolean) => ({ back, test, stopped: () => false });

test("the last lines are found from the end, and the same going up and down", () => {
  const top = placeAbove(path, end, 3);
  expect(linesFrom(path, top, 10).map(({ text }) => text)).toEqual(["line 29997", "line 29998", "line 29999"]);
  const higher = placeAbove(path, top, 20_000);
  expect(linesFrom(path, higher, 1)[0]?.text).toBe("line 9997");
  expect(linesFrom(path, higher, 20_001).at(-1)?.at).toBe(top);
  expect(placeAbove(path, higher, 1_000_000)).toBe(0);
});

test("a line is found in either direction, and not the one where the search begins", async () => {
  const down = await findLine(
    path,
    0,
    how(false, (text) => text.endsWith("7777")),
  );
  expect(linesFrom(path, down ?? 0, 1)[0]?.text).toBe("line 7777");
  const next = await findLine(
    path,
    down ?? 0,
    how(false, (text) => text.endsWith("7777")),
  );
  expect(linesFrom(path, next ?? 0, 1)[0]?.text).toBe("line 17777");
  expect(
    await findLine(
      path,
      next ?? 0,
      how(true, (text) => text.endsWith("7777")),
    ),
  ).toBe(down);
  expect(
    await findLine(
      path,
      0,
      how(true, () => true),
    ),
  ).toBeNull();
  expect(
    await findLine(
      path,
      end,
      how(true, (text) => text === "line 0"),
    ),
  ).toBe(0);
});

test("the end of a file of five gigabytes is read at once", () => {
  const large = join(directory, "large");
  const file = openSync(large, "w");
  ftruncateSync(file, 5e9);
  writeSync(file, "\nlast but one\nlast\n", 5e9);
  closeSync(file);
  const size = sizeOfFile(large) ?? 0;
  expect(linesFrom(large, placeAbove(large, size, 2), 5).map(({ text }) => text)).toEqual(["last but one", "last"]);
});

test("a line without an end is shown in pieces, a redrawn one as it was last, colours are left out", () => {
  const odd = join(directory, "odd");
  writeFileSync(odd, `${"x".repeat(20_000)}\n10%\r50%\r100%\n\u001b[31mred\u001b[0m\n`);
  const lines = linesFrom(odd, 0, 10).map(({ text }) => text);
  expect(lines.map(({ length }) => length).slice(0, 3)).toEqual([8192, 8192, 3616]);
  expect(lines.slice(3)).toEqual(["100%", "red"]);
});

test("a file that is not there is empty", () => {
  expect(sizeOfFile(join(directory, "none"))).toBeNull();
  expect(linesFrom(join(directory, "none"), 0, 5)).toEqual([]);
});

test.each([
  ["Traceback (most recent call last):", true],
  ["slurmstepd: error: oom-kill", true],
  ["make: *** [all] Error 2", true],
  ["0 errors, 2 warnings", false],
  ["terrorism statistics", false],
])("%s: looks bad is %s", (text, bad) => expect(looksBad(text)).toBe(bad));
