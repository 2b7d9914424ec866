/** Owns the loop: collect → expire → schedule → launch, one turn for a burst of events, and asleep until the next. */

import { errnoOf, isPassing, UnreachableError } from "../model/errors.ts";
import { expired } from "../scheduler/examine.ts";
import { schedule } from "../scheduler/schedule.ts";
import { collect, type News } from "./collect.ts";
import { snapshotOf } from "./queue-order.ts";
import { cancelWaiting, startElement } from "./start.ts";
import { tellStranded } from "./stranded.ts";
import type { Timers } from "./timers.ts";
import type { Effect, World } from "./world.ts";

export interface Loop {
  /** The backend has something to tell. */
  tell(news: News): void;
  /** Something changed: a turn follows when this burst of events is over. */
  wake(): void;
  /** Keys of which news have not been collected yet. */
  untold(): ReadonlySet<string>;
  /** Whether a turn is to come without anybody's doing. */
  isDue(): boolean;
  /** What waits for company is collected at once. */
  hurry(): void;
  /** Turns wait for this. */
  begin(): void;
  /** No more turns. */
  stop(): void;
}

/** Milliseconds after which a turn that the disk refused is tried again. */
const retryMs = 5_000;
/** Timers don't hear of a clock that is set or a machine that slept: while something is due, it is looked at this often. */
const longestSleepMs = 60_000;

/**
 * That something runs is known to whoever started it: such news wait so many milliseconds for others to share a turn and
 * its commit with. A job that is over by then is told of in one piece.
 */
const companyMs = 5;

export function createLoop(world: World, timers: Timers): Loop {
  let news: News[] = [];
  let asked = false;
  let stopped = true;
  let cancelTimer = (): void => undefined;
  let cancelCompany: (() => void) | null = null;

  const wake = (): void => {
    if (asked || stopped) return;
    asked = true;
    setImmediate(turn);
  };
  const sleepUntil = (at: number): void => {
    cancelTimer();
    cancelTimer = Number.isFinite(at)
      ? timers.after(Math.min(longestSleepMs, Math.max(0, at - world.clock.now())), wake)
      : () => undefined;
  };
  const tell = (told: News): void => {
    news.push(told);
    if (told.kind === "started") cancelCompany ??= timers.after(companyMs, wake);
    else wake();
  };
  const turn = (): void => {
    asked = false;
    cancelCompany?.();
    cancelCompany = null;
    if (stopped) return;
    const heard = news;
    news = [];
    try {
      const effects = world.store.commit.relaxed(() => runPhases(world, heard, tell));
      for (const effect of effects) attempt(world, effect);
      sleepUntil(world.queue.nextLook());
      world.loadWatch.heed();
    } catch (error) {
      news = [...kept(error, heard), ...news];
      recover(world, error);
      sleepUntil(world.clock.now() + retryMs);
    }
  };
  return {
    tell,
    wake,
    untold: () => new Set(news.map(({ key }) => key)),
    isDue: () => asked || cancelCompany !== null,
    hurry: () => {
      if (cancelCompany) wake();
    },
    begin() {
      stopped = false;
      wake();
    },
    stop() {
      stopped = true;
      cancelTimer();
      cancelCompany?.();
      cancelCompany = null;
    },
  };
}

function runPhases(world: World, heard: readonly News[], tell: (news: News) => void): Effect[] {
  return [...heard.flatMap((news) => collect(world, news)), ...expire(world), ...scheduleAndStart(world, tell)];
}

/** Jobs whose time is up or whose predecessors came further; the rest needs no look. */
function expire(world: World): Effect[] {
  const effects: Effect[] = [];
  // What is cancelled may be what another one waits for.
  for (let jobs = world.queue.toLookAt(); jobs.length > 0; jobs = world.queue.toLookAt())
    effects.push(...expireThese(world, jobs));
  return effects;
}

function expireThese(world: World, jobs: ReturnType<World["queue"]["toLookAt"]>): Effect[] {
  const away = jobs.filter((job) => job.away).map((job) => () => world.forwarding.due(job.id));
  const told = tellStranded(world, jobs);
  const cancelled = jobs
    .flatMap((job) => expired(job, world.clock.now()))
    .flatMap((decision) => (decision.kind === "cancel" ? cancelWaiting(world, decision) : []));
  return [...away, ...told, ...cancelled];
}

function scheduleAndStart(world: World, tell: (news: News) => void): Effect[] {
  const { queue, policy, clock } = world;
  const snapshot = snapshotOf(world, queue.eligible());
  return schedule(snapshot, policy, clock.now()).flatMap((decision) => {
    if (decision.kind === "start") return startElement(world, decision, tell);
    return decision.kind === "cancel" ? cancelWaiting(world, decision) : [];
  });
}

/** What is in the store stands; one effect that fails takes no other with it. */
function attempt(world: World, effect: Effect): void {
  try {
    effect();
  } catch (error) {
    world.log(`after a turn: ${told(error)}`);
  }
}

/** News for which the disk or the machine had no room are told again; news that nobody understands are not. */
function kept(error: unknown, heard: readonly News[]): readonly News[] {
  return error instanceof UnreachableError || isPassing(errnoOf(error)) ? heard : [];
}

/** The transaction was undone: what is in memory is read anew from the store. */
function recover(world: World, error: unknown): void {
  world.log(`a turn failed: ${told(error)}`);
  try {
    world.queue.load();
    world.running.load();
  } catch (again) {
    world.log(`the store can't be read: ${told(again)}`);
  }
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
