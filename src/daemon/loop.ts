/** Owns the loop: collect → expire → schedule → launch, one turn for a burst of events, and asleep until the next. */

import { errnoOf, isPassing, UnreachableError } from "../model/errors.ts";
import type { Decision } from "../model/scheduling.ts";
import { expired } from "../scheduler/examine.ts";
import { schedule } from "../scheduler/schedule.ts";
import { collect } from "./collect.ts";
import { handAhead, noticeBegun, takeBack } from "./following.ts";
import { inOnePiece, type News } from "./news.ts";
import { patienceFor } from "./patience.ts";
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
  /** The same, at once: what was heard, and what began without a word, is in the store when it returns. */
  catchUp(): void;
  /** Turns wait for this. */
  begin(): void;
  /** No more turns. */
  stop(): void;
}

/** Milliseconds after which a turn that the disk refused is tried again. */
const retryMs = 5_000;
/** Timers don't hear of a clock that is set or a machine that slept: while something is due, it is looked at this often. */
const longestSleepMs = 60_000;

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
    const patience = patienceFor(world, news);
    if (patience > 0) cancelCompany ??= timers.after(patience, wake);
    else wake();
  };
  const turn = (): void => {
    asked = false;
    cancelCompany?.();
    cancelCompany = null;
    if (stopped) return;
    const heard = news;
    const undoAhead = world.ahead.savepoint();
    news = [];
    try {
      const effects = world.store.commit.relaxed(() => runPhases(world, heard, tell));
      for (const effect of effects) attempt(world, effect);
      sleepUntil(world.queue.nextLook());
      world.loadWatch.heed();
    } catch (error) {
      news = [...kept(error, heard), ...news];
      undoAhead();
      recover(world, error);
      sleepUntil(world.clock.now() + retryMs);
    }
  };
  return {
    tell,
    wake,
    untold: () => new Set(news.map(({ key }) => key)),
    isDue: () => asked || cancelCompany !== null,
    catchUp: () => {
      if (cancelCompany) turn();
      noticeBegun(world);
    },
    hurry: () => {
      if (cancelCompany) wake();
    },
    begin() {
      stopped = false;
      wake();
    },
    stop() {
      stopped = true;
      takeBack(world);
      cancelTimer();
      cancelCompany?.();
      cancelCompany = null;
    },
  };
}

function runPhases(world: World, heard: readonly News[], tell: (news: News) => void): Effect[] {
  const collected = inOnePiece(heard).flatMap((news) => collect(world, news));
  return [...collected, ...expire(world), ...scheduleAndStart(world, tell), ...handAhead(world)];
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
  return decisionsOf(world).flatMap((decision) => {
    if (decision.kind === "start") return startElement(world, decision, tell);
    return decision.kind === "cancel" ? cancelWaiting(world, decision) : [];
  });
}

/** What was handed over ahead is not started a second time. */
function decisionsOf(world: World): Decision[] {
  const { queue, policy, clock } = world;
  const decide = () => schedule(snapshotOf(world, queue.eligible()), policy, clock.now());
  const decisions = decide();
  const waiting = new Set(world.ahead.waiting().map(({ element }) => element.job));
  if (!decisions.some(({ kind, ...each }) => kind === "start" && "job" in each && waiting.has(each.job)))
    return decisions;
  takeBack(world);
  return decide();
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
