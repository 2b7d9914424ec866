/** Owns the queue in which a command hears of the work it asked for, and waits for news no longer than it wants to. */

import type { Working, WorkNews } from "../language/work.ts";

/** Longest time a Node timer can wait (ms); time limits may be longer. */
const longestMs = 2 ** 31 - 1;

/** A queue of news with one reader. */
export function workInbox<Put>(signal: (number: number) => void): Working<Put> & {
  hear(news: WorkNews<Put>): void;
} {
  const news: WorkNews<Put>[] = [];
  let wake = (): void => undefined;
  const hear = (heard: WorkNews<Put>): void => {
    news.push(heard);
    wake();
  };
  return {
    signal,
    hear,
    put: (put) => hear({ kind: "put", put }),
    async next(patienceMs = Number.POSITIVE_INFINITY) {
      for (let left = patienceMs; news.length === 0 && left > 0; left -= longestMs)
        await new Promise<void>((resolve) => waitFor(resolve, left));
      return news.shift() ?? { kind: "time" };
    },
  };

  function waitFor(resolve: () => void, patienceMs: number): void {
    const timer = Number.isFinite(patienceMs) ? setTimeout(resolve, Math.min(longestMs, patienceMs)) : undefined;
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  }
}
