/** Owns what lines hold options: those of a script that open with the prefix, and all lines of a file of options. */

import { type DirectiveLine, type PlacedWord, readScript } from "../../language/reading.ts";

/** The lines of options in a script, anywhere in it, and its interpreter line. An empty prefix means there are none. */
export function scriptLines(
  script: string,
  prefix: string,
  file: string,
): { readonly interpreter: string | null; readonly lines: readonly (readonly PlacedWord[])[] } {
  const prefixOf = (line: string) => (prefix !== "" && line.startsWith(prefix) ? prefix : null);
  const { interpreter, lines } = readScript(script, { prefixOf, untilCommand: false, words: "CutAtHash" }, file);
  return { interpreter, lines: lines.map(wholeWords) };
}

/** The words of a default file or of one that `-@` names: `#` starts a comment, lines don't matter. */
export function optionFileWords(text: string, file: string): readonly PlacedWord[] {
  const { lines } = readScript(text, { prefixOf: () => "", untilCommand: false, words: "CutAtHash" }, file);
  return lines.flatMap(wholeWords);
}

// A quote without its partner reaches to the end of the line.
function wholeWords({ words, unmatched }: DirectiveLine): readonly PlacedWord[] {
  return unmatched ? [...words, { text: unmatched.text.slice(1), where: unmatched.where }] : words;
}
