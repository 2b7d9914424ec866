/** Owns how words of options are told apart again, so that two lists of them can be compared. */

/** An option with its values, as it stands among others. */
export interface OptionWords {
  /** `--time`, `-l`. */
  readonly name: string;
  readonly values: readonly string[];
}

/** Options in their order: `--name=value` is one, and so is `-x` with the words behind it that are none. */
export function optionWords(args: readonly string[]): readonly OptionWords[] {
  const found: { name: string; values: string[] }[] = [];
  for (const word of args) {
    const [, long, value] = /^(--[\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (long !== undefined) found.push({ name: long, values: value === undefined ? [] : [value] });
    else if (/^-[A-Za-z]\w*$/.test(word)) found.push({ name: word, values: [] });
    else found.at(-1)?.values.push(word);
  }
  return found;
}

/** Names of options that the two lists do not say alike. */
export function changedOptions(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const [were, are] = [optionWords(before), optionWords(after)];
  const said = (options: readonly OptionWords[], name: string) =>
    JSON.stringify(options.filter((one) => one.name === name).map(({ values }) => values));
  const names = [...were, ...are].map(({ name }) => name);
  return new Set(names.filter((name) => said(were, name) !== said(are, name)));
}
