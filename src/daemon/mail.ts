/** Owns which mails are to be sent: it is told what happens to elements, and asks their dialect for the words. */

import type { Dialect } from "../language/dialect.ts";
import type { Letter, Occasion } from "../language/mail.ts";
import { type Element, launchKey, withOwn } from "../model/job.ts";
import type { JobHead } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Store } from "../store/store.ts";
import type { Running } from "./running.ts";
import type { Timers } from "./timers.ts";

export interface Mail {
  /** Something happened to an element, which is given as it is now. */
  about(element: Element, occasion: Occasion): void;
  /** What a waiting job waits for can no longer happen. */
  stranded(job: number): void;
  /** Plans the mails about a running element's time that are still to come. */
  planTimes(element: StoredElement): void;
  /** Nothing of that is to come any more. */
  stop(): void;
}

/** What mail is made of. */
export interface MailMeans {
  readonly store: Store;
  readonly running: Running;
  readonly dialects: readonly Dialect[];
  readonly host: string;
  readonly timers: Timers;
  readonly now: () => number;
  /** Whether nothing of a job is left to start or to end. */
  readonly isOver: (job: number) => boolean;
  readonly send: (letter: Letter) => void;
}

/** Slurm's TIME_LIMIT types, which are the only ones about time; that all of it is over is told with the end. */
const percents = [50, 80, 90] as const;

export function createMail(means: MailMeans): Mail {
  const { store, running } = means;
  const headOf = (element: Element): JobHead | null => {
    const shared = store.jobs.head(element.job);
    return shared && withOwn(shared, element);
  };
  // So that the elements of a large array are not all read again for each of them.
  const begun = new Set<number>();
  const timers = new Set<() => void>();
  const about: Mail["about"] = (element, occasion) => {
    const job = headOf(element);
    if (!job?.spec.mailEvents?.length) return;
    const dialect = means.dialects.find(({ name }) => name === job.dialect);
    const elements = (): readonly Element[] => store.elements.of(job.id);
    const first = !begun.has(job.id) && elements().every((other) => !isEarlier(other, element));
    begun.add(job.id);
    const whole = { first, over: means.isOver(job.id), elements };
    const letter = dialect?.mail?.(occasion, { job, element, host: means.host, whole });
    if (letter) means.send(letter);
  };
  return {
    about,
    stranded(id) {
      const job = store.jobs.head(id);
      const dialect = means.dialects.find(({ name }) => name === job?.dialect);
      const letter = job?.spec.mailEvents?.length ? dialect?.strandedMail?.(job) : null;
      if (letter) means.send(letter);
    },
    planTimes(element) {
      const job = headOf(element);
      if (!job?.spec.mailEvents?.some((event) => event.startsWith("TIME_LIMIT"))) return;
      for (const percent of percents) {
        const wait = (element.startedAt ?? 0) + (job.need.wallTime * percent) / 100 - means.now();
        if (!Number.isFinite(wait) || wait <= 0) continue;
        const cancel = means.timers.after(wait, () => {
          timers.delete(cancel);
          const now = running.get(launchKey(element))?.element;
          if (now) about(now, { kind: "timeUsed", percent });
        });
        timers.add(cancel);
      }
    },
    stop() {
      for (const cancel of timers) cancel();
    },
  };
}

function isEarlier(one: Element, other: Element): boolean {
  return one.pid !== null && (one.startedAt ?? 0) < (other.startedAt ?? 0);
}
