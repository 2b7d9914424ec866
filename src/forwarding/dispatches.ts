/** Owns what a target is told once: signals and changes, kept until it was told, and who waits for what became of them. */

import type { OrderAnswer } from "../backends/cluster.ts";
import type { Dispatch, Forwarded, NativeOrder, Receipt } from "../model/forwarding.ts";
import { alterRows } from "../verbs/alter.ts";
import { meantBy } from "../verbs/target.ts";
import { alterationThere } from "./alteration.ts";
import type { Telling } from "./apply.ts";
import { ordered } from "./orders.ts";
import type { SiteOptions, Waiters } from "./rounds.ts";

/** What comes of a dispatch: an order for the target; or nothing, as what it is about is over or can't be told. */
export type Ready =
  | { readonly kind: "order"; readonly dispatch: Dispatch; readonly order: NativeOrder }
  | { readonly kind: "settled"; readonly dispatch: Dispatch; readonly receipt: Receipt };

/** Everything that the target is still to be told once. */
export function readyDispatches(options: SiteOptions): readonly Ready[] {
  const { store } = options.house;
  return store.forwarded.untold(options.target.name).map((dispatch) => {
    const forwarded = store.forwarded.of(dispatch.job);
    return forwarded === null ? over(dispatch) : readyOne(options, forwarded, dispatch);
  });
}

function readyOne(options: SiteOptions, forwarded: Forwarded, dispatch: Dispatch): Ready {
  const { house, target, driver } = options;
  const { store } = house;
  const { about, job } = dispatch;
  if (about.kind !== "alter") {
    const element = store.elements.get({ job, index: about.index });
    if (!element || element.state === "ended") return over(dispatch);
    const { kind, index, ...rest } = about;
    const indices = [[index ?? 0, index ?? 0]] as const;
    return { kind: "order", dispatch, order: ordered(store, forwarded, { kind, indices, ...rest }).order };
  }
  if (store.waiting.of(job).length + store.elements.aliveOf(job).length === 0) return over(dispatch);
  const words = alterationThere(house, { forwarded, target, driver, change: about.change });
  if ("cannot" in words) return settled(dispatch, { kind: "refused", why: `it can't be told ${words.cannot}` });
  if (words.words.length === 0) return settled(dispatch, { kind: "done" });
  const plain = ordered(store, forwarded, { kind: "alter", indices: about.indices ?? [] }).order;
  const indices = about.indices === null ? null : plain.indices;
  return { kind: "order", dispatch, order: { ...plain, indices, words: words.words } };
}

function over(dispatch: Dispatch): Ready {
  return settled(dispatch, { kind: "refused", why: "it is over" });
}

function settled(dispatch: Dispatch, receipt: Receipt): Ready {
  return { kind: "settled", dispatch, receipt };
}

/** What the target's answer is for whoever asked; null: it gave none yet. */
export function receiptOf(answer: OrderAnswer | undefined): Receipt | null {
  switch (answer?.kind) {
    case "done":
      return { kind: "done" };
    case "gone":
      return { kind: "refused", why: "it no longer knows the job" };
    case "cannot":
      return { kind: "refused", why: "it has no command for that" };
    case "refused":
      return { kind: "refused", why: answer.why };
    default:
      return null;
  }
}

/** Writes down what became of a dispatch: rows follow what was changed there. Inside a transaction. */
export function settleDispatch(
  { house, target }: SiteOptions,
  { dispatch, receipt, waiters }: { readonly dispatch: Dispatch; readonly receipt: Receipt; readonly waiters: Waiters },
): Telling {
  const { store, clock } = house;
  const { seq, job, about } = dispatch;
  store.forwarded.told(seq);
  if (receipt.kind === "done" && about.kind === "alter") {
    const meant = meantBy(store, { id: job, indices: about.indices }, null);
    if (!("kind" in meant)) alterRows(house, meant, about.change);
  }
  if (receipt.kind === "refused") {
    const why = `${target.name} can't ${about.kind} it: ${receipt.why}`;
    house.log(`job ${job}: ${why}`);
    store.events.add(job, { at: clock.now(), index: null, what: "note", why });
  }
  return () => {
    if (about.kind === "alter") house.changed(job);
    waiters.get(seq)?.(receipt);
    waiters.delete(seq);
  };
}
