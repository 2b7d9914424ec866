/** Owns signals to what runs, and its suspension, which is one of them. */

import type { TimelineRow } from "../model/launch.ts";
import type { HistoryEvent, Result, SignalAsk, Target } from "../model/verbs.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { Means } from "./means.ts";
import type { OrderSteps } from "./steps.ts";
import { indicesOfParts, type Meant, meantBy, withLeftOver } from "./target.ts";

/** Sends a signal to what runs of what is meant. */
export function signal(
  means: Means,
  asked: { readonly target: Target; readonly by: number; readonly orderSteps: OrderSteps },
  what: SignalAsk,
): Result[] {
  return toRunning(means, asked, (element) => {
    // A target's job is for the target to signal, which may have no way to.
    const isThere = means.engine.signalThere(element, what);
    if (what.signal === stopSignal || what.signal === continueSignal) {
      means.store.commit.relaxed(() => means.store.elements.stopped(element, what.signal === stopSignal));
      means.engine.changed(element.job);
    }
    if (isThere) return true;
    // A job without steps has nothing that a signal to them is for, least of all its shell.
    if (what.to === "steps") asked.orderSteps(element, { signal: what.signal, ends: "nothing" });
    else {
      const scope = what.sparing && what.to === "all" ? (`*${what.sparing}` as const) : scopes[what.to];
      const row = rowOf({ signal: what.signal, scope });
      means.engine.signal(element, [{ ...row, notice: what.notice?.(element) ?? "" }]);
    }
    return true;
  });
}

const scopes = { shell: "leader", all: "all" } as const;

/** Stops the processes of what runs; it keeps what it holds. */
export function suspend(
  means: Means,
  asked: { readonly target: Target; readonly by: number },
  why: string = "",
): Result[] {
  return toRunning(means, asked, (element) => {
    if (element.state !== "running") return false;
    means.store.commit.durable(() => {
      means.store.elements.suspend(element);
      remember(means, element, { what: "suspended", why });
    });
    means.engine.pace({ ...element, state: "suspended" });
    means.engine.signal(element, [rowOf({ signal: stopSignal, scope: "all" })]);
    means.engine.changed(element.job);
    return true;
  });
}

/** Lets suspended processes go on. */
export function resume(means: Means, target: Target, by: number): Result[] {
  return toRunning(means, { target, by }, (element) => {
    if (element.state !== "suspended") return false;
    means.store.commit.durable(() => {
      means.store.elements.resume(element);
      remember(means, element, { what: "resumed", why: "" });
    });
    means.engine.pace({ ...element, state: "running" });
    means.engine.signal(element, [rowOf({ signal: continueSignal, scope: "all" })]);
    means.engine.changed(element.job);
    return true;
  });
}

/** Writes a line to the stderr file of what runs. */
export function tell(means: Means, asked: { readonly target: Target; readonly by: number }, line: string): Result[] {
  return toRunning(means, asked, (element) => {
    means.engine.signal(element, [{ ...rowOf({ signal: 0, scope: "all" }), notice: `${line}\n` }]);
    return true;
  });
}

function remember({ store, clock }: Means, element: StoredElement, event: Pick<HistoryEvent, "what" | "why">): void {
  store.events.add(element.job, { at: clock.now(), index: element.index, ...event });
}

// Linux numbers; the runner knows what they are called elsewhere.
const stopSignal = 19;
const continueSignal = 18;

function rowOf({ signal, scope }: Pick<TimelineRow, "signal" | "scope">): TimelineRow {
  return { afterMs: 0, signal, scope, tag: "", notice: "" };
}

function toRunning(
  means: Means,
  asked: { readonly target: Target; readonly by: number },
  act: (element: StoredElement) => boolean,
): Result[] {
  const meant = meantBy(means.store, asked.target, asked.by);
  if ("kind" in meant) return [meant];
  const { job } = meant;
  const results = meant.alive.map((element): Result => {
    const indices = element.index === null ? null : ([[element.index, element.index]] as const);
    return act(element) ? { kind: "signalled", job, element } : { kind: "unchanged", job, indices };
  });
  return withLeftOver(means.store, meant, [...results, ...waitingResults(meant)]);
}

function waitingResults({ job, waiting }: Meant): Result[] {
  return waiting.length > 0 ? [{ kind: "notRunning", job, indices: indicesOfParts(waiting) }] : [];
}
