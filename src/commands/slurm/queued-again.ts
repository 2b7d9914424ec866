/** Owns since when what was requeued is in the queue: for Slurm it is submitted then, and may start after a pause. */

import { requeuePause } from "../../dialects/slurm/endings.ts";
import type { HistoryEvent, Listed, Verbs } from "../../model/verbs.ts";

/** The same lines, each with the times of its own turn. */
export function queuedAgain(verbs: Pick<Verbs, "history">, parts: readonly Listed[]): readonly Listed[] {
  const turns = parts.map(turnOf);
  if (turns.every(({ restarts }) => restarts === 0)) return parts;
  const known = new Map<number, readonly HistoryEvent[]>();
  const history = (job: number): readonly HistoryEvent[] => {
    const events = known.get(job) ?? verbs.history(job).filter(({ what }) => what === "requeued");
    known.set(job, events);
    return events;
  };
  return parts.map((part, at) => {
    const { index, restarts } = turns[at] ?? turnOf(part);
    const event =
      restarts === 0 ? undefined : history(part.job.id).filter((each) => each.index === index)[restarts - 1];
    return event ? { ...part, job: { ...part.job, submittedAt: event.at, beginAt: event.at + requeuePause } } : part;
  });
}

function turnOf(part: Listed): { readonly index: number | null; readonly restarts: number } {
  if (part.kind === "element") return part.element;
  const { indices, restarts } = part.kind === "waiting" ? part.part : part.removed;
  return { index: indices?.[0]?.[0] ?? null, restarts };
}
