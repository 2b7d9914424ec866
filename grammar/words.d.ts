export interface Word {
  readonly text: string;
  /** From 1, of the word's first character. */
  readonly column: number;
  /** The quote character without its partner, if that is what was found. */
  readonly unmatched?: string;
}
export function parse(
  input: string,
  options: { readonly startRule: "CutAtHash" | "CutAtHashEscaped" | "CutAtHashWord" | "Uncut" },
): readonly Word[];
