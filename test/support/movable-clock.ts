/** Owns a clock that stands still until a test moves it, and the timers that go with it. */

import type { Timers } from "../../src/daemon/timers.ts";
import type { Clock } from "../../src/model/clock.ts";

export interface MovableClock extends Clock, Timers {
  /** Moves by so many milliseconds, stopping at each timer that falls due; `settle` runs after each. */
  advance(ms: number, settle: () => Promise<void>): Promise<void>;
  /** Runs what is due at this moment; whether there was anything. */
  runDue(): boolean;
  /** Somebody sets the clock by so many milliseconds; timers, as everywhere, don't hear of it. */
  set(ms: number): void;
  /** Timers that are set. */
  pending(): number;
}

interface Timer {
  at: number;
  readonly run: () => void;
}

/** A clock that shows `start` (epoch ms). */
export function movableClock(start = Date.UTC(2026, 0, 15, 12, 0, 0)): MovableClock {
  let now = start;
  const timers = new Set<Timer>();
  const earliest = (): Timer | undefined =>
    [...timers].reduce<Timer | undefined>((first, timer) => (first && first.at <= timer.at ? first : timer), undefined);
  const runDue = (): boolean => {
    const next = earliest();
    if (!next || next.at > now) return false;
    timers.delete(next);
    next.run();
    return true;
  };
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    runDue,
    set(ms) {
      now += ms;
      for (const timer of timers) timer.at += ms;
    },
    pending: () => timers.size,
    async advance(ms, settle) {
      const target = now + ms;
      await settle();
      for (let next = earliest(); next && next.at <= target; next = earliest()) {
        now = Math.max(now, next.at);
        runDue();
        await settle();
      }
      now = target;
      await settle();
    },
  };
}
