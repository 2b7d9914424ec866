export interface Counted { readonly name: string; readonly type: string | null; readonly count: number }
export interface Typed { readonly type: string | null; readonly count: number }
export interface Bounds { readonly least: number; readonly most: number | null }
/** Bytes, or a plain count for `Count`. */
export function parse(input: string, options: { readonly startRule: "Megabytes" | "Bytes" | "Suffixed" | "Count" }): number;
export function parse(input: string, options: { readonly startRule: "Bounds" }): Bounds;
export function parse(input: string, options: { readonly startRule: "Counted" }): readonly Counted[];
export function parse(input: string, options: { readonly startRule: "Typed" }): readonly Typed[];
