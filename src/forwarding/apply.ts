/** Owns how what a target reports becomes rows: elements that start there, wait again, end. Inside a transaction. */

import { type Forwarded, indexHere, type Sighting } from "../model/forwarding.ts";
import { countIndices, type Indices, indicesOf, withoutIndices } from "../model/indices.ts";
import type { Outcome, Waiting } from "../model/job.ts";
import { noUsage, type Usage } from "../model/usage.ts";
import type { StoredElement } from "../store/element-rows.ts";
import { removeWaiting } from "../verbs/cancel.ts";
import { waitingAgain } from "../verbs/requeue.ts";
import { meantBy } from "../verbs/target.ts";
import type { Household } from "./household.ts";
import { isOf, startIfWaiting } from "./start-there.ts";

/** Something to tell once the rows are on their way to disk. */
export type Telling = () => void;

/** Makes the rows of one job what its sightings say. */
export function apply(house: Household, forwarded: Forwarded, sightings: readonly Sighting[]): readonly Telling[] {
  const tellings = sightings.flatMap((sighting) => applyOne(house, forwarded, sighting));
  return tellings.length === 0 ? [] : [() => house.changed(forwarded.job), ...tellings];
}

function applyOne(house: Household, forwarded: Forwarded, sighting: Sighting): readonly Telling[] {
  switch (sighting.kind) {
    case "waiting":
      return waitsThere(house, forwarded, sighting);
    case "removed":
      return removedThere(house, forwarded, sighting);
    case "running":
      return runsThere(house, forwarded, sighting);
    default:
      return endedThere(house, forwarded, sighting);
  }
}

type Of<K extends Sighting["kind"]> = Extract<Sighting, { readonly kind: K }>;

/** The numbers here; null for a plain job. */
export function indicesHere({ numbering }: Forwarded, indices: Indices | null): Indices | null {
  if (indices === null || numbering.kind === "same") return indices;
  const numbers = indices.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => indexHere(numbering, first + at)).filter(
      (here) => here !== null,
    ),
  );
  return indicesOf(numbers.map((number) => ({ first: number, last: number, step: 1 })));
}

function waitsThere(house: Household, forwarded: Forwarded, sighting: Of<"waiting">): readonly Telling[] {
  const { store } = house;
  const indices = indicesHere(forwarded, sighting.indices);
  const back = store.elements.aliveOf(forwarded.job).filter((one) => isOf(one.index, indices));
  for (const element of back) putBack(house, element);
  const parts = store.waiting.of(forwarded.job);
  const failed = parts.some((part) => part.error !== sighting.error && overlaps(part.indices, indices));
  if (failed)
    store.waiting.replace(
      forwarded.job,
      parts.flatMap((part) => withError(part, indices, sighting.error)),
    );
  return back.length > 0 || failed ? [() => undefined] : [];
}

function putBack({ store, clock }: Household, element: StoredElement): void {
  const end = {
    ...noUsage,
    outcome: null,
    code: null,
    signal: null,
    startedAt: element.startedAt,
    endedAt: clock.now(),
  };
  store.elements.requeued(element, { ...end, remark: "put back there" });
  store.waiting.replace(element.job, [...store.waiting.of(element.job), waitingAgain(element)]);
  store.events.add(element.job, { at: clock.now(), index: element.index, what: "requeued", why: "by its target" });
}

function withError(part: Waiting, indices: Indices | null, error: string | null): Waiting[] {
  if (part.error === error) return [part];
  if (part.indices === null || indices === null) return [{ ...part, error }];
  const rest = withoutIndices(part.indices, indices);
  const changed = withoutIndices(part.indices, rest);
  return [
    ...(rest.length > 0 ? [{ ...part, indices: rest }] : []),
    ...(changed.length > 0 ? [{ ...part, indices: changed, error }] : []),
  ];
}

function removedThere(
  house: Household,
  forwarded: Forwarded,
  { indices: there, outcome, at }: Of<"removed">,
): readonly Telling[] {
  const { store, clock } = house;
  const indices = indicesHere(forwarded, there);
  const meant = meantBy(store, { id: forwarded.job, indices }, null);
  if ("kind" in meant) return [];
  const removedBy = meant.job.user.uid;
  const removed = removeWaiting(store, meant, { outcome, removedAt: at ?? clock.now(), removedBy });
  const ended = meant.alive.flatMap((element) =>
    end(house, element, { ...unknownEnd, outcome, endedAt: at ?? clock.now(), remark: "cancelled by its target" }),
  );
  return removed.length > 0 ? [() => undefined, ...ended] : ended;
}

function runsThere(house: Household, forwarded: Forwarded, sighting: Of<"running">): readonly Telling[] {
  const { store, clock } = house;
  const index = sighting.index === null ? null : indexHere(forwarded.numbering, sighting.index);
  const found = store.elements.get({ job: forwarded.job, index });
  // It ended and began again between two looks.
  if (found && found.state !== "ended" && found.restarts < (sighting.restarts ?? 0)) putBack(house, found);
  const element = startIfWaiting(house, { job: forwarded.job, index }, sighting) ?? found;
  if (!element || element.state === "ended") return [];
  const startedAt = sighting.startedAt ?? clock.now();
  if (element.state === "starting") {
    store.elements.started(element, { pid: 0, startedAt });
    store.events.add(element.job, { at: startedAt, index, what: "started", why: element.node });
    const running: StoredElement = { ...element, state: "running", startedAt };
    if (element.stop !== null) store.elements.ending(element, { by: element.endedBy, stop: element.stop });
    else if (sighting.suspended) store.elements.suspend(element);
    return [() => house.started(running)];
  }
  if (sighting.suspended === (element.state === "suspended") || element.state === "ending") return [];
  if (sighting.suspended) store.elements.suspend(element);
  else store.elements.resume(element);
  store.events.add(element.job, {
    at: clock.now(),
    index,
    what: sighting.suspended ? "suspended" : "resumed",
    why: "",
  });
  return [() => undefined];
}

function endedThere(house: Household, forwarded: Forwarded, sighting: Of<"ended">): readonly Telling[] {
  const index = sighting.index === null ? null : indexHere(forwarded.numbering, sighting.index);
  const which = { job: forwarded.job, index };
  const element = startIfWaiting(house, which, sighting) ?? house.store.elements.get(which);
  return !element || element.state === "ended" ? [] : end(house, element, sighting);
}

type End = Pick<Of<"ended">, "outcome" | "code" | "signal" | "startedAt" | "endedAt" | "remark" | "usage">;

const unknownEnd = { code: null, signal: null, startedAt: null, usage: null };

/** Ends an element as its target says; an end that was asked for here is a cancellation, however the target calls it. */
export function end(house: Household, element: StoredElement, said: End): readonly Telling[] {
  const { store, clock } = house;
  const asked = element.stop === "cancel" || element.stop === "force";
  const outcome: Outcome = asked && said.outcome !== "completed" ? "cancelled" : said.outcome;
  const startedAt = said.startedAt ?? element.startedAt ?? clock.now();
  const endedAt = said.endedAt ?? clock.now();
  const code = said.signal === null ? said.code : null;
  const tag = outcome === "timedOut" ? "limit" : outcome === "nodeFailed" ? "node-failure" : "";
  const remark = said.remark || house.remarkOf(element, { code, signal: said.signal, tag, startedAt, endedAt });
  const usage: Usage = said.usage ?? noUsage;
  const ended = { ...usage, outcome, code, signal: said.signal, startedAt, endedAt, remark };
  store.elements.ended(element, ended);
  store.events.add(element.job, { at: endedAt, index: element.index, what: "ended", why: said.remark || outcome });
  return [() => house.ended({ ...element, ...ended, state: "ended" })];
}

/** Ends a plain job that never started, as one whose start failed. */
export function endWaiting(house: Household, job: number, remark: string): readonly Telling[] {
  const element = startIfWaiting(house, { job, index: null }, { node: "", startedAt: null });
  if (!element) return [];
  const now = house.clock.now();
  return end(house, element, { ...unknownEnd, outcome: "launchFailed", startedAt: now, endedAt: now, remark });
}

function overlaps(one: Indices | null, other: Indices | null): boolean {
  if (one === null || other === null) return true;
  return countIndices(withoutIndices(one, other)) < countIndices(one);
}
