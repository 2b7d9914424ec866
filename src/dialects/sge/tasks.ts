/** Owns how task numbers are written: `5`, `2,3`, `1-10:1`, `1,3,4,6-9:1`. */

import { eachIndex, type Indices } from "../../model/indices.ts";

/** Tasks of an array with the given step. Runs of three and more are a range, which always shows its step. */
export function tasksText(tasks: Indices, step: number): string {
  return runs(tasks, step)
    .map(([first, last]) => runText(first, last, step))
    .join(",");
}

function runText(first: number, last: number, step: number): string {
  const count = Math.round((last - first) / step) + 1;
  if (count === 1) return `${first}`;
  return count === 2 ? `${first},${last}` : `${first}-${last}:${step}`;
}

function runs(tasks: Indices, step: number): readonly (readonly [number, number])[] {
  if (step === 1) return tasks;
  const found: [number, number][] = [];
  for (const index of eachIndex(tasks)) {
    const last = found.at(-1);
    if (last && index === last[1] + step) last[1] = index;
    else found.push([index, index]);
  }
  return found;
}
