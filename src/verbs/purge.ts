/** Owns how jobs that are long over are forgotten. */

import type { Purged } from "../model/verbs.ts";
import type { Means } from "./means.ts";

/** Rows removed in one transaction: a few milliseconds, then others have their turn. */
const sliceRows = 5_000;
const jobsAtATime = 500;
const pagesAtATime = 2_000;

/**
 * Forgets every job that ended, whole, before `before` (epoch ms), and gives its room back to the disk. What a waiting
 * job depends on stays. With `dryRun` it only counts.
 */
export async function purge(
  means: Means,
  { before, dryRun }: { readonly before: number; readonly dryRun: boolean },
): Promise<Purged> {
  const { store } = means;
  const spared = dependedUpon(means);
  const purged = { jobs: 0, elements: 0 };
  for (let after = 0; ; ) {
    const ids = store.purge.over({ before, after, limit: jobsAtATime });
    for (const id of ids.filter((id) => !spared.has(id))) {
      purged.jobs += 1;
      purged.elements += store.purge.size(id);
      if (dryRun) continue;
      await forget(means, id);
      await turn();
    }
    const last = ids.at(-1);
    if (last === undefined) break;
    after = last;
    await turn();
  }
  if (purged.jobs > 0 && !dryRun) while (store.purge.shrink(pagesAtATime)) await turn();
  return purged;
}

async function forget({ store }: Means, id: number): Promise<void> {
  store.jobs.forget(id);
  while (!store.commit.relaxed(() => store.purge.remove(id, sliceRows))) await turn();
  store.events.forgotten(id);
}

function dependedUpon({ store }: Means): ReadonlySet<number> {
  const conditions = store.waiting.jobs().flatMap((id) => {
    const own = store.waiting.of(id).map((part) => part.own?.submission.dependency);
    return [store.jobs.head(id)?.dependency, ...own].flatMap((dependency) => dependency?.conditions ?? []);
  });
  return new Set(
    conditions.flatMap((condition) => {
      if (condition.kind === "singleton" || condition.job === null) return [];
      return [store.elements.byOwnId(condition.job)?.job ?? condition.job];
    }),
  );
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
