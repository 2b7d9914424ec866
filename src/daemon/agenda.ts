/** Owns which job is to be looked at at which time, one time for each job. */

import { sortedList } from "../scheduler/sorted-list.ts";

export interface Agenda {
  /** Epoch ms; Infinity takes the job off. */
  set(id: number, at: number): void;
  /** Takes off and gives what is due. */
  due(now: number): number[];
  /** Epoch ms of the next one; Infinity if there is none. */
  next(): number;
}

/** An empty agenda. */
export function createAgenda(): Agenda {
  const entries = sortedList<Entry>((a, b) => a.at - b.at || a.id - b.id);
  const known = new Map<number, Entry>();
  const set = (id: number, at: number): void => {
    const before = known.get(id);
    if (before) entries.remove(before);
    known.delete(id);
    if (!Number.isFinite(at)) return;
    known.set(id, { id, at });
    entries.add({ id, at });
  };
  return {
    set,
    due(now) {
      const found: number[] = [];
      for (let next = entries.first(); next && next.at <= now; next = entries.first()) {
        found.push(next.id);
        set(next.id, Number.POSITIVE_INFINITY);
      }
      return found;
    },
    next: () => entries.first()?.at ?? Number.POSITIVE_INFINITY,
  };
}

interface Entry {
  readonly id: number;
  readonly at: number;
}
