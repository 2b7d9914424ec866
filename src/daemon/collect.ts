/** Owns what a backend's news mean: elements that run, that ended, that never ran. All inside the turn's transaction. */

import { nodeFailureTag } from "../backends/backend.ts";
import type { Start, Verdict } from "../language/dialect.ts";
import { isPassing } from "../model/errors.ts";
import { launchKey } from "../model/job.ts";
import type { Ending, StartFailure } from "../model/launch.ts";
import { noUsage, usageOf } from "../model/usage.ts";
import type { StoredElement } from "../store/element-rows.ts";
import type { End } from "../store/elements.ts";
import { waitingAgain } from "../verbs/requeue.ts";
import { follow } from "./following.ts";
import { tidy } from "./leftovers.ts";
import type { Began, News } from "./news.ts";
import type { Effect, World } from "./world.ts";

/** Writes the news to the store and gives what is to be done afterwards. News of what is not running is only acknowledged. */
export function collect(world: World, news: News): Effect[] {
  const known = world.running.get(news.key);
  if (news.kind === "started") return known ? started(world, known.element, news) : [];
  if (!known) return [() => world.backend().acknowledge([news.key])];
  const began = news.kind === "ended" && news.began ? begunBefore(world, known.element, news.began) : null;
  const ended = over(world, began?.element ?? known.element, news);
  follow(world, known.element, news.kind === "ended" ? news.ending : null);
  return [...(began?.effects ?? []), ...ended];
}

/** An element that runs, as far as is known, is over. */
function over(world: World, element: StoredElement, news: Exclude<News, { readonly kind: "started" }>): Effect[] {
  const start = world.plans.startOf(element);
  const dialect = world.plans.dialectOf(start);
  const now = world.clock.now();
  const { stop } = element;
  if (news.kind === "failed" && !isRepeated(news.failure) && stop === null) {
    const { failure } = news;
    const verdict = isPassing(failure.errno) ? later(failure, now) : dialect.judgeFailure({ start, failure, now });
    return conclude(world, start, { verdict, run: neverRan(now) });
  }
  const ending = news.kind === "ended" ? news.ending : unseenEnding(element, { news, now });
  return conclude(world, start, { verdict: dialect.judge({ start, ending, stopped: stop, now }), run: ending });
}

/** The ending of one that failed to start: it ran before, or it was told to end anyway. */
function unseenEnding(
  element: StoredElement,
  { news, now }: { readonly news: News & { readonly kind: "failed" }; readonly now: number },
): Ending {
  return isRepeated(news.failure) ? lostEnding(element, now) : overtakenEnding(element, now);
}

/** The ending of an element that was told to end before it was launched, and now never will be. */
export function overtakenEnding(element: StoredElement, now: number): Ending {
  return { ...lostEnding(element, now), tag: "" };
}

/** The ending of an element that nobody saw end. */
export function lostEnding(element: StoredElement, now: number): Ending {
  const startedAt = element.startedAt ?? now;
  return {
    key: launchKey(element),
    code: null,
    signal: null,
    startedAt,
    endedAt: now,
    ...noUsage,
    tag: nodeFailureTag,
  };
}

/** A launch under a key that was used before, of which nothing is left that runs. */
function isRepeated(failure: StartFailure): boolean {
  return failure.stage === "record" && failure.errno === "EEXIST";
}

/** Milliseconds until a start is tried again that the machine had no room for. */
const laterMs = 10_000;

function later({ stage, errno }: StartFailure, now: number): Verdict {
  const remark = `the machine had no room for it (${stage}: ${errno}); it is tried again`;
  return { kind: "again", at: now + laterMs, error: null, remark };
}

function started(world: World, element: StoredElement, news: { readonly pid: number; readonly at: number }): Effect[] {
  if (element.pid === news.pid) return [];
  world.store.elements.started(element, { pid: news.pid, startedAt: news.at });
  world.store.events.add(element.job, { at: news.at, index: element.index, what: "started", why: element.node });
  const state = element.state === "ending" ? "ending" : "running";
  const running: StoredElement = { ...element, state, pid: news.pid, startedAt: news.at };
  world.running.update(running);
  return [() => world.mail.about(running, { kind: "began" }), () => world.mail.planTimes(running)];
}

/** It began and ended within one turn: that it began is told, but its row is written once, with its end. */
function begunBefore(
  world: World,
  element: StoredElement,
  { pid, at }: Began,
): { readonly element: StoredElement; readonly effects: Effect[] } {
  world.store.events.add(element.job, { at, index: element.index, what: "started", why: element.node });
  const begun: StoredElement = { ...element, pid, startedAt: at };
  return { element: begun, effects: [() => world.mail.about(begun, { kind: "began" })] };
}

/** What is known of a run besides the dialect's verdict. */
type Run = Omit<End, "outcome" | "remark">;

function neverRan(now: number): Run {
  return { code: null, signal: null, startedAt: null, endedAt: now, ...noUsage };
}

interface Judged {
  readonly verdict: Verdict;
  readonly run: Run;
}

function conclude(world: World, start: Start, { verdict, run }: Judged): Effect[] {
  const { store, running, queue } = world;
  const { job, index } = start.element;
  const key = launchKey(start.element);
  const stored = running.get(key)?.element;
  if (!stored) return [];
  running.remove(key);
  if (verdict.kind === "again") {
    waitAgain(world, stored, { verdict, run });
    const waits: StoredElement = { ...stored, ...timesAndUsage(run), remark: verdict.remark, code: run.code };
    const occasion =
      verdict.error === null ? ({ kind: "requeued" } as const) : ({ kind: "ended", why: verdict.error } as const);
    return [
      () => world.backend().acknowledge([key]),
      () => tidy(world, start, ""),
      () => world.mail.about({ ...waits, signal: run.signal }, occasion),
    ];
  }
  const { outcome, code, signal, remark } = verdict;
  const end: End = { ...timesAndUsage(run), outcome, code, signal, remark };
  store.elements.ended(stored, end);
  store.events.add(job, { at: run.endedAt ?? 0, index, what: "ended", why: remark || outcome });
  queue.recount(job);
  const element: StoredElement = { ...stored, ...end, state: "ended" };
  return [
    () => world.backend().acknowledge([key]),
    () => tidy(world, start, verdict.notice),
    () => tellEnd(world, element),
    () => outcome === "timedOut" && world.mail.about(element, { kind: "timeUsed", percent: 100 }),
    () => world.mail.about(element, { kind: "ended", why: null }),
  ];
}

function waitAgain(
  world: World,
  element: StoredElement,
  { verdict, run }: { readonly verdict: Verdict & { readonly kind: "again" }; readonly run: Run },
): void {
  const { store, queue } = world;
  const { code, signal } = run;
  store.elements.requeued(element, {
    ...timesAndUsage(run),
    outcome: verdict.outcome ?? null,
    code,
    signal,
    remark: verdict.remark,
  });
  const part = { ...waitingAgain(element), error: verdict.error, beginAt: verdict.at };
  store.waiting.replace(element.job, [...store.waiting.of(element.job), part]);
  store.events.add(element.job, { at: run.endedAt ?? 0, index: element.index, what: "requeued", why: verdict.remark });
  queue.refresh(element.job);
}

function timesAndUsage(run: Run): Omit<Run, "code" | "signal"> {
  const { startedAt, endedAt } = run;
  return { startedAt, endedAt, ...usageOf(run) };
}

function tellEnd(world: World, element: StoredElement): void {
  world.watchers.ended(element);
  // Others of the job may have ended in the same turn; they are told first.
  queueMicrotask(() => tellIfOver(world, element.job));
}

/** Tells those that wait for a job of which nothing is left. */
export function tellIfOver(world: World, job: number): void {
  if (world.queue.get(job) === null) world.watchers.finished(job);
}
