export interface Directive {
  readonly prefix: string;
  /** What follows the prefix, without the line end. */
  readonly text: string;
  /** From 1; `column` is that of the text. */
  readonly line: number;
  readonly column: number;
}
export interface ScriptOptions {
  readonly prefixOf: (line: string) => string | null;
  readonly untilCommand: boolean;
}
export function parse(
  input: string,
  options: ScriptOptions,
): { readonly interpreter: string | null; readonly directives: readonly Directive[] };
