/** Owns how an array is numbered where the target cannot have its numbers: from 1, or one after the other. */

import type { Numbering } from "../model/forwarding.ts";
import { countIndices, eachIndex, type IndexRange, indicesOf } from "../model/indices.ts";
import type { JobSpec } from "../model/spec.ts";
import type { Family } from "./families.ts";

/** The array there, and how it is numbered; `why` if it cannot be had. */
export interface ArrayPlan {
  readonly array: JobSpec["array"];
  readonly renumbering: Numbering;
  readonly how: string | null;
  readonly why: string | null;
}

/** More than this many single numbers are no list to write into a script. */
const longest = 500;

/** Numbers an array for a family. */
export function planArray(array: JobSpec["array"], { arrays, title }: Family): ArrayPlan {
  const plain: ArrayPlan = { array, renumbering: { kind: "same" }, how: null, why: null };
  if (array === null) return plain;
  const range = arrays.lists ? null : oneRange(array);
  const least = Math.min(...array.map(({ first }) => first));
  if (range === null && !arrays.lists) return listed(array, title);
  if (least >= arrays.least) return range === null ? plain : { ...plain, array: [range] };
  const by = least - arrays.least;
  const shift = (one: IndexRange) => ({ ...one, first: one.first - by, last: one.last - by });
  return {
    array: range === null ? array.map(shift) : [shift(range)],
    renumbering: { kind: "shifted", by },
    how: `numbers start at ${arrays.least} in ${title}: ${by < 0 ? -by : by} is taken off again in the script`,
    why: null,
  };
}

function listed(array: readonly IndexRange[], title: string): ArrayPlan {
  const indices = indicesOf(array);
  const count = countIndices(indices);
  if (count > longest)
    return {
      ...{ array: null, renumbering: { kind: "same" }, how: null },
      why: `${title} takes one range of numbers, and these ${count} are none`,
    };
  return {
    array: [{ first: 1, last: count, step: 1 }],
    renumbering: { kind: "listed", indices: [...eachIndex(indices)] },
    how: `${title} takes one range of numbers: elements are counted from 1, and the script looks its number up`,
    why: null,
  };
}

// One range or a list that is one: 1,3,5 is 1-5:2.
function oneRange(array: readonly IndexRange[]): IndexRange | null {
  const [only] = array;
  if (only && array.length === 1) return only;
  const indices = indicesOf(array);
  const [run] = indices;
  if (run && indices.length === 1) return { first: run[0], last: run[1], step: 1 };
  const firsts = indices.map(([first, last]) => (first === last ? first : Number.NaN));
  const step = (firsts[1] ?? 0) - (firsts[0] ?? 0);
  const isEven = firsts.every((first, at) => at === 0 || first - (firsts[at - 1] ?? 0) === step);
  return isEven ? { first: firsts[0] ?? 0, last: firsts.at(-1) ?? 0, step } : null;
}
