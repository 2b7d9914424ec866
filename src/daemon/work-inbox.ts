/** Owns the queue in which a command hears of the work it asked for, and waits for news no longer than it wants to. */

import type { Working, WorkNews } from "../language/work.ts";

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
    async next(patienceMs) {
      if (news.length === 0) await new Promise<void>((resolve) => waitFor(resolve, patienceMs));
      return news.shift() ?? { kind: "time" };
    },
  };

  function waitFor(resolve: () => void, patienceMs: number | undefined): void {
    const timer = patienceMs === undefined ? undefined : setTimeout(resolve, patienceMs);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  }
}
