/** What the caller's table says of a name. `takes` counts words for `word`. */
export interface Found<Row> {
  readonly row: Row;
  readonly takes: "nothing" | "value" | "maybe" | "ambiguous" | number;
}
export interface ArgumentsOptions<Row> {
  readonly startRule: "Getopt" | "Permuted" | "Words";
  readonly long?: (name: string) => Found<Row> | null;
  readonly short?: (letter: string) => Found<Row> | null;
  readonly word?: (word: string) => Found<Row> | null;
  readonly more?: (row: Row, values: readonly string[]) => number;
}
export type Item<Row> =
  | { readonly problem?: undefined; readonly row: Row; readonly said: string; readonly values: readonly string[]; readonly offset: number }
  | {
      readonly problem: "unknown" | "ambiguous" | "unwanted" | "missing";
      readonly row: Row | null;
      readonly said: string;
      readonly values: readonly string[];
      readonly offset: number;
    };
export interface Arguments<Row> {
  readonly items: readonly Item<Row>[];
  readonly operands: readonly { readonly text: string; readonly offset: number }[];
}
/** Every word of `input` ends in NUL. */
export function parse<Row>(input: string, options: ArgumentsOptions<Row>): Arguments<Row>;
