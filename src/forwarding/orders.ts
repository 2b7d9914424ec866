/** Owns what a target is to be told so that its jobs become what they are to be here. Pure but for the store. */

import { type Forwarded, indexThere, type NativeOrder, type Sighting } from "../model/forwarding.ts";
import { commonIndices, eachIndex, type Indices, indicesOf, withoutIndices } from "../model/indices.ts";
import type { Store } from "../store/store.ts";
import { indicesHere } from "./apply.ts";

/** An order, and what is to be remembered once it was carried out. */
export interface Wanted {
  readonly order: NativeOrder;
  readonly heldThere?: Indices;
}

/** Compares what was last seen there with what is wanted here. */
export function ordersFor(store: Store, forwarded: Forwarded, sightings: readonly Sighting[]): readonly Wanted[] {
  if (forwarded.native === null) return [];
  return [
    ...cancellations(store, forwarded, sightings),
    ...requeues(store, forwarded, sightings),
    ...holds(store, forwarded),
  ];
}

/** What lives there though it was removed or is to end here. */
function cancellations(store: Store, forwarded: Forwarded, sightings: readonly Sighting[]): readonly Wanted[] {
  const wanted = [...store.waiting.removedOf(forwarded.job).map(({ indices }) => indices)];
  const ending = store.elements.aliveOf(forwarded.job).filter((one) => one.stop !== null && one.stop !== "requeue");
  const doomed: readonly Indices[] = [...wanted.map(asIndices), ...ending.map(({ index }) => one(index))];
  const living = sightings.flatMap((sighting) => livingIndices(forwarded, sighting));
  const left = commonIndices(union(doomed), union(living));
  return left.length === 0 ? [] : [ordered(store, forwarded, { kind: "cancel", indices: left })];
}

/** What is to be put back there and still runs. */
function requeues(store: Store, forwarded: Forwarded, sightings: readonly Sighting[]): readonly Wanted[] {
  const running = sightings.flatMap((sighting) =>
    sighting.kind === "running" ? livingIndices(forwarded, sighting) : [],
  );
  const asked = store.elements.aliveOf(forwarded.job).filter((element) => element.stop === "requeue");
  const left = commonIndices(union(asked.map(({ index }) => one(index))), union(running));
  return left.length === 0 ? [] : [ordered(store, forwarded, { kind: "requeue", indices: left })];
}

function holds(store: Store, forwarded: Forwarded): readonly Wanted[] {
  const parts = store.waiting.of(forwarded.job);
  const waiting = union(parts.map(({ indices }) => asIndices(indices)));
  const held = union(parts.filter((part) => part.holds.length > 0).map(({ indices }) => asIndices(indices)));
  const known = commonIndices(forwarded.heldThere, waiting);
  const toHold = withoutIndices(held, known);
  const toRelease = withoutIndices(known, held);
  const heldThere = held;
  return [
    ...(toHold.length > 0 ? [{ ...ordered(store, forwarded, { kind: "hold", indices: toHold }), heldThere }] : []),
    ...(toRelease.length > 0
      ? [{ ...ordered(store, forwarded, { kind: "release", indices: toRelease }), heldThere }]
      : []),
  ];
}

/** An order about elements by their numbers here; a plain job's element is 0. */
export function ordered(
  store: Store,
  forwarded: Forwarded,
  { kind, indices, ...rest }: Pick<NativeOrder, "kind" | "signal" | "to"> & { readonly indices: Indices },
): Wanted {
  const all = store.jobs.head(forwarded.job)?.indices ?? null;
  const isWhole = all === null || withoutIndices(all, indices).length === 0;
  return {
    order: {
      kind,
      native: forwarded.native ?? "",
      indices: isWhole ? null : indicesThere(forwarded, indices),
      ...rest,
    },
  };
}

/** The numbers there. */
export function indicesThere({ numbering }: Forwarded, indices: Indices): Indices {
  if (numbering.kind === "same") return indices;
  return indicesOf(
    [...eachIndex(indices)].map((here) => indexThere(numbering, here)).map((at) => ({ first: at, last: at, step: 1 })),
  );
}

function livingIndices(forwarded: Forwarded, sighting: Sighting): readonly Indices[] {
  if (sighting.kind === "waiting") return [asIndices(indicesHere(forwarded, sighting.indices))];
  return sighting.kind === "running" ? [one(sighting.index === null ? null : hereOf(forwarded, sighting.index))] : [];
}

function hereOf(forwarded: Forwarded, index: number | null): number {
  return index === null ? 0 : (indicesHere(forwarded, [[index, index]])?.[0]?.[0] ?? -1);
}

function asIndices(indices: Indices | null): Indices {
  return indices ?? [[0, 0]];
}

function one(index: number | null): Indices {
  return [[index ?? 0, index ?? 0]];
}

/** All of them. */
export function union(all: readonly Indices[]): Indices {
  return indicesOf(all.flat().map(([first, last]) => ({ first, last, step: 1 })));
}
