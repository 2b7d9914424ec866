/** Owns how a target is told what is wanted of its jobs: what was asked for once, and what differs from what is wanted here. */

import { isSilent } from "../backends/answers.ts";
import type { OrderAnswer } from "../backends/cluster.ts";
import type { Forwarded } from "../model/forwarding.ts";
import type { Telling } from "./apply.ts";
import { type Ready, readyDispatches, receiptOf, settleDispatch } from "./dispatches.ts";
import { ordersFor, type Wanted } from "./orders.ts";
import type { Memory, Round, SiteOptions } from "./rounds.ts";

interface Lasting {
  readonly forwarded: Forwarded;
  readonly wanted: Wanted;
}

/** Tells it all of that in one conversation. */
export async function giveOrders(options: SiteOptions, memory: Memory): Promise<Round> {
  const { house, cluster, target } = options;
  const rows = house.store.forwarded.underWayAt(target.name).filter(({ stage }) => stage === "sent");
  const ready = readyDispatches(options);
  const asked = ready.filter((one) => one.kind === "order");
  const lasting = rows.flatMap((forwarded) =>
    ordersFor(house.store, forwarded, memory.sightings.get(forwarded.native ?? "") ?? []).map(
      (wanted): Lasting => ({ forwarded, wanted }),
    ),
  );
  const all = [...asked.map(({ order }) => order), ...lasting.map(({ wanted }) => wanted.order)];
  if (all.length + ready.length === 0) return { kind: "heard", moved: false };
  const answers = all.length === 0 ? [] : await cluster.order(all);
  if (isSilent(answers)) return answers;
  const tellings = house.store.commit.durable(() => [
    ...settleAsked(options, memory, { ready, answers }),
    ...lasting.flatMap((one, at) => settleLasting(options, one, answers[asked.length + at])),
  ]);
  for (const telling of tellings) telling();
  // What was not answered is told again; whether the target is silent the look will tell.
  return { kind: "heard", moved: answers.every(({ kind }) => kind !== "later") };
}

interface Answered {
  readonly ready: readonly Ready[];
  readonly answers: readonly OrderAnswer[];
}

function settleAsked(options: SiteOptions, { waiters }: Memory, { ready, answers }: Answered): readonly Telling[] {
  let at = 0;
  return ready.flatMap((one) => {
    const { dispatch } = one;
    const answer = one.kind === "order" ? answers[at++] : undefined;
    const receipt = one.kind === "settled" ? one.receipt : receiptOf(answer);
    if (receipt !== null) return [settleDispatch(options, { dispatch, receipt, waiters })];
    // It stays to be told; nobody waits for that.
    if (answer?.kind === "later") waiters.get(dispatch.seq)?.({ kind: "late", why: answer.why });
    return [];
  });
}

function settleLasting(
  { house, target }: SiteOptions,
  { forwarded, wanted }: Lasting,
  answer: OrderAnswer | undefined,
): readonly Telling[] {
  const { store, clock } = house;
  const { job } = forwarded;
  const receipt = receiptOf(answer);
  if (receipt === null) return [];
  const isRefused = answer?.kind === "refused" || answer?.kind === "cannot";
  if (isRefused && receipt.kind === "refused") {
    const why = `${target.name} can't ${wanted.order.kind} it: ${receipt.why}`;
    house.log(`job ${job}: ${why}`);
    store.events.add(job, { at: clock.now(), index: null, what: "note", why });
  }
  const known = store.forwarded.of(job);
  // What it refused is not asked for again.
  if (known && wanted.heldThere) store.forwarded.change({ ...known, heldThere: wanted.heldThere });
  if (!isRefused || wanted.order.kind !== "requeue") return [];
  for (const element of store.elements.aliveOf(job)) if (element.stop === "requeue") store.elements.spared(element);
  return [() => house.changed(job)];
}
