export interface ClockTime { readonly hour: number; readonly minute: number; readonly second: number }
export type Spoken =
  | { readonly kind: "now"; readonly shift: number }
  | { readonly kind: "epoch"; readonly seconds: number }
  | { readonly kind: "day"; readonly days: number; readonly clock: ClockTime | null }
  | { readonly kind: "date"; readonly year: number | null; readonly month: number; readonly day: number; readonly clock: ClockTime | null }
  | { readonly kind: "clock"; readonly clock: ClockTime };
export interface Stamp extends ClockTime { readonly year: number | null; readonly month: number; readonly day: number }
export function parse(input: string, options: { readonly startRule: "Spoken" }): Spoken;
export function parse(input: string, options: { readonly startRule: "Stamp" }): Stamp;
