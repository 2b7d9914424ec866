export interface IndexRange { readonly first: number; readonly last: number; readonly step: number }
export function parse(
  input: string,
  options: { readonly startRule: "ListWithLimit" },
): { readonly ranges: readonly IndexRange[]; readonly throttle: number | null };
export function parse(input: string, options: { readonly startRule: "OneRange" }): IndexRange;
