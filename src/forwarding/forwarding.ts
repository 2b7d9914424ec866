/** Owns all jobs that go to targets: one site each, and what is known of a job that is away. */

import type { Forwarded, Whereabouts } from "../model/forwarding.ts";
import { hasIndex, type Indices } from "../model/indices.ts";
import type { Waiting } from "../model/job.ts";
import { type Reason, type ReasonKey, reasonKey } from "../model/scheduling.ts";
import { indicesHere } from "./apply.ts";
import { driverOf } from "./drivers.ts";
import type { Household } from "./household.ts";
import { createRequests, type Requests } from "./requests.ts";
import { createSite, type Site, type SiteState } from "./site.ts";

export interface Forwarding extends Requests {
  /** Something of the job was changed here, or it is new. */
  changed(job: number): void;
  /** What a job waits for here may have happened. */
  due(job: number): void;
  /** Whether an element's job is away. */
  has(job: number): boolean;
  /** Why parts of jobs wait that are away, by `reasonKey`. */
  reasons(): ReadonlyMap<ReasonKey, Reason>;
  /** Where a job is; null: here. */
  whereabouts(job: number): Whereabouts | null;
  /** How a target stands; null: nobody has asked it anything. */
  stateOf(target: string): SiteState | null;
  /** Resolves when no round is under way. */
  settled(): Promise<void>;
  /** Nothing is away. */
  idle(): boolean;
  /** Looks at everything that is under way; targets may have changed. */
  begin(): void;
  stop(): Promise<void>;
}

export function createForwarding(house: Household): Forwarding {
  const sites = new Map<string, { readonly site: Site; readonly words: string }>();
  const { store } = house;

  const siteOf = (name: string): Site | null => {
    const target = house.target(name);
    const driver = target && driverOf(target);
    const words = JSON.stringify(target);
    const known = sites.get(name);
    if (known && known.words === words) return known.site;
    if (known) void known.site.stop();
    sites.delete(name);
    if (!target || !driver) return null;
    const site = createSite({ house, target, driver, cluster: house.connect(target) });
    sites.set(name, { site, words });
    return site;
  };
  const wake = (forwarded: Forwarded | null): void => {
    if (forwarded && forwarded.stage !== "over") siteOf(forwarded.target)?.wake();
  };
  return {
    changed: (job) => wake(store.forwarded.of(job)),
    due(job) {
      const forwarded = store.forwarded.of(job);
      if (forwarded?.stage === "due") wake(forwarded);
    },
    ...createRequests({ house, siteOf, wake }),
    has: (job) => store.jobs.head(job)?.target !== undefined,
    reasons: () => new Map(store.forwarded.underWay().flatMap((one) => reasonsOf(house, one, siteOf(one.target)))),
    whereabouts(job) {
      const forwarded = store.forwarded.of(job);
      if (!forwarded) return null;
      const site = sites.get(forwarded.target)?.site;
      const state = site?.state() ?? unasked;
      return { ...forwarded, ...state, why: state.why || (site?.delayOf(job) ?? "") };
    },
    stateOf: (target) => sites.get(target)?.site.state() ?? null,
    settled: async () => {
      await Promise.all([...sites.values()].map(({ site }) => site.settled()));
    },
    idle: () => store.forwarded.underWay().length === 0,
    begin: () => {
      for (const target of new Set(store.forwarded.underWay().map((one) => one.target))) siteOf(target)?.wake();
    },
    stop: async () => {
      await Promise.all([...sites.values()].map(({ site }) => site.stop()));
    },
  };
}

const unasked: SiteState = { silentSince: null, why: "", heardAt: null };

function reasonsOf(
  house: Household,
  forwarded: Forwarded,
  site: Site | null,
): readonly (readonly [ReasonKey, Reason])[] {
  return house.store.waiting
    .of(forwarded.job)
    .map((part) => [reasonKey(forwarded.job, part), reasonOf(house, { forwarded, part, site })] as const);
}

interface Asked {
  readonly forwarded: Forwarded;
  readonly part: Waiting;
  readonly site: Site | null;
}

function reasonOf(house: Household, { forwarded, part, site }: Asked): Reason {
  if (part.error !== null) return "startFailed";
  if (part.holds.length > 0) return part.holds.includes("user") ? "heldByUser" : "heldByOperator";
  const silent = site === null || site.state().silentSince !== null;
  const here = forwarded.stage === "due" ? reasonHere(house, forwarded, part) : "none";
  if (here !== "none") return here;
  if (silent) return "targetSilent";
  if (forwarded.stage === "sending" && site.delayOf(forwarded.job) !== null) return "notTaken";
  const index = part.indices?.[0]?.[0] ?? null;
  const sighting = site
    .sightingsOf(forwarded.native ?? "")
    .find((one) => one.kind === "waiting" && isOf(index, indicesHere(forwarded, one.indices)));
  return sighting?.kind === "waiting" ? sighting.reason : "none";
}

function reasonHere(house: Household, { job }: Forwarded, part: Waiting): Reason {
  const conditions = house.conditions(job);
  if (conditions.some(({ standing }) => standing === "never")) return "dependencyNeverMet";
  if (conditions.some(({ standing }) => standing === "waiting")) return "dependency";
  return part.beginAt > house.clock.now() ? "beginTime" : "none";
}

function isOf(index: number | null, indices: Indices | null): boolean {
  return indices === null || index === null || hasIndex(indices, index);
}
