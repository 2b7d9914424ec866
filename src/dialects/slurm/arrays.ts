/** Owns array indices as Slurm reads them and folds them for display: `2-6%1`, `1-13:2`, `1,4-5,...`. */

import { parse } from "#grammar/arrays.js";
import { codec } from "../../language/codec.ts";
import { countIndices, type IndexRange, type Indices } from "../../model/indices.ts";

/** `--array`: what was written, and how many run at a time; null ranges where the text names none. */
export const arrays = codec<{ readonly ranges: readonly IndexRange[] | null; readonly throttle: number | null }>(
  "array",
  (text) => (/^[, ]*$/.test(text) ? { ranges: null, throttle: null } : parse(text, { startRule: "ListWithLimit" })),
  ({ ranges, throttle }) => (ranges === null ? null : ranges.map(range).join(",") + limit(throttle)),
);

/** Characters after which Slurm cuts a list of indices. */
export const defaultLength = 64;

/** Indices folded; `length` characters at most, 0 for any number. */
export function foldIndices(indices: Indices, throttle: number, length = defaultLength): string {
  return cut(sequence(indices) ?? indices.map(run).join(","), length) + limit(throttle);
}

function range({ first, last, step }: IndexRange): string {
  if (first === last) return `${first}`;
  return step === 1 ? `${first}-${last}` : `${first}-${last}:${step}`;
}

function limit(throttle: number | null): string {
  return throttle ? `%${throttle}` : "";
}

function run([first, last]: readonly [number, number]): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

// A pure sequence with steps is short from 6 elements on, if it spans more than 10.
function sequence(indices: Indices): string | null {
  const [first] = indices[0] ?? [0];
  const [last] = indices.at(-1) ?? [0];
  if (countIndices(indices) !== indices.length || indices.length < 6 || last - first <= 10) return null;
  const step = (indices[1]?.[0] ?? 0) - first;
  const pure = indices.every(([index], at) => index === first + at * step);
  return pure ? `${first}-${last}:${step}` : null;
}

// The buffer holds one character less than its size, dots and all; the last number may lose digits, as in Slurm.
function cut(list: string, length: number): string {
  return length === 0 || list.length < length ? list : `${list.slice(0, length - 4)}...`;
}
