export interface Chunk {
  readonly count: number;
  readonly parts: readonly { readonly name: string; readonly value: string | null }[];
}
export function parse(
  input: string,
  options: { readonly startRule: "Requests" },
): readonly { readonly name: string; readonly value: string }[];
export function parse(
  input: string,
  options: { readonly startRule: "Variables" },
): readonly { readonly name: string; readonly value: string | null }[];
export function parse(
  input: string,
  options: { readonly startRule: "Slots" },
): readonly { readonly first: number; readonly last: number | null }[];
export function parse(input: string, options: { readonly startRule: "Chunks" }): readonly Chunk[];
export function parse(input: string, options: { readonly startRule: "Names" }): readonly string[];
