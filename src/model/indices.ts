/** Owns sets of array indices as ascending ranges, so that an array of any size costs what its ranges cost. */

/** A range as written: `first`, `first+step` … up to `last`. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** Ascending, disjoint, merged runs of consecutive indices: `[[0, 3], [7, 7]]`. */
export type Indices = readonly (readonly [number, number])[];

/** The set that the ranges cover, whatever their order and overlaps. */
export function indicesOf(ranges: readonly IndexRange[]): Indices {
  const runs: [number, number][] = [];
  for (const { first, last, step } of ranges) {
    if (step === 1) runs.push([first, last]);
    else for (let index = first; index <= last; index += step) runs.push([index, index]);
  }
  return merged(runs);
}

/** How many indices the set has. */
export function countIndices(indices: Indices): number {
  return indices.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Whether the set has `index`; logarithmic in the number of runs. */
export function hasIndex(indices: Indices, index: number): boolean {
  let low = 0;
  let high = indices.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = indices[middle] as readonly [number, number];
    if (index < run[0]) high = middle - 1;
    else if (index > run[1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** The indices one by one, ascending. */
export function* eachIndex(indices: Indices): Generator<number> {
  for (const [first, last] of indices) for (let index = first; index <= last; index++) yield index;
}

/** The set without `other`'s indices. */
export function withoutIndices(indices: Indices, other: Indices): Indices {
  const left: [number, number][] = [];
  let at = 0;
  for (const [first, last] of indices) {
    let from = first;
    while (at < other.length && (other[at]?.[1] ?? 0) < first) at++;
    for (let cut = at; cut < other.length && (other[cut]?.[0] ?? 0) <= last; cut++) {
      const [cutFirst, cutLast] = other[cut] as readonly [number, number];
      if (cutFirst > from) left.push([from, cutFirst - 1]);
      from = Math.max(from, cutLast + 1);
    }
    if (from <= last) left.push([from, last]);
  }
  return left;
}

/** What both sets have. */
export function commonIndices(indices: Indices, other: Indices): Indices {
  return withoutIndices(indices, withoutIndices(indices, other));
}

/** What either set has. */
export function joinedIndices(indices: Indices, other: Indices): Indices {
  return merged([...indices, ...other]);
}

/** The set as text, `0-3,7`: the form kept in the store. */
export function writeIndices(indices: Indices): string {
  return indices.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/** Reads what `writeIndices` wrote. */
export function readIndices(text: string): Indices {
  if (text === "") return [];
  return text.split(",").map((run) => {
    const [first, last] = run.split("-").map(Number);
    return [first as number, (last ?? first) as number] as const;
  });
}

function merged(runs: readonly (readonly [number, number])[]): Indices {
  const out: [number, number][] = [];
  for (const [first, last] of [...runs].sort((a, b) => a[0] - b[0])) {
    const previous = out.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else out.push([first, last]);
  }
  return out;
}
