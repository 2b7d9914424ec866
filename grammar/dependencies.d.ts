export interface Clause {
  readonly type: string;
  readonly jobs: readonly { readonly id: number; readonly index: number | null; readonly minutes: number }[];
}
export function parse(
  input: string,
  options: { readonly startRule: "Typed" },
): { readonly need: "all" | "any"; readonly clauses: readonly Clause[] };
export function parse(
  input: string,
  options: { readonly startRule: "Jobs" },
): readonly { readonly id: number | null; readonly name: string | null }[];
