/** Owns since when what was requeued is in the queue: for Slurm it is submitted then, and may start after a pause. */

import { requeuePause } from "../../dialects/slurm/endings.ts";
import type { HistoryEvent, Listed, Verbs } from "../../model/verbs.ts";

/** The same lines, each with the times of its own turn. */
export function queuedAgain(verbs: Pick<Verbs, "history">, parts: readonly Listed[]): readonly Listed[] {
  if (parts.every((part) => restartsOf(part) === 0)) return parts;
  const known = new Map<number, readonly HistoryEvent[]>();
  const history = (job: number): readonly HistoryEvent[] => {
    const events = known.get(job) ?? verbs.history(job).filter(({ what }) => what === "requeued");
    known.set(job, events);
    return events;
  };
  return parts.map((part) => {
    const restarts = restartsOf(part);
    const event =
      restarts === 0 ? undefined : history(part.job.id).filter(({ index }) => index === indexOf(part))[restarts - 1];
    return event ? { ...part, job: { ...part.job, submittedAt: event.at, beginAt: event.at + requeuePause } } : part;
  });
}

function restartsOf(listed: Listed): number {
  if (listed.kind === "element") return listed.element.restarts;
  return (listed.kind === "waiting" ? listed.part : listed.removed).restarts;
}

function indexOf(listed: Listed): number | null {
  if (listed.kind === "element") return listed.element.index;
  return (listed.kind === "waiting" ? listed.part : listed.removed).indices?.[0]?.[0] ?? null;
}
