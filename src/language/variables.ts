/** Owns tables of a job's variables: one row each, most of them the same for all elements of a job. */

/** What a variable is; null and undefined leave it out. */
export type Value = string | number | null | undefined;

/** A value that an element has of its own. */
export interface Own<One> {
  readonly own: (one: One) => Value;
}

/** A variable: its name, and its value for all that have something in common, or for one of them. */
export type Variable<Common, One> = readonly [name: string, value: ((common: Common) => Value) | Own<One>];

/** Marks the value of a row that is another one for each element. */
export function own<One>(value: (one: One) => Value): Own<One> {
  return { own: value };
}

/** A `NAME=value` entry, or what one is made of for each element. */
export type Part<One> = string | (Own<One> & { readonly name: string; readonly otherwise?: string });

/** The table for all that have something in common: what is not an element's own is worked out. */
export function partsOf<Common, One>(rows: readonly Variable<Common, One>[], common: Common): readonly Part<One>[] {
  return rows.flatMap(([name, value]): readonly Part<One>[] => {
    if (typeof value !== "function") return [{ name, own: value.own }];
    const text = value(common);
    return text === null || text === undefined ? [] : [`${name}=${text}`];
  });
}

/** The entries of one element, in the order of the parts. */
export function filled<One>(parts: readonly Part<One>[], one: One): string[] {
  const entries: string[] = [];
  for (const part of parts) {
    if (typeof part === "string") {
      entries.push(part);
      continue;
    }
    const text = part.own(one);
    if (text !== null && text !== undefined) entries.push(`${part.name}=${text}`);
    else if (part.otherwise !== undefined) entries.push(part.otherwise);
  }
  return entries;
}
