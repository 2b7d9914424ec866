/** Owns ends that no target reports: what was refused, what is gone there, and when nothing of a job is left. */

import type { Forwarded, Sighting } from "../model/forwarding.ts";
import { eachIndex, type Indices } from "../model/indices.ts";
import { removeWaiting } from "../verbs/cancel.ts";
import { meantBy } from "../verbs/target.ts";
import { end, endWaiting, indicesHere, type Telling } from "./apply.ts";
import type { Household } from "./household.ts";

/** Since when an element is missing there: epoch ms, and how many looks. */
export interface Missing {
  readonly since: number;
  readonly looks: number;
}

/** A target that answers and does not know an element may only be slow to write its accounts: so many looks and ms. */
const patientLooks = 3;
const patientMs = 60_000;

/** Ends what the target does not know any more though it answers; `missing` is kept from look to look. */
export function disappeared(
  house: Household,
  forwarded: Forwarded,
  { sightings, missing }: { readonly sightings: readonly Sighting[]; readonly missing: Map<string, Missing> },
): readonly Telling[] {
  const { store, clock } = house;
  const seen = new Set(sightings.flatMap((one) => [...numbersHere(forwarded, one)]));
  const isLost = (index: number | null): boolean => {
    const key = `${forwarded.job}.${index ?? "-"}`;
    if (seen.has(index ?? 0)) {
      missing.delete(key);
      return false;
    }
    const before = missing.get(key) ?? { since: clock.now(), looks: 0 };
    const now = { since: before.since, looks: before.looks + 1 };
    missing.set(key, now);
    return now.looks > patientLooks && clock.now() - now.since > patientMs;
  };
  const running = store.elements.aliveOf(forwarded.job).filter(({ index }) => isLost(index));
  const gone = store.waiting.of(forwarded.job).filter(({ indices }) => isLost(indices?.[0]?.[0] ?? null));
  const tellings = running.flatMap((element) =>
    end(house, element, {
      ...unknown,
      endedAt: clock.now(),
      remark: `${forwarded.target} no longer knows of it: how it ended is not known`,
    }),
  );
  return [...tellings, ...gone.flatMap(({ indices }) => removed(house, forwarded, indices))];
}

const unknown = { outcome: "failed", code: null, signal: null, startedAt: null, usage: null } as const;

// A job that waited and is gone without a trace was taken away there.
function removed(house: Household, { job, target }: Forwarded, indices: Indices | null): readonly Telling[] {
  const { store, clock } = house;
  const meant = meantBy(store, { id: job, indices }, null);
  if ("kind" in meant) return [];
  const how = { outcome: "cancelled", removedAt: clock.now(), removedBy: meant.job.user.uid } as const;
  removeWaiting(store, meant, how);
  store.events.add(job, {
    at: clock.now(),
    index: null,
    what: "note",
    why: `${target} no longer knows of what waited there`,
  });
  return [() => house.changed(job)];
}

/** Ends a job that the target would not have; of an array, which never began, nothing is listed one by one. */
export function refused(house: Household, { job }: Forwarded, remark: string): readonly Telling[] {
  const { store, clock } = house;
  const meant = meantBy(store, { id: job, indices: null }, null);
  if ("kind" in meant) return [];
  if (meant.job.indices === null) return [() => house.changed(job), ...endWaiting(house, job, remark)];
  removeWaiting(store, meant, { outcome: "cancelled", removedAt: clock.now(), removedBy: meant.job.user.uid });
  store.events.add(job, { at: clock.now(), index: null, what: "note", why: remark });
  return [() => house.changed(job)];
}

/** Whether nothing of the job is left here or there. */
export function isOver({ store }: Household, { job }: Forwarded, sightings: readonly Sighting[]): boolean {
  if (store.waiting.of(job).length + store.elements.aliveOf(job).length > 0) return false;
  return sightings.every(({ kind }) => kind === "ended" || kind === "removed");
}

function* numbersHere(forwarded: Forwarded, sighting: Sighting): Generator<number> {
  const there: Indices | null =
    "indices" in sighting ? sighting.indices : sighting.index === null ? null : [[sighting.index, sighting.index]];
  const here = indicesHere(forwarded, there);
  if (here === null) yield 0;
  else yield* eachIndex(here);
}
