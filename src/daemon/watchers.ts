/** Owns who waits for a job to finish, or for its elements to end. */

import type { Element } from "../model/job.ts";
import type { Watcher } from "../verbs/engine.ts";

export interface Watchers {
  add(job: number, watcher: Watcher): void;
  started(element: Element): void;
  due(element: Element, tag: string): void;
  ended(element: Element): void;
  finished(job: number): void;
}

export function createWatchers(): Watchers {
  const byJob = new Map<number, Watcher[]>();
  const of = (job: number): readonly Watcher[] => byJob.get(job) ?? [];
  return {
    add: (job, watcher) => void byJob.set(job, [...of(job), watcher]),
    started: (element) => {
      for (const watcher of of(element.job)) watcher.started?.(element);
    },
    due: (element, tag) => {
      for (const watcher of of(element.job)) watcher.due?.(element, tag);
    },
    ended: (element) => {
      for (const watcher of of(element.job)) watcher.ended(element);
    },
    finished: (job) => {
      const waiting = of(job);
      byJob.delete(job);
      for (const watcher of waiting) watcher.finished();
    },
  };
}
