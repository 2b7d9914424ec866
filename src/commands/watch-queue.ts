/** Owns what the monitor hears from the daemon: the queue as it is, then whatever changes, and what running jobs use. */

import type { Command } from "../language/command.ts";
import type { Context, Reply } from "../language/context.ts";
import { silentTarget } from "../model/away.ts";
import { type Element, launchKey } from "../model/job.ts";
import type { Need } from "../model/need.ts";
import { jobOfReason, type Reason } from "../model/scheduling.ts";
import type { Changes } from "../model/verbs.ts";
import type { QueueEvent, Stretch, UsageEvent, UsageSample, WatchedJob } from "../model/watch.ts";

const wordError: Command["wordError"] = (message) => `headnode: ${message}\n`;

/** `headnode watch-queue`: one JSON text a line, until the caller goes away. */
export const watchQueue: Command = {
  ...{ dialect: "headnode", name: "watch-queue", wordError },
  run: async (context) => {
    const changes = context.verbs.changes(gapMs);
    void context.interrupted.then(() => changes.close());
    const state: Told = {
      ...{ context, changes },
      ...{ reasons: new Map(), silent: new Map(), isAway: false, lookedAt: 0, cost: 0, stale: true },
    };
    return { out: snapshot(state), next: () => delta(state) };
  },
};

/** `headnode watch-usage`: the machine and what runs on it, a line every two seconds while somebody looks. */
export const watchUsage: Command = {
  ...{ dialect: "headnode", name: "watch-usage", wordError },
  run: async (context) => {
    const changes = context.verbs.changes(sampleMs);
    void context.interrupted.then(() => changes.close());
    return sampled({ context, changes, since: context.clock.now() - firstLookMs });
  },
};

/** Ten times a second at most. */
const gapMs = 100;
const sampleMs = 2_000;
/** Ends that are told at first. */
const firstLookMs = 120_000;
/** Running elements of which the use is told. */
const mostSamples = 400;
const dayMs = 86_400_000;
const jobsPerLine = 200;

const lineOf = (event: QueueEvent | UsageEvent): string => `${JSON.stringify(event)}\n`;

function* snapshot(state: Told): Generator<string> {
  const { verbs, clock, user } = state.context;
  const now = clock.now();
  yield lineOf({ kind: "cluster", cluster: verbs.description, now, user: user.name });
  heedSilence(state);
  const ids = verbs.recent(now - dayMs);
  for (let at = 0; at < ids.length; at += jobsPerLine) yield lineOf(told(state, ids.slice(at, at + jobsPerLine)));
  yield* newReasons(state, new Set());
  yield lineOf({ kind: "whole" });
}

function told({ context: { verbs }, silent }: Told, ids: readonly number[]): QueueEvent {
  const jobs: WatchedJob[] = [];
  const gone: number[] = [];
  for (const id of ids) {
    const job = verbs.overview(id);
    const names = silent.get(id);
    if (!job) gone.push(id);
    else jobs.push(names ? { ...job, head: { ...job.head, silent: names } } : job);
  }
  return { kind: "jobs", jobs, gone };
}

/** What was told last. `lookedAt` and `cost` (ms) are of the last look at why things wait. */
interface Told {
  readonly context: Context;
  readonly changes: Changes;
  readonly reasons: Map<number, Reason>;
  /** Who gives no answer, by the jobs that run there. */
  readonly silent: Map<number, readonly string[]>;
  /** Whether anything runs elsewhere. */
  isAway: boolean;
  lookedAt: number;
  cost: number;
  stale: boolean;
}

/** Why things wait is a question about all of the queue: it may take a twentieth of the time, not more. */
const reasonsMs = 1_000;
const reasonsShare = 20;

async function delta(state: Told): Promise<Reply> {
  const { context, changes } = state;
  const pause = Math.max(reasonsMs, state.cost * reasonsShare);
  const due = state.lookedAt + pause - context.clock.now();
  const ids = await changes.take(state.stale ? Math.max(0, due) : state.isAway ? silenceMs : undefined);
  if (ids === null) return { code: 0 };
  if (ids.size > 0) state.stale = true;
  const moved = [...new Set([...ids, ...heedSilence(state)])];
  const lines = moved.length > 0 ? [lineOf(told(state, moved))] : [];
  if (state.stale && context.clock.now() >= state.lookedAt + pause) lines.push(...newReasons(state, ids));
  return { out: lines.join(""), next: () => delta(state) };
}

/** Nobody is told when somebody falls silent: while something runs elsewhere, it is looked after every so many milliseconds. */
const silenceMs = 2_000;

/** The jobs of which it is new who gives no answer. */
function heedSilence(state: Told): readonly number[] {
  const running = state.context.verbs.select({ states: ["running", "suspended"] });
  const elsewhere = running.filter(({ job, unreached }) => job.target !== undefined || unreached !== undefined);
  const before = new Map(state.silent);
  state.isAway = running.some(({ job }) => (job.target ?? job.need.target) !== undefined);
  state.silent.clear();
  for (const one of elsewhere) {
    const name = silentTarget(one);
    const known = state.silent.get(one.job.id) ?? [];
    if (name !== null && !known.includes(name)) state.silent.set(one.job.id, [...known, name]);
  }
  return [...new Set([...before.keys(), ...state.silent.keys()])].filter(
    (job) => String(before.get(job)) !== String(state.silent.get(job)),
  );
}

function newReasons(state: Told, changed: ReadonlySet<number>): string[] {
  const { context, reasons } = state;
  const begun = context.clock.now();
  const fresh: (readonly [number, Reason])[] = [];
  const seen = new Set<number>();
  for (const [key, reason] of context.verbs.reasons()) {
    const job = jobOfReason(key);
    if (seen.has(job)) continue;
    seen.add(job);
    if (reasons.get(job) === reason && !changed.has(job)) continue;
    reasons.set(job, reason);
    fresh.push([job, reason]);
  }
  for (const job of reasons.keys()) if (!seen.has(job)) reasons.delete(job);
  state.lookedAt = context.clock.now();
  state.cost = state.lookedAt - begun;
  state.stale = false;
  return fresh.length > 0 ? [lineOf({ kind: "reasons", reasons: fresh })] : [];
}

interface Sampling {
  readonly context: Context;
  readonly changes: Changes;
  /** Ends since then have not been told. */
  readonly since: number;
}

async function sampled({ context, changes, since }: Sampling): Promise<Reply> {
  const { verbs, clock } = context;
  const at = clock.now();
  const listed = verbs.select({ endedSince: since, states: [...alive, "ended"] });
  const elements = listed.flatMap((one) => (one.kind === "element" ? [one] : []));
  const running = elements.filter(({ element }) => element.state !== "ended");
  const event: UsageEvent = {
    ...{ at, machine: context.machineUse(), taken: takenBy(running.map(({ job }) => job.need)) },
    ended: elements.flatMap(({ element }) => stretchOf(element)).slice(-mostSamples),
    samples: await samplesOf(context, running.map(({ element }) => element).slice(0, mostSamples)),
  };
  const next = async (): Promise<Reply> =>
    (await changes.take(sampleMs)) === null ? { code: 0 } : sampled({ context, changes, since: at });
  return { out: lineOf(event), next };
}

const alive = ["running", "suspended", "ending"] as const;

function takenBy(needs: readonly Need[]): UsageEvent["taken"] {
  const sum = (of: (need: Need) => number): number => needs.reduce((total, need) => total + of(need), 0);
  return { cpus: sum(({ cpus }) => cpus), memory: sum(({ memory }) => memory), gpus: sum(({ gpus }) => gpus) };
}

function stretchOf({ job, cpuList, state, startedAt, endedAt }: Element): readonly Stretch[] {
  return state === "ended" && startedAt !== null && endedAt !== null
    ? [{ job, cpuList, from: startedAt, to: endedAt }]
    : [];
}

async function samplesOf({ verbs }: Context, running: readonly Element[]): Promise<readonly UsageSample[]> {
  const usage = await verbs.usage(running);
  return running.flatMap((element) => {
    const used = usage.get(launchKey(element));
    if (!used) return [];
    const { job, index, cpuList, startedAt } = element;
    const cpuMicros = used.userMicros + used.systemMicros;
    return [{ job, index, cpuMicros, rssKiB: used.rssKiB, cpuList, startedAt: startedAt ?? 0 }];
  });
}
