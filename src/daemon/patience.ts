/** Owns how long news of jobs wait for others, to share a turn and its commit with them. */

import type { News } from "./news.ts";
import type { World } from "./world.ts";

/** Milliseconds that the latest of the news may wait for others. */
export function patienceFor({ ahead }: World, news: readonly News[]): number {
  const told = news.at(-1);
  const following = ahead.sent();
  if (told?.kind === "started") return following > 0 ? followedMs : companyMs;
  const ends = news.filter(({ kind }) => kind !== "started").length;
  return told?.kind === "ended" && ends + lowWater < following ? followedMs : 0;
}

/**
 * That something runs is known to whoever started it: such news wait so many milliseconds for others to share a turn and
 * its commit with. A job that is over by then is told of in one piece.
 */
const companyMs = 5;

/** An end whose place is taken already waits for others as long as so many more of its job are in the backend's hands. */
const followedMs = 20;
const lowWater = 10;
