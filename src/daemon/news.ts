/** Owns what a backend tells of jobs, and in which pieces it is collected. */

import type { Ending, StartFailure } from "../model/launch.ts";

/** The start of a process, at epoch ms. */
export interface Began {
  readonly pid: number;
  readonly at: number;
}

/** One piece of news from the backend. */
export type News = Started | Ended | Failed;

interface Started extends Began {
  readonly kind: "started";
  readonly key: string;
}

interface Ended {
  readonly kind: "ended";
  readonly key: string;
  readonly ending: Ending;
  /** Its start, where nothing was collected of that yet. */
  readonly began?: Began;
}

interface Failed {
  readonly kind: "failed";
  readonly key: string;
  readonly failure: StartFailure;
}

/** The same news, but starts are told with the ends that came after them. */
export function inOnePiece(heard: readonly News[]): readonly News[] {
  const over = new Set(heard.flatMap(({ kind, key }) => (kind === "ended" ? [key] : [])));
  const began = new Map<string, Began>();
  return heard.flatMap((news): readonly News[] => {
    if (news.kind === "started" && over.has(news.key)) {
      began.set(news.key, news);
      return [];
    }
    const start = news.kind === "ended" ? began.get(news.key) : undefined;
    return news.kind === "ended" && start ? [{ ...news, began: start }] : [news];
  });
}
