/** Owns the objects that qconf makes, changes and removes: how each is shown, what it comes to, and the words about it. */

import type { Amendment } from "../../model/amendment.ts";
import type { ClusterDescription, HostGroup } from "../../model/cluster.ts";
import { RefusedError } from "../../model/errors.ts";
import { everyHost } from "../../model/queues.ts";
import {
  type Entries,
  environmentEntries,
  groupEntries,
  hostEntries,
  queueEntries,
  setEntries,
} from "./configuration-objects.ts";
import { readCount, readNames } from "./object-reading.ts";
import { queuesShown } from "./queue-blocks.ts";
import { freshQueue, knownHost, queueChange, readCapacities, thresholdsOf, userSetsOf } from "./queue-objects.ts";

/** One kind of object. */
export interface ObjectKind {
  /** In options: `-aq`, `-Mhgrp`. */
  readonly letters: string;
  /** For `-aattr` and its like. */
  readonly word: string;
  /** `added "x" to cluster queue list`. */
  readonly list: string;
  readonly listRemovedFrom?: string;
  readonly width: number;
  readonly names: (cluster: ClusterDescription) => readonly string[];
  readonly entries: (cluster: ClusterDescription, name: string) => Entries;
  /** What somebody who makes one begins with. */
  readonly template: (cluster: ClusterDescription, name: string) => Entries;
  /** What follows where these attributes are said anew, of an object that is there or not. Throws Unreadable, RefusedError. */
  readonly define: (cluster: ClusterDescription, object: Said) => readonly Amendment[];
  /** Throws RefusedError where something still needs it. */
  readonly remove: (cluster: ClusterDescription, name: string) => readonly Amendment[];
  readonly words: {
    readonly exists: (name: string) => string;
    readonly unknown: (name: string) => string;
    /** Where it was to be edited. */
    readonly notThere: (name: string) => string;
    readonly unreadable: (file: string) => string;
    readonly unchanged: string;
  };
}

/** What is said of an object. */
export interface Said {
  readonly name: string;
  readonly isNew: boolean;
  /** Only what is not as it was. */
  readonly said: Entries;
}

const queue: ObjectKind = {
  ...{ letters: "q", word: "queue", list: "cluster queue list", width: 22 },
  names: (cluster) => queuesShown(cluster, []).map(({ name }) => name),
  entries: (cluster, name) => queueEntries(cluster, name, null),
  template: (cluster, name) => queueEntries({ ...cluster, queues: [freshQueue(name)] }, name, null),
  define(cluster, { name, isNew, said }) {
    const before = cluster.queues.find((one) => one.name === name);
    const implied = cluster.queues.length === 0 ? impliedQueues(cluster) : [];
    const base =
      before ?? (isNew ? freshQueue(name) : { ...freshQueue(name), slots: null, hosts: null, attributes: {} });
    const change = queueChange(base, said, cluster);
    const whole = { ...base, ...change };
    const after = { ...change, ...userSetsOf(whole), ...thresholdsOf(whole, cluster) };
    if (before) return [{ kind: "queue", name, change: after }];
    const { name: _, ...fields } = { ...whole, ...after };
    return [
      ...implied.filter((each) => each.name !== name),
      { kind: "definedQueue", name, change: { definition: { ...whole, ...after } } },
      // What was said of an earlier queue of that name is over.
      { kind: "queue", name, change: { ...fields, ...(isNew ? { state: "up", suspended: false } : {}) } },
    ];
  },
  remove: (_, name) => [{ kind: "definedQueue", name, change: { definition: null } }],
  words: {
    exists: (name) => `cluster queue "${name}" already exists`,
    unknown: (name) => `denied: cluster queue "${name}" does not exist`,
    notThere: (name) => `Cluster queue entry "${name}" does not exist`,
    unreadable: (file) => `Cluster queue file "${file}" is not correct`,
    unchanged: "Object has not been changed",
  },
};

// Where nobody described a queue there is one all the same, and it stays when another is made.
function impliedQueues(cluster: ClusterDescription): readonly Amendment[] {
  return queuesShown(cluster, []).map(({ name }) => ({
    ...{ kind: "definedQueue", name },
    change: { definition: { ...freshQueue(name), isDefault: true, slots: null, hosts: null, attributes: {} } },
  }));
}

const environment: ObjectKind = {
  ...{ letters: "p", word: "pe", list: "parallel environment list", width: 19 },
  names: ({ parallelEnvironments }) => parallelEnvironments.map(({ name }) => name),
  entries: ({ parallelEnvironments }, name) =>
    environmentEntries(
      parallelEnvironments.find((one) => one.name === name) ?? { name, slots: 0, allocationRule: "$pe_slots" },
    ),
  template: (_, name) => environmentEntries({ name, slots: 0, allocationRule: "$pe_slots" }),
  define({ parallelEnvironments }, { name, said }) {
    const before = parallelEnvironments.find((one) => one.name === name);
    const attributes = { ...before?.attributes, ...textsOf(said) };
    const definition = {
      name,
      slots: attributes.slots === undefined ? (before?.slots ?? 0) : readCount(attributes.slots),
      allocationRule: attributes.allocation_rule ?? before?.allocationRule ?? "$pe_slots",
      attributes,
    };
    return [{ kind: "environment", name, change: { definition } }];
  },
  remove({ queues }, name) {
    const user = queues.find(({ environments }) => environments?.includes(name));
    if (user)
      throw new RefusedError(`denied: Parallel environment "${name}" is still referenced in queue "${user.name}".`, 1);
    return [{ kind: "environment", name, change: { definition: null } }];
  },
  words: {
    exists: (name) => `parallel environment "${name}" already exists`,
    unknown: (name) => `denied: parallel environment "${name}" does not exist`,
    notThere: (name) => `${name} is not a parallel environment`,
    unreadable: () => "error reading in file",
    unchanged: "file unchanged",
  },
};

const group: ObjectKind = {
  ...{
    letters: "hgrp",
    word: "hostgroup",
    list: "host group list",
    listRemovedFrom: "host group entry list",
    width: 0,
  },
  names: ({ hostGroups }) => [...new Set([everyHost, ...(hostGroups ?? []).map(({ name }) => name)])],
  entries: (cluster, name) => groupEntries(cluster, name),
  template: (cluster, name) => groupEntries({ ...cluster, hostGroups: [{ name, hosts: [] }] }, name),
  define(cluster, { name, said }) {
    if (!name.startsWith("@")) throw new RefusedError(`host group name "${name}" is not valid`, 1);
    const hosts = readNames(textsOf(said).hostlist ?? "NONE").map((each) =>
      each === name ? cycle(name) : knownHost(each, cluster),
    );
    if (hosts.some((host) => groupsIn(cluster.hostGroups ?? [], host).includes(name))) cycle(name);
    return [{ kind: "hostGroup", name, change: { definition: { name, hosts } } }];
  },
  remove({ queues }, name) {
    // A queue of which nobody said where it is is everywhere.
    const users = queues.filter(({ hosts }) => (hosts ?? [everyHost]).includes(name)).map((one) => one.name);
    if (users.length > 0)
      throw new RefusedError(`denied: these cluster queues still reference "${name}": ${users.join(" ")}`, 1);
    return [{ kind: "hostGroup", name, change: { definition: null } }];
  },
  words: {
    exists: (name) => `host group "${name}" already exists`,
    unknown: (name) => `denied: host group "${name}" does not exist`,
    notThere: (name) => `Host group "${name}" does not exist`,
    unreadable: (file) => `Host group file "${file}" is not correct`,
    unchanged: "Object has not been changed",
  },
};

function cycle(name: string): never {
  throw new RefusedError(`Hostgroup "${name}" in specification of "${name}" would create a cycle`, 1);
}

/** Every group that a group has members of, itself with them. */
function groupsIn(groups: readonly HostGroup[], name: string, seen: readonly string[] = []): readonly string[] {
  if (seen.includes(name)) return seen;
  const members = groups.find((one) => one.name === name)?.hosts ?? [];
  return members
    .filter((member) => member.startsWith("@"))
    .reduce<readonly string[]>((found, member) => groupsIn(groups, member, found), [...seen, name]);
}

const userSet: ObjectKind = {
  ...{ letters: "u", word: "userset", list: "userset list", width: 8 },
  names: ({ userSets }) => (userSets ?? []).map(({ name }) => name),
  entries: (cluster, name) => setEntries(cluster, name),
  template: (cluster, name) => setEntries({ ...cluster, userSets: [{ name, users: [] }] }, name),
  define({ userSets }, { name, said }) {
    const before = userSets?.find((one) => one.name === name);
    const texts = textsOf(said);
    const users = texts.entries === undefined ? (before?.users ?? []) : readNames(texts.entries);
    return [
      {
        kind: "userSet",
        name,
        change: { definition: { name, users, attributes: { ...before?.attributes, ...texts } } },
      },
    ];
  },
  remove: (_, name) => [{ kind: "userSet", name, change: { definition: null } }],
  words: {
    exists: (name) => `userset "${name}" already exists`,
    unknown: (name) => `denied: userset "${name}" does not exist`,
    notThere: (name) => `denied: userset "${name}" does not exist`,
    unreadable: () => "error reading in file",
    unchanged: "file unchanged",
  },
};

function textsOf(said: Entries): Readonly<Record<string, string>> {
  return Object.fromEntries(said.map(([key, value]) => [key, String(value)]));
}

const host: ObjectKind = {
  ...{ letters: "e", word: "exechost", list: "exechost list", width: 22 },
  names: ({ nodes }) => nodes.map(({ name }) => name),
  entries: (cluster, name) => hostEntries(cluster, name),
  template: (cluster, name) => hostEntries(cluster, name),
  define(cluster, { name, said }) {
    const text = textsOf(said).complex_values;
    if (text === undefined) throw new RefusedError("only complex_values of a host are changed here", 1);
    const values = readCapacities(text, cluster, (asked) => `denied: attribute "${asked}" is not a complex attribute`);
    return [{ kind: "host", name, change: { definition: { name, values } } }];
  },
  remove: () => {
    throw new RefusedError("the hosts are those of the config", 1);
  },
  words: {
    exists: (name) => `exechost "${name}" already exists`,
    unknown: (name) => `can't resolve hostname "${name}"`,
    notThere: (name) => `can't resolve hostname "${name}"`,
    unreadable: () => "invalid format",
    unchanged: "file unchanged",
  },
};

/** All kinds. */
export const objectKinds: readonly ObjectKind[] = [queue, environment, group, userSet, host];
