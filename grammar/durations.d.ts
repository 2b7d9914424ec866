/** Seconds; Infinity for no limit. */
export function parse(input: string, options: { readonly startRule: "MinutesFirst" | "SecondsFirst" | "Clock" }): number;
