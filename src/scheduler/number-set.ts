/** Owns which of so many numbers are free: the lowest are given first, 32 of them looked at in one step. */

export interface NumberSet {
  /** Takes the lowest that are free, as far as there are so many. */
  takeLowest(count: number): number[];
  take(numbers: readonly number[]): void;
  give(numbers: readonly number[]): void;
}

/** The numbers from 0, all free. */
export function numberSet(count: number): NumberSet {
  const words = new Int32Array(Math.ceil(count / 32)).fill(-1);
  if (count % 32 > 0) words[words.length - 1] = (1 << (count % 32)) - 1;
  let firstFree = 0;
  const set = (number: number, free: boolean): void => {
    const at = number >> 5;
    if (number < 0 || number >= count) return;
    const bit = 1 << (number & 31);
    words[at] = free ? (words[at] ?? 0) | bit : (words[at] ?? 0) & ~bit;
    if (free) firstFree = Math.min(firstFree, at);
  };
  return {
    takeLowest(wanted) {
      const taken: number[] = [];
      for (let at = firstFree; at < words.length && taken.length < wanted; at++) {
        for (let word = words[at] ?? 0; word !== 0 && taken.length < wanted; word &= word - 1)
          taken.push(at * 32 + (31 - Math.clz32(word & -word)));
        firstFree = at;
      }
      for (const number of taken) set(number, false);
      return taken;
    },
    take: (numbers) => {
      for (const number of numbers) set(number, false);
    },
    give: (numbers) => {
      for (const number of numbers) set(number, true);
    },
  };
}
