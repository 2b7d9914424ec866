/** Owns what commands ask of jobs that a target has: signals and changes, on disk until the target was told. */

import { RefusedError } from "../model/errors.ts";
import type { Forwarded, Receipt, Told } from "../model/forwarding.ts";
import type { Element } from "../model/job.ts";
import type { TimelineRow } from "../model/launch.ts";
import type { JobHead } from "../model/verbs.ts";
import type { AwayAlteration } from "../verbs/engine.ts";
import { alterationThere } from "./alteration.ts";
import { driverOf } from "./drivers.ts";
import type { Household } from "./household.ts";
import type { Site } from "./site.ts";

export interface Requests {
  /** Has an element's target told; false: it has none. Throws RefusedError where it can't be told. */
  signal(element: Element, what: SignalThere): boolean;
  /** Suspends an element that is away, or lets it go on, as the store has it. */
  pace(element: Element, rows: readonly TimelineRow[]): void;
  /**
   * Has a target change a job that it has; the rows follow when it did. Null: there is nothing that a target is to be told.
   * Throws RefusedError where it can't be told.
   */
  alter(job: JobHead, asked: AwayAlteration): Promise<Receipt> | null;
}

/** What an element's target is told: to do something with it, or a signal. */
export type SignalThere = Pick<
  Extract<Told, { readonly kind: "signal" | "suspend" | "resume" }>,
  "kind" | "signal" | "to"
>;

/** Where a target's jobs are told of. */
export interface Reach {
  readonly house: Household;
  readonly siteOf: (target: string) => Site | null;
  readonly wake: (forwarded: Forwarded) => void;
}

export function createRequests({ house, siteOf, wake }: Reach): Requests {
  const { store } = house;
  const signal: Requests["signal"] = (element, { kind, signal: number, to }) => {
    const forwarded = store.forwarded.of(element.job);
    if (!forwarded?.native) return false;
    refuseUnsayable(house, forwarded, kind);
    const about = { kind, index: element.index, signal: number, to };
    store.commit.durable(() => store.forwarded.tell(element.job, about));
    wake(forwarded);
    return true;
  };
  return {
    signal,
    pace(element, rows) {
      const state = store.elements.get(element)?.state;
      for (const row of rows)
        if (row.signal === stopSignal || row.signal === continueSignal)
          signal(element, { kind: state === "suspended" ? "suspend" : "resume", signal: row.signal, to: "all" });
    },
    alter(head, { indices, change, by }) {
      const forwarded = store.forwarded.of(head.id);
      const target = forwarded && house.target(forwarded.target);
      const driver = target && driverOf(target);
      if (!forwarded || !target || !driver || ["due", "over"].includes(forwarded.stage)) return null;
      const words = alterationThere(house, { forwarded, target, driver, change });
      if ("cannot" in words) {
        const there = forwarded.native === null ? "" : ` as ${forwarded.native}`;
        throw new RefusedError(
          `job ${head.id} is at ${target.name}${there}, which can't be told ${words.cannot} any more: cancel it and submit it again`,
        );
      }
      if (words.words.length === 0) return null;
      const seq = store.commit.durable(() => store.forwarded.tell(head.id, { kind: "alter", indices, change, by }));
      return siteOf(target.name)?.answerTo(seq) ?? null;
    },
  };
}

// Linux numbers.
const stopSignal = 19;
const continueSignal = 18;

function refuseUnsayable(
  house: Household,
  { target: name, job }: Forwarded,
  kind: "suspend" | "resume" | "signal",
): void {
  const target = house.target(name);
  const driver = target && driverOf(target);
  if (driver && driver.order({ kind, native: "1", indices: null }) === null)
    throw new RefusedError(`${name} has no command that sends a signal: job ${job} was told nothing`);
}
