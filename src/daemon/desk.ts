/** Owns attended jobs: a backend that starts nothing, because a command waits with its caller to use the resources itself. */

import type { Backend, BackendEvents, ConnectBackend } from "../backends/backend.ts";
import type { AttendedEnd } from "../model/attended.ts";
import type { Clock } from "../model/clock.ts";
import { readLaunchKey } from "../model/job.ts";
import type { Ending, Launch, TimelineRow } from "../model/launch.ts";
import { noUsage } from "../model/usage.ts";
import type { Claim } from "../verbs/engine.ts";
import type { Timers } from "./timers.ts";

export interface Desk {
  /** The same backend, but launches without a program stay here. */
  beside(connect: ConnectBackend): ConnectBackend;
  /** Says who attends to a job, before it can start. */
  claim(job: number, claim: Claim): void;
  /** An attended job has ended. */
  end(job: number, how: AttendedEnd): void;
}

interface Seat {
  readonly key: string;
  readonly claim: Claim | undefined;
  readonly startedAt: number;
  tag: string;
  cancels: (() => void)[];
}

export function createDesk(clock: Clock, timers: Timers): Desk {
  const claims = new Map<number, Claim>();
  const seats = new Map<string, Seat>();
  let events: BackendEvents | null = null;
  const end = (seat: Seat, how: AttendedEnd): void => {
    seats.delete(seat.key);
    claims.delete(readLaunchKey(seat.key).job);
    for (const cancel of seat.cancels) cancel();
    events?.ended(endingOf(seat, how, clock.now()));
  };
  const fire = (seat: Seat, row: TimelineRow): void => {
    seat.tag ||= row.tag;
    seat.claim?.order(row);
  };
  const schedule = (seat: Seat, rows: readonly TimelineRow[], how: "replace" | "add"): void => {
    if (how === "replace") for (const cancel of seat.cancels.splice(0)) cancel();
    seat.cancels.push(...rows.map((row) => timers.after(row.afterMs, () => fire(seat, row))));
  };
  const launch = (asked: Launch): void => {
    const { key, timeline } = asked;
    const now = clock.now();
    const seat: Seat = { key, claim: claims.get(readLaunchKey(key).job), startedAt: now, tag: "", cancels: [] };
    seats.set(key, seat);
    events?.started(key, 0, now);
    schedule(seat, timeline, "replace");
    if (seat.claim) {
      seat.claim.granted(asked);
      return;
    }
    // Whoever asked for it has gone.
    seat.tag = "cancel";
    end(seat, { code: null, signal: 1 });
  };
  return {
    beside: (connect) => async (heard) => {
      events = heard;
      const inner = await connect(heard);
      return beside(inner, { seats, launch, schedule });
    },
    claim: (job, claim) => void claims.set(job, claim),
    end(job, how) {
      claims.delete(job);
      const seat = [...seats.values()].find(({ key }) => readLaunchKey(key).job === job);
      if (seat) end(seat, how);
    },
  };
}

interface Own {
  readonly seats: ReadonlyMap<string, Seat>;
  readonly launch: (launch: Launch) => void;
  readonly schedule: (seat: Seat, rows: readonly TimelineRow[], how: "replace" | "add") => void;
}

function beside(inner: Backend, { seats, launch, schedule }: Own): Backend {
  return {
    ...inner,
    get running() {
      if (seats.size === 0) return inner.running;
      return new Map([...inner.running, ...[...seats.keys()].map((key) => [key, 0] as const)]);
    },
    launch: (asked) => (asked.file === "" ? launch(asked) : inner.launch(asked)),
    schedule(key, rows, how) {
      const seat = seats.get(key);
      if (seat) schedule(seat, rows, how);
      else inner.schedule(key, rows, how);
    },
    usage: (keys) => inner.usage(keys.filter((key) => !seats.has(key))),
    acknowledge: (keys) => inner.acknowledge(keys),
    close: () => inner.close(),
  };
}

function endingOf(
  { key, startedAt, tag }: Seat,
  { code, signal, memoryKills = 0 }: AttendedEnd,
  endedAt: number,
): Ending {
  return { key, code, signal, startedAt, endedAt, ...noUsage, memoryKills, tag };
}
