/** Owns what is to end, found by the time at which it does: a heap. */

export interface Ends<T> {
  add(at: number, item: T): void;
  /** Time of the next end; Infinity if there is none. */
  next(): number;
  /** Takes off and gives what ends next. */
  take(): T | undefined;
}

/** Nothing is to end. */
export function createEnds<T>(): Ends<T> {
  const heap: { readonly at: number; readonly item: T }[] = [];
  const timeOf = (place: number): number => heap[place]?.at ?? Number.POSITIVE_INFINITY;
  const swap = (one: number, other: number): void => {
    const [a, b] = [heap[one], heap[other]];
    if (a && b) [heap[one], heap[other]] = [b, a];
  };
  return {
    add(at, item) {
      let place = heap.push({ at, item }) - 1;
      for (let above = (place - 1) >> 1; place > 0 && timeOf(above) > at; above = (place - 1) >> 1) {
        swap(place, above);
        place = above;
      }
    },
    next: () => timeOf(0),
    take() {
      swap(0, heap.length - 1);
      const taken = heap.pop();
      for (let place = 0; ; ) {
        const below = timeOf(2 * place + 1) <= timeOf(2 * place + 2) ? 2 * place + 1 : 2 * place + 2;
        if (timeOf(below) >= timeOf(place)) break;
        swap(place, below);
        place = below;
      }
      return taken?.item;
    },
  };
}
