/** Owns what lines hold options: those of a script that open with the prefix, and all lines of a file of options. */

import { type DirectiveLine, type DirectiveStyle, type PlacedWord, scriptReader } from "../../language/reading.ts";

/** The lines of options in a script, anywhere in it, and its interpreter line. An empty prefix means there are none. */
export function scriptLines(
  script: string,
  prefix: string,
  file: string,
): { readonly interpreter: string | null; readonly lines: readonly (readonly PlacedWord[])[] } {
  const read = prefix === usualPrefix ? readUsual : scriptReader(prefixed(prefix));
  const { interpreter, lines } = read(script, file);
  return { interpreter, lines: lines.map(wholeWords) };
}

/** The words of a default file or of one that `-@` names: `#` starts a comment, lines don't matter. */
export function optionFileWords(text: string, file: string): readonly PlacedWord[] {
  return readFile(text, file).lines.flatMap(wholeWords);
}

/** What `-C` may change. */
export const usualPrefix = "#$";

function prefixed(prefix: string): DirectiveStyle {
  const prefixOf = (line: string) => (prefix !== "" && line.startsWith(prefix) ? prefix : null);
  return { prefixOf, untilCommand: false, words: "CutAtHash" };
}

const readUsual = scriptReader(prefixed(usualPrefix));
const readFile = scriptReader({ prefixOf: () => "", untilCommand: false, words: "CutAtHash" });

// A quote without its partner reaches to the end of the line.
function wholeWords({ words, unmatched }: DirectiveLine): readonly PlacedWord[] {
  return unmatched ? [...words, { text: unmatched.text.slice(1), where: unmatched.where }] : words;
}
