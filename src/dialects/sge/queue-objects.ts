/** Owns what the attributes of a queue mean for it: one row for each that means something; the others are shown as said. */

import type { Capacity, ClusterDescription, Queue } from "../../model/cluster.ts";
import { RefusedError } from "../../model/errors.ts";
import { everyHost } from "../../model/queues.ts";
import { amountSaid, complexNamed, secondsOf } from "./complexes.ts";
import type { Entries } from "./configuration-objects.ts";
import { valueOn } from "./host-values.ts";
import { readCount, readNames, Unreadable } from "./object-reading.ts";
import { describedComplex } from "./site-resources.ts";
import { readThresholds } from "./thresholds.ts";

/** A queue as it is before anything is said of it. */
export function freshQueue(name: string): Queue {
  return {
    ...{ name, isDefault: false, defaultWallTime: null, maxWallTime: null },
    ...{ slots: 1, sequence: 0, hosts: [], attributes: freshAttributes },
  };
}

// The load at which a queue takes no more is what every new one begins with.
const freshAttributes = { hostlist: "NONE", slots: "1", load_thresholds: "np_load_avg=1.75", notify: "00:00:60" };

/** What changes of a queue where these attributes, and only these, are said anew. Throws Unreadable, RefusedError. */
export function queueChange(
  queue: Pick<Queue, "attributes">,
  said: Entries,
  cluster: ClusterDescription,
): Partial<Omit<Queue, "name">> {
  const texts = said.map(([key, value]) => [key, String(value)] as const);
  const changes = texts.map(([key, text]) => rules[key]?.(valueOn(text, cluster.host, cluster), cluster) ?? {});
  return Object.assign({}, ...changes, { attributes: { ...queue.attributes, ...Object.fromEntries(texts) } });
}

type Rule = (value: string, cluster: ClusterDescription) => Partial<Queue>;

const rules: Readonly<Record<string, Rule>> = {
  seq_no: (value) => ({ sequence: parsed(value, readCount) }),
  slots: (value) => ({ slots: parsed(value, readCount) }),
  load_thresholds: (value) => fine(readThresholds(value)),
  suspend_thresholds: (value) => fine(readThresholds(value)),
  nsuspend: (value) => fine(parsed(value, readCount)),
  suspend_interval: (value) => fine(parsed(value, readTime)),
  h_rt: (value) => ({ maxWallTime: parsed(value, readTime) }),
  s_rt: (value) => fine(parsed(value, readTime)),
  hostlist: (value, cluster) => ({ hosts: readNames(value).map((name) => knownHost(name, cluster)) }),
  pe_list: (value, { parallelEnvironments }) => ({
    environments: known(value, parallelEnvironments, (name) => `Parallel environment "${name}" does not exist`),
  }),
  user_lists: (value, { userSets }) => fine(known(value, userSets ?? [], noSet)),
  xuser_lists: (value, { userSets }) => fine(known(value, userSets ?? [], noSet)),
  complex_values: (value, cluster) => ({ capacities: readCapacities(value, cluster, noComplex) }),
  rerun: (value) => parsed(value, readBoolean),
  qtype: (value) => parsed(value, readType),
  shell_start_mode: (value) => ({ shellStartMode: readMode(value) }),
};

/** It was read, and what it means is taken from what is said. */
function fine(_: unknown): Partial<Queue> {
  return {};
}

/** Who may use a queue, by what is said of it since. */
export function userSetsOf({ attributes }: Queue): Pick<Queue, "userSets"> {
  const sets = (key: string) => readNames(attributes?.[key] ?? "NONE");
  return { userSets: { allowed: sets("user_lists"), barred: sets("xuser_lists") } };
}

/** The loads at which it takes no more jobs and at which some are stopped, by what is said of it since. */
export function thresholdsOf({ attributes }: Queue, cluster: ClusterDescription): Pick<Queue, "thresholds"> {
  const said = (key: string, usual: string) => valueOn(attributes?.[key] ?? usual, cluster.host, cluster);
  const [load, suspend] = ["load_thresholds", "suspend_thresholds"].map((key) => readThresholds(said(key, "NONE")));
  const seconds = readTime(said("suspend_interval", "00:05:00")) ?? Number.POSITIVE_INFINITY;
  const atOnce = readCount(said("nsuspend", "1"));
  return { thresholds: { load: load ?? [], suspend: suspend ?? [], atOnce, intervalMs: seconds * 1000 } };
}

const noSet = (name: string) => `Userset "${name}" does not exist`;
const noComplex = (name: string) => `Complex attribute "${name}" does not exist`;

/** Amounts of resources, `gpu=2,mem=4G`. Throws RefusedError, Unreadable. */
export function readCapacities(
  value: string,
  cluster: ClusterDescription,
  unknown: (name: string) => string,
): readonly Capacity[] {
  return readNames(value).map((each) => {
    const [, asked = "", said = ""] = /^([^=]*)=(.*)$/.exec(each) ?? [];
    if (asked === "") throw new Unreadable([`error parsing value "${each}"`]);
    const row = describedComplex(cluster, asked) ?? complexNamed(asked);
    if (!row) throw new RefusedError(unknown(asked), 1);
    const amount = row.kind === "string" || row.kind === "host" ? 0 : amountSaid(row, said);
    if (amount === null) throw new RefusedError(`attribute "${row.name}" is not a ${row.kind} value`, 1);
    return { name: row.name, said, amount };
  });
}

/** A host of the cluster, or a group of them. Throws RefusedError. */
export function knownHost(name: string, cluster: ClusterDescription): string {
  if (!name.startsWith("@")) {
    if (name === cluster.host || cluster.nodes.some((node) => node.name === name)) return name;
    throw new RefusedError(`unable to resolve host "${name}"`, 1);
  }
  if (name === everyHost || cluster.hostGroups?.some((group) => group.name === name)) return name;
  throw new RefusedError(`denied: host group "${name}" does not exist`, 1);
}

function known(
  value: string,
  objects: readonly { readonly name: string }[],
  complain: (name: string) => string,
): readonly string[] {
  const names = readNames(value);
  const strange = names.find((name) => !objects.some((object) => object.name === name));
  if (strange !== undefined) throw new RefusedError(complain(strange), 1);
  return names;
}

function parsed<T>(value: string, read: (value: string) => T): T {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Unreadable([...error.lines, `Error during parsing of attribute value "${value}"`]);
  }
}

function readTime(value: string): number | null {
  const seconds = /^infinity$/i.test(value) ? Number.POSITIVE_INFINITY : secondsOf(value);
  if (seconds === null) throw new Unreadable([`error parsing value "${value}"`]);
  return Number.isFinite(seconds) ? seconds : null;
}

function readBoolean(value: string): Partial<Queue> {
  if (/^(true|false|0|1)$/i.test(value)) return {};
  throw new Unreadable([`error parsing value "${value}"`]);
}

function readType(value: string): Partial<Queue> {
  const strange = readNames(value).find((word) => !/^(batch|interactive)$/i.test(word));
  if (strange === undefined) return {};
  const what = `reading conf file: unknown specifier "${strange}" for `;
  throw new Unreadable([what, `error parsing queue type from string "${value}"`]);
}

const modes = ["posix_compliant", "unix_behavior", "script_from_stdin"] as const;

function readMode(value: string): NonNullable<Queue["shellStartMode"]> {
  const found = modes.find((mode) => mode === value);
  if (found) return found;
  throw new RefusedError(`Invalid value "${value}" as shell start mode`, 1);
}
