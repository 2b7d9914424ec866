/**
 * Owns one plain machine: it is reached, and reached again when it was lost; what it is told goes in order, and waits while
 * nobody hears it. What it does not tell is not known: silence ends nothing.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Ending, TimelineRow } from "../model/launch.ts";
import type { MachineUse } from "../model/machine-use.ts";
import type { LiveUsage } from "../model/usage.ts";
import type { BackendEvents } from "./backend.ts";
import { scriptOf, shellWord } from "./dialogue.ts";
import { fetchCopy } from "./host-copies.ts";
import { type HostCopy, type HostStart, leaveText } from "./host-files.ts";
import { type HostFacts, type HostLink, linkHost, lookAt } from "./host-link.ts";
import { handOver, makeFiles, type StartPlace, startsAtOnce } from "./host-starts.ts";

/** What a machine is asked. */
export interface Host {
  /** Forgotten where the machine is not reached: whoever wants it asks again when it is. */
  start(start: HostStart): void;
  schedule(key: string, rows: readonly TimelineRow[], how: "replace" | "add"): void;
  usage(keys: readonly string[]): Promise<ReadonlyMap<string, LiveUsage>>;
  acknowledge(keys: readonly string[]): void;
  /** Nothing of the job is left to be started there. */
  forget(job: number): void;
  readonly running: ReadonlyMap<string, number>;
  /** Keys of ends that are known and not told yet: their files are on the way. */
  readonly untold: ReadonlySet<string>;
  /** Null while it was never reached. */
  facts(): HostFacts | null;
  /** How busy it is, as far as that is known; whoever asks later hears what is found meanwhile. Null: nobody reaches it. */
  use(): MachineUse | null;
  /** Since when nobody reaches it (epoch ms), and why; null: it is reached. */
  silence(): Silence | null;
  close(): Promise<void>;
}

export interface Silence {
  readonly since: number;
  readonly why: string;
}

export interface HostOptions extends StartPlace {
  readonly events: Omit<BackendEvents, "lost" | "followed">;
  /** What of an ended start comes back; null: nothing. */
  readonly copyOf: (key: string) => HostCopy | null;
  /** It was reached, and has told all that it knows. */
  readonly reached: () => void;
  /** What it is, or whether it is reached, is different. */
  readonly changed: () => void;
  readonly now: () => number;
}

/** Why a machine is silent that was not asked to its end yet. */
export const beingReached = "it is being reached";

/** Milliseconds between two tries to reach it, at first and at most. */
const tryMs = { first: 500, most: 30_000 };
/** What has ended is cleared away when so many ms have passed, together with what ends meanwhile. */
const clearMs = 500;
const patienceMs = 60_000;

interface Order {
  readonly key: string;
  readonly rows: readonly TimelineRow[];
  readonly how: "replace" | "add";
}

interface State {
  link: HostLink | null;
  facts: HostFacts | null;
  silence: Silence | null;
  /** Starts whose files are not made yet, and keys of those whose are being made. */
  starts: HostStart[];
  making: ReadonlySet<string>;
  /** What waits for a start, or for the machine to be reached. */
  orders: Order[];
  clearing: string[];
  tries: number;
  lookedAt: number;
  closed: boolean;
  readonly untold: Set<string>;
  readonly timers: Set<NodeJS.Timeout>;
}

/** Begins to reach a machine; it is tried again and again until it is closed. */
export function createHost(options: HostOptions): Host {
  const state: State = {
    ...{ link: null, facts: null, silence: { since: options.now(), why: beingReached } },
    ...{ starts: [], making: new Set(), orders: [], clearing: [], tries: 0, lookedAt: 0, closed: false },
    ...{ untold: new Set(), timers: new Set() },
  };
  void reach(options, state);
  return {
    start(start) {
      if (!state.link || pending(state).has(start.launch.key)) return;
      state.starts.push(start);
      if (state.making.size === 0) void makeStarts(options, state);
    },
    schedule(key, rows, how) {
      if (how === "replace") state.orders = state.orders.filter((order) => order.key !== key);
      state.orders.push({ key, rows, how });
      giveOrders(state);
    },
    usage: (keys) => state.link?.orders.usage(keys) ?? Promise.resolve(new Map()),
    acknowledge(keys) {
      state.link?.orders.acknowledge(keys);
      for (const key of keys) clear(options, state, (own) => leaveText(key, own));
    },
    forget: (job) => clear(options, state, (own) => `rm -rf ${shellWord(`${own}/jobs/${job}`)}`),
    get running() {
      return state.link?.running ?? nothing;
    },
    untold: state.untold,
    facts: () => state.facts,
    use: () => (state.link && state.facts ? lookAgain(options, state, state.facts) : null),
    silence: () => state.silence,
    async close() {
      const { link } = state;
      Object.assign(state, { closed: true, link: null });
      for (const timer of state.timers) clearTimeout(timer);
      link?.orders.close();
      await options.place.transport.close();
    },
  };
}

/** What is older than so many ms is looked at again when somebody asks. */
const freshMs = 10_000;

function lookAgain(options: HostOptions, state: State, facts: HostFacts): MachineUse {
  if (options.now() - state.lookedAt > freshMs) {
    state.lookedAt = options.now();
    lookAt(options.place).then(
      ({ use }) => {
        if (state.facts) state.facts = { ...state.facts, use };
      },
      // What is wrong with the machine is seen elsewhere.
      () => undefined,
    );
  }
  return facts.use;
}

const nothing: ReadonlyMap<string, number> = new Map();

async function reach(options: HostOptions, state: State): Promise<void> {
  let broken = false;
  const lost = (why: string): void => {
    if (broken || state.closed) return;
    broken = true;
    lose(options, state, why);
  };
  const ended = (ending: Ending): void => void tellEnd(options, state, ending);
  try {
    const facts = await lookAt(options.place);
    Object.assign(state, { facts, lookedAt: options.now() });
    const events: BackendEvents = {
      ...{ ...options.events, ended, lost: () => lost("the connection broke") },
      followed: () => undefined, // nothing waits for a place there
    };
    const link = await linkHost(options.place, facts, events);
    if (state.closed) return link.orders.close();
    if (broken) return;
    if (state.tries > 0) options.log(`${facts.hostName} is reached again`);
    Object.assign(state, { link, silence: null, tries: 0 });
    options.changed();
    options.reached();
    giveOrders(state);
  } catch (error) {
    lost(error instanceof Error ? error.message : String(error));
  }
}

/** Starts that were not handed over are not there: they are asked for again when the machine is. */
function lose(options: HostOptions, state: State, why: string): void {
  if (state.tries === 0) options.log(`${state.facts?.hostName ?? "a machine"} is not reached: ${why}`);
  const since = state.silence?.since ?? options.now();
  Object.assign(state, { link: null, silence: { since, why }, starts: [] });
  options.changed();
  const waitMs = Math.min(tryMs.most, tryMs.first * 2 ** Math.min(10, state.tries++));
  later(state, waitMs, () => void reach(options, state));
}

function later(state: State, ms: number, act: () => void): void {
  const timer = setTimeout(() => {
    state.timers.delete(timer);
    if (!state.closed) act();
  }, ms);
  state.timers.add(timer);
}

function pending({ starts, making }: State): ReadonlySet<string> {
  return new Set([...making, ...starts.map(({ launch }) => launch.key)]);
}

/** Orders for a start that is on its way come after it. */
function giveOrders(state: State): void {
  const { link, orders } = state;
  if (!link || orders.length === 0) return;
  const keys = pending(state);
  state.orders = orders.filter(({ key }) => keys.has(key));
  for (const { key, rows, how } of orders) if (!keys.has(key)) link.orders.schedule(key, rows, how);
}

async function makeStarts(options: HostOptions, state: State): Promise<void> {
  while (state.starts.length > 0 && state.link) {
    const { link } = state;
    const batch = state.starts.splice(0, startsAtOnce);
    state.making = new Set(batch.map(({ launch }) => launch.key));
    const made = await makeFiles(options, link.facts, batch);
    if (made === null) await sleep(tryMs.first);
    state.making = new Set();
    // The machine was lost meanwhile: what is still wanted of this is asked for again.
    if (state.link !== link) continue;
    if (made === null) state.starts.unshift(...batch);
    else
      for (const [at, start] of batch.entries()) {
        const failure = handOver(options, link, { start, made: made[at] ?? { failed: "EIO" } });
        if (failure) options.events.failed(failure);
      }
    giveOrders(state);
  }
}

/**
 * Tells an end when what the job wrote is back. Where the machine is lost before, nothing is told: it will say it again,
 * because nobody has acknowledged it.
 */
async function tellEnd(options: HostOptions, state: State, ending: Ending): Promise<void> {
  const copy = options.copyOf(ending.key);
  const { facts } = state;
  if (!copy || !facts) return options.events.ended(ending);
  state.untold.add(ending.key);
  for (let tries = 0; !state.closed && !(tries > 0 && state.link === null); tries++) {
    const trouble = await fetchCopy(options.place, facts, copy);
    if (trouble === null) options.events.ended(ending);
    else options.log(`what ${ending.key} wrote at ${facts.hostName} is not back yet: ${trouble}`);
    if (trouble === null) break;
    await sleep(tryMs.first * 4);
  }
  state.untold.delete(ending.key);
}

function clear(options: HostOptions, state: State, part: (own: string) => string): void {
  const { facts, clearing } = state;
  if (!facts) return;
  clearing.push(part(facts.own));
  if (clearing.length > 1) return;
  later(state, clearMs, () => void options.place.transport.run(scriptOf(state.clearing.splice(0)), patienceMs));
}
