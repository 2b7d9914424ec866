export type LetterPart =
  | { readonly letter: string; readonly right: boolean; readonly width: number | null; readonly suffix: string }
  | { readonly letter?: undefined; readonly text: string };
export interface NamePart {
  readonly name: string;
  readonly right: boolean;
  readonly width: number | null;
  readonly suffix: string | null;
}
export type PercentPart =
  | { readonly letter: string; readonly width: number | null; readonly text: string }
  | { readonly letter?: undefined; readonly text: string };
export type DollarPart =
  | { readonly name: string; readonly text: string }
  | { readonly name?: undefined; readonly text: string };
export function parse(input: string, options: { readonly startRule: "Letters" }): readonly LetterPart[];
export function parse(input: string, options: { readonly startRule: "Names" }): readonly NamePart[];
export interface WidthPart {
  readonly name: string;
  readonly left: boolean;
  readonly width: number | null;
}
export function parse(input: string, options: { readonly startRule: "Widths" }): readonly WidthPart[];
export function parse(input: string, options: { readonly startRule: "Percent" }): readonly PercentPart[];
export function parse(input: string, options: { readonly startRule: "Dollar" }): readonly DollarPart[];
