/** Owns one round at a target: what is due is sent, what is wanted is ordered, what is there is looked at. */

import { isSilent, type Silent, type SubmitAnswer } from "../backends/answers.ts";
import type { Forwarded, Sighting } from "../model/forwarding.ts";
import type { Indices } from "../model/indices.ts";
import { apply, type Telling } from "./apply.ts";
import { bringBack, clearUp } from "./copies.ts";
import { disappeared, isOver, refused } from "./ends.ts";
import { giveOrders } from "./give-orders.ts";
import type { Household } from "./household.ts";
import { indicesThere, union } from "./orders.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Memory, Round, SiteOptions } from "./rounds.ts";

/** So many submissions go out in one conversation. */
const batch = 25;

/** Sends what is due, gives orders, looks; ends at the first silence. */
export async function round(options: SiteOptions, memory: Memory): Promise<Round> {
  const sent = await send(options, memory);
  if (sent.kind === "silent") return sent;
  const ordered = await giveOrders(options, memory);
  if (ordered.kind === "silent") return ordered;
  const looked = await look(options, memory);
  if (looked.kind === "silent") return looked;
  return { kind: "heard", moved: sent.moved || ordered.moved || looked.moved };
}

function own({ house, target }: SiteOptions): readonly Forwarded[] {
  return house.store.forwarded.underWayAt(target.name);
}

/** Submits what is due; finds out about what was cancelled while it may have been on its way. */
async function send(options: SiteOptions, memory: Memory): Promise<Round> {
  const found = await lookUpDoubtful(options, memory);
  if (found.kind === "silent") return found;
  let { moved } = found;
  for (;;) {
    const prepared = await prepare(options, batch);
    if (isSilent(prepared)) return prepared;
    if (prepared.length === 0) break;
    const sent = await submit(options, memory, prepared);
    if (sent.kind === "silent") return sent;
    moved ||= sent.moved;
    // What is still at work there is asked for again in the next round.
    if (!sent.complete) break;
  }
  return { kind: "heard", moved };
}

async function lookUpDoubtful(options: SiteOptions, memory: Memory): Promise<Round> {
  const { house, cluster } = options;
  const doubtful = own(options).filter((one) => one.stage === "sending" && !waits(house, one.job));
  if (doubtful.length === 0) return { kind: "heard", moved: false };
  const answers = await cluster.lookUp(doubtful.map(({ mark }) => mark));
  if (isSilent(answers)) return answers;
  const settled = doubtful.map((one, at) =>
    settle({ ...options, memory }, { forwarded: one, numbering: one.numbering }, answers[at]),
  );
  return { kind: "heard", moved: settled.includes(true) };
}

/** Of these it is known what became of them, if it is of all. */
async function submit(
  options: SiteOptions,
  memory: Memory,
  prepared: readonly Prepared[],
): Promise<Silent | { readonly kind: "sent"; readonly moved: boolean; readonly complete: boolean }> {
  const { house, cluster } = options;
  const answers = await cluster.submit(prepared.map(({ ask }) => ask));
  if (isSilent(answers)) {
    if (answers.untouched) unsend(house, prepared);
    return answers;
  }
  const settled = prepared.map((one, at) => settle({ ...options, memory }, one, answers[at]));
  const refused = prepared.filter(({ forwarded }) => house.store.forwarded.of(forwarded.job)?.stage === "over");
  const left = await clearUp(
    options,
    refused.map(({ forwarded }) => forwarded),
  );
  if (left !== null) return { kind: "silent", why: `what is left of its files: ${left}` };
  memory.settled += settled.filter((one) => one).length;
  return { kind: "sent", moved: settled.includes(true), complete: !settled.includes(false) };
}

// Nobody has to look for what certainly never got there.
function unsend({ store }: Household, prepared: readonly Prepared[]): void {
  store.commit.relaxed(() => {
    for (const { forwarded, ask } of prepared) if (!ask.again) store.forwarded.change({ ...forwarded, stage: "due" });
  });
}

function waits(house: Household, job: number): boolean {
  return house.store.waiting.of(job).length > 0;
}

/** Writes down what became of a submission; false while nobody knows. */
function settle(
  { house, target, cluster, memory }: SiteOptions & { readonly memory: Memory },
  { forwarded, numbering }: Pick<Prepared, "forwarded" | "numbering">,
  answer: SubmitAnswer | { readonly kind: "never" } | undefined,
): boolean {
  const { store, clock } = house;
  const { job, mark } = forwarded;
  const note = (what: string, why: string) => store.events.add(job, { at: clock.now(), index: null, what, why });
  if (answer === undefined || answer.kind === "pending") {
    // Said once, however often it is tried.
    if (answer && memory.delays.get(job) !== answer.why)
      house.log(`job ${job} on its way to ${target.name}: ${answer.why}`);
    if (answer) memory.delays.set(job, answer.why);
    return false;
  }
  memory.delays.delete(job);
  const tellings = store.commit.durable((): readonly Telling[] => {
    if (answer.kind === "accepted") {
      store.forwarded.change({ ...forwarded, stage: "sent", native: answer.native, numbering });
      note("forwarded", `${target.name} took it as ${answer.native}`);
      return [() => house.changed(job)];
    }
    store.forwarded.change({ ...forwarded, stage: "over" });
    if (answer.kind === "never") return [];
    note("refused", `${target.name}: ${answer.why}`);
    return refused(house, forwarded, `${target.name} refused it: ${answer.why}`);
  });
  for (const telling of tellings) telling();
  cluster.drop([mark]);
  return true;
}

/** One look at all jobs that are there. */
async function look(options: SiteOptions, memory: Memory): Promise<Round> {
  const { house, cluster } = options;
  const rows = own(options).filter(({ stage }) => stage === "sent");
  if (rows.length === 0) {
    memory.sightings.clear();
    return { kind: "heard", moved: false };
  }
  const seen = await cluster.look(
    rows.map((forwarded) => ({ native: forwarded.native ?? "", alive: aliveThere(house, forwarded) })),
  );
  if (isSilent(seen)) return seen;
  const byNative = grouped(seen.sightings);
  const trouble = await bringBack(options, rows, byNative);
  if (trouble !== null) return { kind: "silent", why: `what it wrote: ${trouble}` };
  memory.sightings.clear();
  const over: Forwarded[] = [];
  const tellings = house.store.commit.relaxed(() =>
    rows.flatMap((forwarded) => {
      const sightings = byNative.get(forwarded.native ?? "") ?? [];
      memory.sightings.set(forwarded.native ?? "", sightings);
      const known = house.store.forwarded.of(forwarded.job);
      const told = [
        ...apply(house, forwarded, sightings),
        ...disappeared(house, forwarded, { sightings, missing: memory.missing }),
      ];
      if (known && isOver(house, forwarded, sightings)) over.push(known);
      return told;
    }),
  );
  for (const telling of tellings) telling();
  const left = await clearUp(options, over);
  if (left !== null) return { kind: "silent", why: `what is left of its files: ${left}` };
  house.store.commit.relaxed(() => {
    for (const known of over) house.store.forwarded.change({ ...known, stage: "over" });
  });
  return { kind: "heard", moved: tellings.length > 0 };
}

function grouped(sightings: readonly Sighting[]): ReadonlyMap<string, readonly Sighting[]> {
  const groups = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const group = groups.get(sighting.native);
    if (group) group.push(sighting);
    else groups.set(sighting.native, [sighting]);
  }
  return groups;
}

/** Elements that are not known to have ended, by the target's numbers; null for a plain job. */
function aliveThere({ store }: Household, forwarded: Forwarded): Indices | null {
  const { job } = forwarded;
  if (store.jobs.head(job)?.indices === null) return null;
  const running = store.elements.aliveOf(job).map(({ index }): Indices => [[index ?? 0, index ?? 0]]);
  const alive = [...running, ...store.waiting.of(job).map(({ indices }) => indices ?? [])];
  // What was cancelled may have begun there before anybody knew.
  const last = alive.length > 0 ? alive : store.waiting.removedOf(job).map(({ indices }) => indices ?? []);
  return indicesThere(forwarded, union(last));
}
