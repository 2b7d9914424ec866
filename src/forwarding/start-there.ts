/** Owns how an element that waits here becomes one that runs at a target. Inside a transaction. */

import type { Sighting } from "../model/forwarding.ts";
import { countIndices, hasIndex, type Indices, withoutIndices } from "../model/indices.ts";
import type { Removed } from "../model/job.ts";
import { noUsage } from "../model/usage.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Which } from "../store/elements.ts";
import { elementIdOf } from "../verbs/element-id.ts";
import type { Household } from "./household.ts";

/** The element as one that has started; null if it doesn't wait. Also one that was cancelled, but had begun there before. */
export function startIfWaiting(
  house: Household,
  which: Which,
  { node, startedAt }: Pick<Extract<Sighting, { readonly kind: "running" }>, "node" | "startedAt">,
): StoredElement | null {
  const { store, clock } = house;
  const waiting = store.waiting.of(which.job);
  const removed = waiting.some(({ indices }) => isOf(which.index, indices)) ? null : removedAfterAll(house, which);
  const parts = removed === null ? waiting : [...waiting, { ...removed, ...asWaiting }];
  const part = parts.find(({ indices }) => isOf(which.index, indices));
  if (!part) return null;
  const rest = part.indices === null ? [] : withoutIndices(part.indices, [[which.index ?? 0, which.index ?? 0]]);
  const left = parts.flatMap((one) => (one !== part ? [one] : rest.length > 0 ? [{ ...part, indices: rest }] : []));
  store.waiting.replace(which.job, left);
  const isLast = left.every(({ indices }) => indices !== null && countIndices(indices) === 0);
  const { restarts } = part;
  const element: StoredElement = {
    ...{ ...which, id: elementIdOf(store, { ...which, restarts, isLast }), state: "starting", outcome: null },
    ...{ holds: [], restarts, node, queue: null, cpuList: "", gpuList: [], startedAt: startedAt ?? clock.now() },
    ...{ endedAt: null, pid: null, code: null, signal: null, ...noUsage, remark: "" },
    ...{ endedBy: removed?.removedBy ?? null, stop: removed === null ? null : "cancel" },
    ...(part.own ? { own: part.own } : {}),
  };
  store.elements.insert(element);
  return element;
}

// Whoever cancelled it believed that it waited, but it had begun there: it is a run, which is to end.
function removedAfterAll({ store }: Household, which: Which): Removed | null {
  const removed = store.elements.get(which) ? null : store.waiting.takeRemoved(which.job, which.index);
  if (removed === null) return null;
  store.elements.countRemoved(which.job, { count: -1, at: null });
  return { ...removed, indices: which.index === null ? null : [[which.index, which.index]] };
}

const asWaiting = { holds: [], error: null, beginAt: 0 } as const;

/** Whether it is one of these; a plain job's element is of null. */
export function isOf(index: number | null, indices: Indices | null): boolean {
  return indices === null ? index === null : index !== null && hasIndex(indices, index);
}
