/** Owns what the daemon's parts are given to be woken later. */

import { type Clock, systemClock } from "../model/clock.ts";

export type Timers = Pick<Clock, "after">;

export const systemTimers: Timers = systemClock;
