/** Owns what is noted of jobs that run: once for a job, however many elements it has, where `headnode explain` finds it. */

import type { Clock } from "../model/clock.ts";
import type { Store } from "../store/store.ts";

export interface Notes {
  /** Adds a sentence to a job's history, unless it has one about the same; without `about`, the same sentence. */
  add(job: number, note: string, about?: string): void;
}

/** Elements of an array say the same one after the other; so much is remembered. */
const remembered = 1000;

export function createNotes(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  log: (line: string) => void,
): Notes {
  const told = new Set<string>();
  return {
    add(job, note, about = note) {
      const key = `${job} ${about}`;
      if (told.has(key)) return;
      if (told.size >= remembered) told.clear();
      told.add(key);
      store.commit.relaxed(() => store.events.add(job, { at: clock.now(), index: null, what: "note", why: note }));
      log(`job ${job}: ${note}`);
    },
  };
}
