/** Owns chance that can be repeated: the same seed gives the same campaign, as far as processes allow. */

export interface Chance {
  /** A whole number from 0 up to, but not including, `below`. */
  under(below: number): number;
  /** Whether something with that probability happens. */
  happens(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Numbers by the mulberry32 recurrence. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const under = (below: number): number => Math.floor(next() * below);
  return {
    under,
    happens: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      const found = from[under(from.length)];
      if (found === undefined) throw new Error("there is nothing to pick from");
      return found;
    },
  };
}
