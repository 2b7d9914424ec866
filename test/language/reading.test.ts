/** How words and script lines become what was said, with their places. */

import { describe, expect, test } from "vitest";
import { text, wholeNumber } from "../../src/language/codec.ts";
import { asks, ignored, means, option, optional, refused, sets } from "../../src/language/option.ts";
import {
  commandLine,
  type PlacedWord,
  placeText,
  readScript,
  readVariables,
  readWords,
} from "../../src/language/reading.ts";
import { settle, type Wording } from "../../src/language/settle.ts";
import { optionTable } from "../../src/language/table.ts";
import { RefusedError, UsageError } from "../../src/model/errors.ts";

const table = optionTable("getopt", [
  option("name -J", sets("name", text), { help: "name", variable: "TEST_NAME" }),
  option("ntasks -n", sets("ranks", wholeNumber("number", 1)), { help: "ranks" }),
  option("ntasks-per-node", sets("ranksPerNode", wholeNumber("number", 1)), { help: "ranks per node" }),
  option("nice", optional(sets("nice", wholeNumber("number", -100)), "100"), { help: "nice" }),
  option("hold -H", means("held", true), { help: "hold" }),
  option("parsable", asks("parsable"), { help: "parsable" }),
  option("switches", ignored("one machine has no switches"), { help: "switches" }),
  option("chroot", refused("not here"), { help: "chroot" }),
]);

const words = optionTable("words", [
  option("N", sets("name", text), { help: "name" }),
  option("pe", { ...sets("comment", text), takes: 2 }, { help: "environment" }),
  option("cwd", means("held", true), { help: "here" }),
]);

const wording: Wording = {
  badValue: ({ said, where }, error) => new UsageError(`${said}: ${error.kind}`, 255, placeText(where)),
  refused: ({ said }, why) => new RefusedError(`${said}: ${why}`),
};

const read = (...args: string[]) => {
  const { said, operands, problem } = readWords(table, commandLine(args));
  return {
    said: said.map((one) => [one.row.name, ...one.values]),
    operands: operands.map((word) => word.text),
    problem,
  };
};

describe("words on a command line", () => {
  test("long, glued, bundled and abbreviated options, up to the first operand", () => {
    expect(read("--name=x", "-Hn2", "--hol", "--ntasks", "3", "--nice", "job.sh", "-J", "y")).toEqual({
      said: [["name", "x"], ["hold"], ["ntasks", "2"], ["hold"], ["ntasks", "3"], ["nice"]],
      operands: ["job.sh", "-J", "y"],
      problem: null,
    });
  });

  test("an exact name wins over a longer one, a prefix of two is ambiguous", () => {
    expect(read("--ntasks=1").said).toEqual([["ntasks", "1"]]);
    expect(read("--ntask=1").problem?.kind).toBe("ambiguous");
    expect(read("--ntasks-=1").said).toEqual([["ntasks-per-node", "1"]]);
  });

  test.each([
    [["--nosuch=1"], "unknown", "nosuch=1"],
    [["-y"], "unknown", "y"],
    [["-n"], "missing", "-n"],
    [["--name"], "missing", "--name"],
    [["--hold=1"], "unwanted", "hold"],
  ])("%j is a problem: %s", (args, kind, said) => {
    expect(read(...args).problem).toMatchObject({ kind, said });
  });

  test("a double dash ends the options, a lone dash is an operand", () => {
    expect(read("-H", "--", "-J").operands).toEqual(["-J"]);
    expect(read("-", "a").operands).toEqual(["-", "a"]);
  });

  test("words with one dash take the words that follow", () => {
    const { said, operands } = readWords(words, commandLine(["-pe", "smp", "4", "-cwd", "job.sh", "-N", "late"]));
    expect(said.map((one) => [one.row.name, ...one.values])).toEqual([["pe", "smp", "4"], ["cwd"]]);
    expect(operands.map((word) => word.text)).toEqual(["job.sh", "-N", "late"]);
    expect(readWords(words, commandLine(["-pe", "smp"])).problem?.kind).toBe("missing");
  });
});

describe("a script", () => {
  const style = {
    prefixOf: (line: string) => (line.startsWith("#SBATCH") ? "#SBATCH" : null),
    untilCommand: true,
    words: "CutAtHash",
  } as const;
  const script = '#!/bin/bash -l\n\n#SBATCH -J "a b" # why\n  # comment\n#SBATCH\t-n2\necho\n#SBATCH -J late\n';

  test("gives its interpreter and its directives with their places, up to the first command", () => {
    const { interpreter, lines } = readScript(script, style, "job.sh");
    expect(interpreter).toBe("/bin/bash -l");
    const placed = lines.flatMap((line) => line.words.map((word: PlacedWord) => [word.text, placeText(word.where)]));
    expect(placed).toEqual([
      ["-J", "job.sh:3:9"],
      ["a b", "job.sh:3:12"],
      ["-n2", "job.sh:5:9"],
    ]);
  });

  test("an open quote is told with its place", () => {
    const { lines } = readScript('#!/bin/sh\n#SBATCH -J "open\n', style, "job.sh");
    expect(lines[0]?.unmatched).toMatchObject({ quote: '"', text: '"open', where: { line: 2, column: 12 } });
  });
});

describe("settling", () => {
  const settled = (...args: string[]) => settle(readWords(table, commandLine(args)).said, wording);

  test("the last one said wins, and what was ignored is kept with its reason", () => {
    const { spec, asks: asked, ignored: left } = settled("-J", "one", "--switches=2", "--parsable", "-J", "two");
    expect([spec.name, spec.ranks, asked.parsable]).toEqual(["two", null, true]);
    expect(left.map((one) => one.said)).toEqual(["--switches"]);
  });

  test("variables are said by their own name", () => {
    const [first] = readVariables(table, (name) => (name === "TEST_NAME" ? "v" : undefined));
    expect([first?.said, first?.values]).toEqual(["TEST_NAME", ["v"]]);
  });

  test("bad values and refused options are worded by the dialect", () => {
    expect(() => settled("-n", "x")).toThrow(new UsageError("-n: number", 255, "command line"));
    expect(() => settled("--chroot=/x")).toThrow(new RefusedError("--chroot: not here"));
  });
});

test("two rows of one name are a bug in the table", () => {
  const row = option("name", sets("name", text), { help: "name" });
  expect(() => optionTable("getopt", [row, row])).toThrow("two options are called name");
});
