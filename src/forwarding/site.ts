/** Owns when one target has its rounds: at once when something is wanted, ever less often when nothing moves or it is silent. */

import { UnreachableError } from "../model/errors.ts";
import type { Receipt, Sighting } from "../model/forwarding.ts";
import { round } from "./round.ts";
import type { Memory, SiteOptions } from "./rounds.ts";

/** How a target stands. */
export interface SiteState {
  /** Epoch ms since which it gives no answer; null: it does. */
  readonly silentSince: number | null;
  readonly why: string;
  /** Epoch ms of the last answer; null: none yet. */
  readonly heardAt: number | null;
}

export interface Site {
  /** Something is to be done soon. */
  wake(): void;
  /** To be told as soon as it can be; resolves when that is known, or it is not to be known soon. */
  answerTo(dispatch: number): Promise<Receipt>;
  state(): SiteState;
  /** What was last seen of a job. */
  sightingsOf(native: string): readonly Sighting[];
  /** Why the target does not take a job yet; null: nothing is known against it. */
  delayOf(job: number): string | null;
  /** Resolves when no round is under way. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds until the next look while something happens, and after a target gave no answer. */
const shortestMs = 1_000;
/** A daemon that ends waits so long for a conversation. */
const lastPatienceMs = 3_000;
/** Whoever changes a job waits so long for its target. */
const patienceMs = 10_000;
const firstRetryMs = 3_000;
const longestRetryMs = 120_000;

export function createSite(options: SiteOptions): Site {
  const { house, target } = options;
  const memory: Memory = {
    sightings: new Map(),
    missing: new Map(),
    waiters: new Map(),
    settled: 0,
    delays: new Map(),
  };
  const pace = createPace(options, memory);
  let cancelTimer = (): void => undefined;
  let running: Promise<void> | null = null;
  let woken = false;
  let due = false;
  let stopped = false;

  const sleep = (): void => {
    cancelTimer();
    if (stopped || house.store.forwarded.countAt(target.name) === 0) return;
    cancelTimer = house.clock.after(pace.next(), begin);
  };
  const wake = (): void => {
    if (due) return;
    due = true;
    // What happens in one turn is one reason.
    setImmediate(begin);
  };
  const begin = (): void => {
    due = false;
    cancelTimer();
    if (stopped) return;
    if (running !== null) {
      woken = true;
      return;
    }
    running = round(options, memory)
      .then((result) => (result.kind === "silent" ? pace.silent(result.why) : pace.heard(result.moved)))
      .catch((error: unknown) => pace.silent(told(error)))
      .finally(() => {
        running = null;
        const { silentSince, why } = pace.state();
        if (silentSince !== null) lateForAll(memory, why);
        if (woken) pace.hurry();
        woken = false;
        sleep();
      });
  };
  return {
    wake,
    answerTo(dispatch) {
      const { silentSince, why } = pace.state();
      wake();
      if (silentSince !== null) return Promise.resolve({ kind: "late", why });
      return new Promise((resolve) => {
        memory.waiters.set(dispatch, resolve);
        house.clock.after(patienceMs, () => resolve({ kind: "late", why: "it has not answered yet" }));
      });
    },
    state: pace.state,
    sightingsOf: (native) => memory.sightings.get(native) ?? [],
    delayOf: (job) => memory.delays.get(job) ?? null,
    async settled() {
      while ((due || running !== null) && !stopped) {
        await running;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async stop() {
      stopped = true;
      cancelTimer();
      // What is on its way leaves a receipt there; nobody has to wait for it.
      await Promise.race([running, new Promise<void>((resolve) => void house.clock.after(lastPatienceMs, resolve))]);
    },
  };
}

function lateForAll({ waiters }: Memory, why: string): void {
  for (const tell of waiters.values()) tell({ kind: "late", why });
  waiters.clear();
}

/** How a target stands, and when it is asked again. */
interface Pace {
  readonly state: () => SiteState;
  heard(moved: boolean): void;
  silent(why: string): void;
  /** Somebody waits: the next round follows at once, if the target answers. */
  hurry(): void;
  /** Milliseconds until the next round. */
  next(): number;
}

function createPace({ house, target }: SiteOptions, memory: Memory): Pace {
  let state: SiteState = { silentSince: null, why: "", heardAt: null };
  let waitMs = shortestMs;
  let hurries = false;
  let settled = 0;
  return {
    state: () => state,
    heard(moved) {
      state = { silentSince: null, why: "", heardAt: house.clock.now() };
      waitMs = moved ? shortestMs : Math.min(target.pollMs, Math.round(waitMs * 1.5));
    },
    silent(why) {
      const again = state.silentSince !== null;
      // A line that breaks often still lets something through.
      const moves = memory.settled > settled;
      settled = memory.settled;
      if (!again) house.log(`${target.name} is silent: ${why}`);
      waitMs = again && !moves ? Math.min(longestRetryMs, waitMs * 2) : firstRetryMs;
      const since = (moves ? null : state.silentSince) ?? house.clock.now();
      state = { heardAt: moves ? house.clock.now() : state.heardAt, silentSince: since, why };
    },
    hurry() {
      hurries = state.silentSince === null;
      if (hurries) waitMs = shortestMs;
    },
    next() {
      const now = hurries ? 0 : waitMs;
      hurries = false;
      return now;
    },
  };
}

function told(error: unknown): string {
  if (error instanceof UnreachableError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
