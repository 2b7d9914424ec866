/** Owns how elements of an array follow one another without a turn between: who is handed over ahead, begins, or is taken back. */

import { launchKey, readLaunchKey } from "../model/job.ts";
import type { Ending } from "../model/launch.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Handed } from "./ahead.ts";
import { prepared } from "./launch.ts";
import { clear } from "./leftovers.ts";
import { newElement, putIn, type Started, takeOut } from "./new-element.ts";
import { lineNow, nextIndices, waits } from "./next-in-line.ts";
import type { Effect, World } from "./world.ts";

/** An element has ended (null: it never ran). Who was handed over to take its place has begun. */
export function follow(world: World, ended: StoredElement, ending: Ending | null): void {
  if (ending && ended.index !== null) world.ahead.ran(ended.job, ending.endedAt - ending.startedAt);
  const next = world.ahead.next(ended.job);
  if (next?.stage === "sent") begin(world, next, { place: ended, at: ending?.endedAt ?? world.clock.now() });
}

/** Hands over what is to follow the elements that run. Inside the turn's transaction, after everything else in it. */
export function handAhead(world: World): Effect[] {
  const line = lineNow(world);
  if (world.ahead.waiting().some(({ element }) => element.job !== line?.job.id)) takeBack(world);
  if (!line) return [];
  const { job, part, decision } = line;
  const fresh: Handed[] = [];
  for (const index of nextIndices(world, line)) {
    const element = newElement(world, { job, part, decision: { ...decision, index } });
    const handed = { key: launchKey(element), element, stage: "making" } as const;
    world.ahead.add(handed);
    fresh.push(handed);
  }
  return fresh.length > 0 ? [() => handOver(world, fresh)] : [];
}

/** What has begun though nothing was heard of it yet is a row afterwards: a job that asks for itself is found. */
export function noticeBegun(world: World): void {
  for (const handed of world.ahead.waiting()) {
    const after = handed.stage === "sent" ? world.backend().lines?.begun(handed.key) : undefined;
    // They begin in their order.
    if (after === undefined) return;
    world.store.commit.relaxed(() => beginAfter(world, handed, after));
  }
}

/**
 * Takes back what has not begun, so that what waits can be changed. What had begun before anybody here heard of it is a row
 * afterwards. Cheap where nothing was handed over, as nearly always.
 */
export function takeBack(world: World): void {
  const waiting = world.ahead.waiting();
  if (waiting.length === 0) return;
  const sent = waiting.filter(({ stage }) => stage === "sent");
  const begun = world.backend().lines?.withdraw(sent.map(({ key }) => key)) ?? new Set();
  const back = waiting.filter(({ key }) => !begun.has(key));
  world.ahead.drop(new Set(back.map(({ key }) => key)));
  world.errands.add(async () => {
    for (const { stage, element } of back) if (stage === "sent") await unmake(world, element);
  });
  if (begun.size === 0) return;
  world.store.commit.relaxed(() => {
    for (const handed of sent.filter(({ key }) => begun.has(key)))
      beginAfter(world, handed, world.backend().lines?.begun(handed.key) ?? "");
  });
}

/** The backend has begun it while nobody listened; `note` is what it was handed over with. */
export function adopt(world: World, { key, after, note }: Record<"key" | "after" | "note", string>): void {
  const which = readLaunchKey(key);
  const job = world.queue.get(which.job);
  const part = job?.waiting.find(({ restarts, indices }) => restarts === which.restarts && indices !== null);
  if (world.running.get(key) || !job || !part || !waits(job, which.index)) return;
  const before = world.running.get(after)?.element ?? world.store.elements.get(readLaunchKey(after));
  const node = before?.node ?? world.description.nodes[0]?.name ?? "";
  const place = { node, cpuList: [], gpuList: [], queue: before?.queue ?? "" };
  const decision: Started = { kind: "start", job: job.id, index: which.index, ...place };
  const element = { ...newElement(world, { job, part, decision }), id: Number(note) };
  world.store.commit.relaxed(() => {
    takeOut(world, job, which.index);
    putIn(world, { ...element, cpuList: before?.cpuList ?? "" });
  });
}

/** Makes the files of what follows, then gives it to the backend, all of it together. */
function handOver(world: World, fresh: readonly Handed[]): void {
  for (const { element } of fresh) world.watchers.started(element);
  world.errands.add(async () => {
    try {
      for (const handed of fresh) await give(world, handed);
    } catch (error) {
      // It still waits, and what is wrong is told when it is started.
      const making = world.ahead.waiting().filter(({ stage }) => stage === "making");
      world.ahead.drop(new Set(making.map(({ key }) => key)));
      throw error;
    }
  });
}

async function give(world: World, handed: Handed): Promise<void> {
  const { element } = handed;
  const start = world.plans.startOf(element);
  const launch = await prepared(world, start, world.plans.planOf(start));
  const isStillAhead = world.ahead.advance(handed, "sent");
  if (isStillAhead) world.backend().lines?.follow({ ...launch, note: String(element.id) });
  else await unmake(world, element);
}

/** Whoever starts it later makes everything anew. */
async function unmake(world: World, element: StoredElement): Promise<void> {
  const start = world.plans.startOf(element);
  await clear(world, start, world.plans.leftoversOf(start).directories);
}

interface Place {
  readonly place: StoredElement;
  /** Epoch ms. */
  readonly at: number;
}

function begin(world: World, { key, element }: Handed, { place, at }: Place): void {
  const job = world.queue.get(element.job);
  if (!job || !waits(job, element.index)) {
    world.log(`${key} was begun though it does not wait; it is ended`);
    world.backend().schedule(key, [{ afterMs: 0, signal: 9, scope: "all", tag: "", notice: "" }], "replace");
    return;
  }
  takeOut(world, job, element.index);
  putIn(world, { ...element, cpuList: place.cpuList, startedAt: at });
}

/** It took the place of that one, of whose end nobody has heard; where it is not known, of any. */
function beginAfter(world: World, handed: Handed, after: string): void {
  const member =
    world.running.get(after) ?? [...world.running.values()].find(({ element }) => element.job === handed.element.job);
  begin(world, handed, { place: member?.element ?? handed.element, at: world.clock.now() });
  world.ahead.advance(handed, "begun");
}
