/** Owns the structures that many rows have in common: what is written alike is one object. */

import { writeJson } from "./json.ts";

/** Above so many different ones they are forgotten and begin anew. */
const most = 4_096;

/** Gives the same object for all values that are written alike; `made` makes it from the first of them. */
export function interned<T, Made = T>(made: (value: T) => Made): (value: T) => Made {
  const known = knownTexts<Made>();
  return (value) => known(writeJson(value), () => made(value));
}

/** The same for what is text already: each is read once. */
export function readOnce<Made>(read: (text: string) => Made): (text: string) => Made {
  const known = knownTexts<Made>();
  return (text) => known(text, read);
}

function knownTexts<Made>(): (text: string, make: (text: string) => Made) => Made {
  const known = new Map<string, Made>();
  return (text, make) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const one = make(text);
    known.set(text, one);
    return one;
  };
}
