/**
 * Owns the plain machines of all targets as one backend beside the one of this machine: a start goes to the machine that
 * was chosen for it, everything else to the machine where its key is.
 */

import type { TimelineRow } from "../model/launch.ts";
import type { MachineUse } from "../model/machine-use.ts";
import type { LiveUsage } from "../model/usage.ts";
import type { Backend, BackendEvents } from "./backend.ts";
import { createHost, type Host, type HostOptions, type Silence } from "./host.ts";
import type { HostStart } from "./host-files.ts";
import type { HostFacts } from "./host-link.ts";

/** A machine as it is described: its node's name, and words that are different when it is to be reached differently. */
export interface HostWish {
  readonly node: string;
  readonly words: string;
}

export interface HostsOptions<Wish extends HostWish> {
  readonly events: Omit<BackendEvents, "lost" | "followed">;
  /** How a machine is reached, and what is to be known of it. */
  readonly optionsOf: (wish: Wish) => Pick<HostOptions, "place" | "moved" | "copyOf">;
  /** The node where something of that key runs; null: here. */
  readonly nodeOf: (key: string) => string | null;
  /** A machine was reached, and has told all that it knows. */
  readonly reached: (node: string) => void;
  readonly changed: () => void;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

export interface Hosts<Wish extends HostWish> {
  /** From now on these are the machines there are. */
  wish(wishes: readonly Wish[]): void;
  start(node: string, start: HostStart): void;
  /** What runs on a machine, and a way to tell that alone something. */
  on(node: string): Pick<Host, "running" | "schedule"> | null;
  forget(job: number): void;
  facts(node: string): HostFacts | null;
  /** How busy the machines are that are reached, by node. */
  uses(): Readonly<Record<string, MachineUse>>;
  /** Null: it is reached. */
  silence(node: string): Silence | null;
  /** Keys of ends that wait for what their jobs wrote. */
  untold(): ReadonlySet<string>;
  /** Both as one. */
  beside(inner: Backend): Backend;
  close(): Promise<void>;
}

export function createHosts<Wish extends HostWish>(options: HostsOptions<Wish>): Hosts<Wish> {
  const { events, log, now } = options;
  const hosts = new Map<string, { readonly host: Host; readonly words: string }>();
  /** Where ends came from that were not acknowledged yet. */
  const endedAt = new Map<string, Host>();
  const hostOf = (key: string): Host | undefined => {
    const node = options.nodeOf(key);
    return endedAt.get(key) ?? (node === null ? undefined : hosts.get(node)?.host);
  };
  const begin = (wish: Wish): void => {
    const remember = (key: string): void => {
      const known = hosts.get(wish.node);
      if (known) endedAt.set(key, known.host);
    };
    const host = createHost({
      ...options.optionsOf(wish),
      events: {
        ...events,
        ended(ending) {
          remember(ending.key);
          events.ended(ending);
        },
        failed(failure) {
          remember(failure.key);
          events.failed(failure);
        },
      },
      reached: () => options.reached(wish.node),
      ...{ changed: options.changed, now, log: (line) => log(`${wish.node}: ${line}`) },
    });
    hosts.set(wish.node, { host, words: wish.words });
  };
  return {
    wish(wishes) {
      for (const [node, { host, words }] of hosts) {
        if (wishes.some((wish) => wish.node === node && wish.words === words)) continue;
        hosts.delete(node);
        void host.close();
      }
      for (const wish of wishes) if (!hosts.has(wish.node)) begin(wish);
    },
    start: (node, start) => hosts.get(node)?.host.start(start),
    on: (node) => hosts.get(node)?.host ?? null,
    forget: (job) => hosts.forEach(({ host }) => void host.forget(job)),
    facts: (node) => hosts.get(node)?.host.facts() ?? null,
    uses: () =>
      Object.fromEntries(
        [...hosts].flatMap(([node, { host }]) => {
          const use = host.use();
          return use ? [[node, use] as const] : [];
        }),
      ),
    silence(node) {
      const known = hosts.get(node);
      return known ? known.host.silence() : { since: now(), why: "no target has this machine any more" };
    },
    untold: () => new Set([...hosts.values()].flatMap(({ host }) => [...host.untold])),
    beside: (inner) =>
      hosts.size === 0
        ? inner
        : beside(
            inner,
            [...hosts.values()].map(({ host }) => host),
            { hostOf, endedAt },
          ),
    close: async () => {
      await Promise.all([...hosts.values()].map(({ host }) => host.close()));
    },
  };
}

interface Own {
  readonly hostOf: (key: string) => Host | undefined;
  readonly endedAt: Map<string, Host>;
}

function beside(inner: Backend, hosts: readonly Host[], { hostOf, endedAt }: Own): Backend {
  const byHost = (keys: readonly string[]): Map<Host | undefined, string[]> => {
    const found = new Map<Host | undefined, string[]>();
    for (const key of keys) found.set(hostOf(key), [...(found.get(hostOf(key)) ?? []), key]);
    return found;
  };
  return {
    ...inner,
    get running() {
      return new Map([...inner.running, ...hosts.flatMap(({ running }) => [...running])]);
    },
    schedule(key: string, rows: readonly TimelineRow[], how: "replace" | "add") {
      (hostOf(key) ?? inner).schedule(key, rows, how);
    },
    async usage(keys): Promise<ReadonlyMap<string, LiveUsage>> {
      const asked = [...byHost(keys)].map(([host, own]) => (host ?? inner).usage(own));
      return new Map((await Promise.all(asked)).flatMap((found) => [...found]));
    },
    acknowledge(keys) {
      for (const [host, own] of byHost(keys)) (host ?? inner).acknowledge(own);
      for (const key of keys) endedAt.delete(key);
    },
  };
}
