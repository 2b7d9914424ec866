/** Format strings, host lists and printed data hold for any input, not only for those that somebody thought of. */

import { array, assert, boolean, constantFrom, dictionary, integer, property, string, tuple } from "fast-check";
import { expect, test } from "vitest";
import { letterFormat, nameFormat } from "../../src/dialects/slurm/formats.ts";
import { expandHosts, foldHosts, sortHosts } from "../../src/dialects/slurm/hostlists.ts";
import { answerText } from "../../src/dialects/slurm/openapi.ts";
import { reportCells, reportLayout, reportLines } from "../../src/dialects/slurm/report.ts";
import { strftime } from "../../src/dialects/slurm/time-format.ts";
import { type Column, tableLines } from "../../src/language/column.ts";

const column = (ask: string): Column<string> => ({ ask, heading: ask, value: (text) => text, width: 0, right: false });
const columns = ["i", "j"].map(column);
const plain = { heading: false, before: "" };
const words = string({ unit: constantFrom("a", "b", "Z", "_", "9"), maxLength: 20 });

test("%.Nx and %Nx give N characters, cut or filled up on the right side", () => {
  assert(
    property(words, integer({ min: 1, max: 40 }), boolean(), (text, width, right) => {
      const { cells, unknown } = letterFormat(`%${right ? "." : ""}${width}i`, columns);
      const [line = ""] = [...tableLines(cells, [text], plain)];
      expect(unknown).toEqual([]);
      expect(line.length).toBe(width + 1);
      const cut = text.slice(0, width);
      expect(line).toBe(`${right ? cut.padStart(width) : cut.padEnd(width)}\n`);
    }),
  );
});

test("a name with a width gives that many characters, with a suffix as many as there are", () => {
  assert(
    property(words, integer({ min: 1, max: 40 }), (text, width) => {
      const line = (format: string) => [...tableLines(nameFormat(format, columns).cells, [text], plain)].join("");
      expect(line(`i:${width}`)).toBe(`${text.slice(0, width).padEnd(width)}\n`);
      expect(line(`i:.${width}`)).toBe(`${text.slice(0, width).padStart(width)}\n`);
      expect(line("i:|")).toBe(`${text}|\n`);
    }),
  );
});

test("no format makes the reader fail", () => {
  assert(
    property(string(), (format) => {
      for (const read of [letterFormat, nameFormat]) [...tableLines(read(format, columns).cells, ["x"], plain)];
    }),
  );
});

test("a table with separators can be taken apart again", () => {
  assert(
    property(array(tuple(words, words), { maxLength: 5 }), (rows) => {
      const cells = reportCells("one,two", (name) => ({
        ...{ ask: name, heading: name, width: 5, right: true },
        value: (row: readonly [string, string]) => row[name === "one" ? 0 : 1],
      }));
      const lines = [...reportLines(cells, rows, reportLayout({ parsable2: true, noHeader: true }))];
      expect(lines.map((line) => line.trimEnd().split("|"))).toEqual(rows.map((row) => [...row]));
    }),
  );
});

test("hosts that are folded come back, each once and in order once they are sorted", () => {
  const host = tuple(constantFrom("n", "node", "x-"), integer({ min: 0, max: 300 })).map(
    ([name, at]) => `${name}${at}`,
  );
  assert(
    property(array(host, { minLength: 1, maxLength: 30 }), (names) => {
      expect(expandHosts(foldHosts(names))).toEqual(names);
      const sorted = sortHosts(names);
      expect([...sorted].sort()).toEqual([...names].sort());
      expect(expandHosts(foldHosts(sorted))).toEqual(sorted);
    }),
  );
});

test("what is printed as JSON is read as what it was, slashes and all", () => {
  assert(
    property(dictionary(words, string()), (data) => {
      const read: unknown = JSON.parse(answerText({ list: [data] }, { yaml: false, database: false }));
      expect(read).toMatchObject({ errors: [], list: [data] });
    }),
  );
});

test("a time format keeps what it does not know", () => {
  const date = new Date("2026-11-21T03:04:05");
  expect(strftime(date, "%Y %m-%d %H:%M:%S %% %Q")).toBe("2026 11-21 03:04:05 % %Q");
});
