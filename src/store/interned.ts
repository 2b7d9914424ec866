/** Owns the structures that many rows have in common: what is written alike is one object. */

import { writeJson } from "./json.ts";

/** Above so many different ones they are forgotten and begin anew. */
const most = 4_096;

/** Gives the same object for all values that are written alike; `made` makes it from the first of them. */
export function interned<T, Made = T>(made: (value: T) => Made): (value: T) => Made {
  const known = new Map<string, Made>();
  return (value) => {
    const text = writeJson(value);
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const one = made(value);
    known.set(text, one);
    return one;
  };
}
