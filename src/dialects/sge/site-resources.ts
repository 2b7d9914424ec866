/** Owns what the host and its queues have of the resources that a site made up: all of it, or what is left. */

import type { Capacity, ClusterDescription, ComplexDescription } from "../../model/cluster.ts";
import { queuePool } from "../../model/queues.ts";
import type { Request } from "../../model/spec.ts";
import { amountSaid, type ValueKind } from "./complexes.ts";
import { matches } from "./patterns.ts";

/** One resource, and where its value comes from: counted (hc) or fixed (hf) on the host, counted (qc) or fixed (qf) in a queue. */
export interface SiteValue {
  readonly name: string;
  readonly shortcut: string;
  readonly kind: ValueKind;
  readonly source: "hc" | "hf" | "qc" | "qf";
  readonly value: number | string;
}

/** How much of a pool is taken. */
export type Taken = (pool: string) => number;

/** What the host has, by resource. */
export function hostSiteValues(cluster: ClusterDescription, taken: Taken = () => 0): readonly SiteValue[] {
  const has = cluster.hostCapacities?.find(({ name }) => name === cluster.host)?.values ?? [];
  return has.flatMap((capacity) => siteValue(cluster, capacity, { place: "h", taken: taken(capacity.name) }));
}

/** What a queue has: its own and its host's, the tighter of both where both count. */
export function queueSiteValues(
  cluster: ClusterDescription,
  queue: string,
  taken: Taken = () => 0,
): readonly SiteValue[] {
  const has = cluster.queues.find(({ name }) => name === queue)?.capacities ?? [];
  const own = has.flatMap((capacity) =>
    siteValue(cluster, capacity, { place: "q", taken: taken(queuePool(capacity.name, queue)) }),
  );
  const hosts = hostSiteValues(cluster, taken);
  const isTighter = (one: SiteValue, other: SiteValue | undefined) => !other || !(other.value < one.value);
  return [
    ...hosts.filter((value) => {
      const same = own.find(({ name }) => name === value.name);
      return same === undefined || !isTighter(same, value);
    }),
    ...own.filter((value) =>
      isTighter(
        value,
        hosts.find(({ name }) => name === value.name),
      ),
    ),
  ];
}

function siteValue(
  { complexes = [] }: ClusterDescription,
  { name, said, amount }: Capacity,
  { place, taken }: { readonly place: "h" | "q"; readonly taken: number },
): readonly SiteValue[] {
  const complex = complexes.find((one) => one.name === name);
  if (!complex) return [];
  const { shortcut, kind, consumable } = complex;
  const isText = kind === "string" || kind === "host";
  const value = isText ? said : consumable ? Math.max(0, amount - taken) : amount;
  return [{ name, shortcut, kind, source: `${place}${consumable ? "c" : "f"}`, value }];
}

/** Whether a queue could ever meet a request for so many slots; what nobody said anything of is no obstacle. */
export function queueHasSite(
  cluster: ClusterDescription,
  queue: string,
  { request, slots }: { readonly request: Pick<Request, "name" | "value">; readonly slots: number },
): boolean {
  const complex = describedComplex(cluster, request.name);
  if (!complex || !isSaid(cluster, complex.name)) return true;
  const values = queueSiteValues(cluster, queue).filter(({ name }) => name === complex.name);
  return values.length > 0 && unmetSiteValue(values, request, { complex, slots }) === null;
}

function isSaid({ hostCapacities = [], queues }: ClusterDescription, asked: string): boolean {
  const has = (values: readonly Capacity[] = []) => values.some(({ name }) => name === asked);
  return hostCapacities.some(({ values }) => has(values)) || queues.some(({ capacities }) => has(capacities));
}

/** A resource of the site, by its name or its short one. */
export function describedComplex({ complexes }: ClusterDescription, name: string): ComplexDescription | undefined {
  return complexes?.find((complex) => complex.name === name || complex.shortcut === name);
}

/** The first resource of those that must be asked for by name, and was not. */
export function forcedUnasked(
  has: readonly Capacity[] | undefined,
  requests: readonly Request[] | null,
  cluster: ClusterDescription,
): string | null {
  const hard = (requests ?? []).filter(({ soft }) => !soft);
  const isAsked = ({ name, shortcut }: ComplexDescription) =>
    hard.some((request) => request.name === name || request.name === shortcut);
  const found = (has ?? [])
    .map(({ name }) => describedComplex(cluster, name))
    .find((complex) => complex?.requestable === "forced" && !isAsked(complex));
  return found?.name ?? null;
}

/** Of which of the values so many slots ask too much; null: of none. */
export function unmetSiteValue(
  values: readonly SiteValue[],
  asked: { readonly name: string; readonly value: string },
  { complex, slots }: { readonly complex: ComplexDescription; readonly slots: number },
): SiteValue | null {
  const found = values.find(({ name }) => name === complex.name);
  return found && !isMet(found.value, asked.value, { complex, slots }) ? found : null;
}

function isMet(
  value: number | string,
  wanted: string,
  { complex, slots }: { readonly complex: ComplexDescription; readonly slots: number },
): boolean {
  const { kind, consumable, perJob, comparison = consumable ? "<=" : kind === "double" ? ">=" : "==" } = complex;
  if (typeof value === "string") return matches(wanted, value) !== (comparison === "!=");
  const each = amountSaid(complex, wanted);
  if (each === null) return false;
  return (comparisons[comparison] ?? comparisons["=="])?.(consumable && !perJob ? each * slots : each, value) ?? true;
}

const comparisons: Readonly<Record<string, (asked: number, there: number) => boolean>> = {
  "==": (asked, there) => asked === there,
  "!=": (asked, there) => asked !== there,
  "<=": (asked, there) => asked <= there,
  ">=": (asked, there) => asked >= there,
  "<": (asked, there) => asked < there,
  ">": (asked, there) => asked > there,
  EXCL: () => true,
};
