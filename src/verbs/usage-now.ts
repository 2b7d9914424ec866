/** Owns listings in which what runs has the figures of this moment, not those of its start. */

import { launchKey } from "../model/job.ts";
import type { Listed, Verbs } from "../model/verbs.ts";

/** The same lines; elements that run are asked what they have used so far. */
export async function withUsageNow(verbs: Pick<Verbs, "usage">, parts: readonly Listed[]): Promise<Listed[]> {
  const running = parts.flatMap((part) =>
    part.kind === "element" && part.element.state !== "ended" ? part.element : [],
  );
  if (running.length === 0) return [...parts];
  const found = await verbs.usage(running);
  return parts.map((part) => {
    const now = part.kind === "element" ? found.get(launchKey(part.element)) : undefined;
    if (part.kind !== "element" || !now) return part;
    const { rssKiB: _, virtualKiB: __, pids: ___, ...used } = now;
    return { ...part, element: { ...part.element, ...used } };
  });
}
