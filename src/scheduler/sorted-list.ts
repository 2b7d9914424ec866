/** Owns a list that is kept in order: what is added or taken out is found by halving. */

export interface SortedList<T> {
  add(item: T): void;
  /** Takes out the item that compares equal. */
  remove(item: T): void;
  first(): T | undefined;
  values(): readonly T[];
}

/** An empty list ordered by `compare`, which must tell any two different items apart. */
export function sortedList<T>(compare: (a: T, b: T) => number): SortedList<T> {
  const items: T[] = [];
  const placeOf = (item: T): number => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = items[middle];
      if (there !== undefined && compare(there, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add: (item) => void items.splice(placeOf(item), 0, item),
    remove(item) {
      const at = placeOf(item);
      const there = items[at];
      if (there !== undefined && compare(there, item) === 0) items.splice(at, 1);
    },
    first: () => items[0],
    values: () => items,
  };
}
