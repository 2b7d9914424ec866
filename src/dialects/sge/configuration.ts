/** Owns qconf: which of its options shows what of this cluster, and which change it. */

import { asks, ignored, type OptionRow, option, refused } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import type { MachineUse } from "../../model/machine-use.ts";
import { everyHost, hostsIn } from "../../model/queues.ts";
import { clusterEntries, schedulerEntries, userSeconds } from "./configuration-facts.ts";
import {
  complexesText,
  entriesText,
  environmentEntries,
  groupEntries,
  hostEntries,
  queueEntries,
  setEntries,
} from "./configuration-objects.ts";
import { helpText } from "./help.ts";
import { isHost } from "./host-view.ts";
import { matchesQueue } from "./patterns.ts";
import { queuesShown } from "./queue-blocks.ts";
import { freshQueue } from "./queue-objects.ts";

/** What is shown is made from this. */
export interface ConfigurationWorld {
  readonly cluster: ClusterDescription;
  /** Names of those who have jobs here, and of who asks. */
  readonly users: readonly string[];
  readonly use: MachineUse;
  /** Epoch ms. */
  readonly now: number;
}

/** What an option shows, or why not. */
export interface Shown {
  readonly out: string;
  readonly err: string;
}

/** An option that shows something. */
export interface ShowRow {
  readonly name: string;
  /** What its argument is called; empty for none. */
  readonly argument: string;
  /** Whether the argument may be left out. */
  readonly optional: boolean;
  readonly help: string;
  readonly show: (world: ConfigurationWorld, argument: string) => Shown;
}

const text = (out: string): Shown => ({ out, err: "" });
const complaint = (err: string): Shown => ({ out: "", err: `${err}\n` });

/** A list of names, one a line, or what is said where there are none. */
const list = (
  name: string,
  about: { help: string; none: string },
  names: (world: ConfigurationWorld) => readonly string[],
): ShowRow => ({
  ...{ name, argument: "", optional: false, help: about.help },
  show: (world) => {
    const found = names(world);
    return found.length ? text(found.map((one) => `${one}\n`).join("")) : complaint(about.none);
  },
});

const fixed = (name: string, help: string, show: ShowRow["show"]): ShowRow => ({
  ...{ name, argument: "", optional: false, help, show },
});

const named = (name: string, argument: string, about: { help: string; show: ShowRow["show"] }): ShowRow => ({
  ...{ name, argument, optional: false, ...about },
});

/** No cluster here has any of them. */
const noneOf = (name: string, help: string, none: string): ShowRow => list(name, { help, none }, () => []);
const noSuch = (name: string, help: string, word: (asked: string) => string): ShowRow =>
  named(name, "name", { help, show: (_, asked) => complaint(word(asked)) });

const hosts = ({ cluster }: ConfigurationWorld): readonly string[] => cluster.nodes.map(({ name }) => name);
const openHosts =
  (what: "submission" | "administration") =>
  (world: ConfigurationWorld): readonly string[] =>
    world.cluster.site?.closedTo?.[what] ? hosts(world).filter((host) => host !== world.cluster.host) : hosts(world);
const userSets = ["arusers", "deadlineusers", "defaultdepartment"] as const;

/** Every option that shows something. */
export const showRows: readonly ShowRow[] = [
  fixed("sc", "resources", ({ cluster }) => text(complexesText(cluster))),
  noSuch("scal", "a calendar", (asked) => `${asked} is not a calendar`),
  noneOf("scall", "calendars", "no calendar defined"),
  noSuch("sckpt", "a checkpointing environment", (asked) => `${asked} is not a checkpointing interface definition`),
  noneOf("sckptl", "checkpointing environments", "no ckpt interface definition defined"),
  { ...named("sconf", "host", { help: "the cluster's configuration", show: showCluster }), optional: true },
  noneOf("sconfl", "hosts with a configuration of their own", "no config defined"),
  fixed("sds", "detached settings", () => text("")),
  named("se", "host", { help: "an execution host", show: showHost }),
  fixed("secl", "clients of events", ({ cluster }) => text(clientsText(cluster.host))),
  list("sel", { help: "execution hosts", none: "no execution host defined" }, hosts),
  list("sh", { help: "administrative hosts", none: "no administrative host defined" }, openHosts("administration")),
  named("shgrp", "@group", {
    help: "a group of hosts",
    show: inGroup(({ cluster }, group) => entriesText(groupEntries(cluster, group), 0)),
  }),
  list("shgrpl", { help: "groups of hosts", none: "no host group list defined" }, ({ cluster }) => [
    ...new Set([everyHost, ...(cluster.hostGroups ?? []).map(({ name }) => name)]),
  ]),
  named("shgrp_resolved", "@group", {
    help: "the hosts of a group",
    show: inGroup(({ cluster }, group) => `${hostsIn(cluster, group).join(" ")}\n`),
  }),
  named("shgrp_tree", "@group", {
    help: "a group and its hosts",
    show: inGroup(({ cluster }, group) => treeText(cluster, group)),
  }),
  list("sm", { help: "managers", none: "no manager list defined" }, () => ["root"]),
  list("so", { help: "operators", none: "no operator list defined" }, () => ["root"]),
  // Its three words are read by the command.
  fixed("sobjl", "objects whose attribute has a value: object, attribute, value", () => text("")),
  named("sp", "name", { help: "a parallel environment", show: showEnvironment }),
  list("spl", { help: "parallel environments", none: "no parallel environment defined" }, ({ cluster }) =>
    cluster.parallelEnvironments.map(({ name }) => name).sort(),
  ),
  noSuch("sprj", "a project", (asked) => `${asked} is not known as a project`),
  noneOf("sprjl", "projects", "no project list defined"),
  {
    ...named("sq", "queue,...", {
      help: "queues, patterns will do; without one, what a new one begins with",
      show: showQueues,
    }),
    optional: true,
  },
  list("sql", { help: "queues", none: "no queue defined" }, ({ cluster }) =>
    queuesShown(cluster, []).map(({ name }) => name),
  ),
  { ...noSuch("srqs", "resource quotas", () => "No resource quota set found"), optional: true },
  noneOf("srqsl", "resource quotas by name", "no resource quota set list defined"),
  list("ss", { help: "submit hosts", none: "no submit host defined" }, openHosts("submission")),
  fixed("ssconf", "how jobs are ordered", () => text(entriesText(schedulerEntries(), 34))),
  list("sss", { help: "the host that decides", none: "" }, ({ cluster }) => [cluster.host]),
  named("sstnode", "node,...", { help: "nodes of the share tree", show: () => text("No sharetree\n") }),
  noneOf("sstree", "the share tree", "no sharetree element"),
  named("su", "name", { help: "a set of users", show: showUserSet }),
  list("sul", { help: "sets of users", none: "no userset list defined" }, ({ cluster }) => userSetNames(cluster)),
  named("suser", "user,...", { help: "users", show: showUsers }),
  list("suserl", { help: "users who were here", none: "no user list defined" }, ({ users }) => users),
];

const changes =
  "aattr Aattr acal Acal ackpt Ackpt aconf Aconf ae Ae ah ahgrp Ahgrp arqs Arqs am ao ap Ap aprj Aprj aq Aq as astnode astree Astree au Au auser Auser clearusage cq dattr Dattr dcal dckpt dconf de dh dhgrp drqs dm do dp dprj dq ds dstnode dstree du dul duser ke k kec kej km ks kt Mattr mattr mc Mc mcal Mcal mckpt Mckpt mconf Mconf me Me mhgrp Mhgrp mrqs Mrqs mp Mp mprj Mprj mq Mq msconf Msconf mstnode mstree Mstree mu Mu muser Muser purge rattr Rattr rsstnode tsm".split(
    " ",
  );

/** Whether an option would change something. */
export function isChange(name: string): boolean {
  return changes.includes(name);
}

const notKept =
  "nothing was changed; what can't be changed by command is described in the config (`headnode config` says where it is)";

/** What is said of a change that is not kept. */
export function changeRefused(name: string): string {
  return `qconf -${name}: ${notKept}`;
}

/** Changes that are kept. */
const kept =
  "aattr Aattr ah ahgrp Ahgrp ap Ap aq Aq as au Au dattr Dattr dh dhgrp dp dq ds du dul mattr Mattr mc Mc mconf Mconf me Me mhgrp Mhgrp mp Mp mq Mq mu Mu purge rattr Rattr".split(
    " ",
  );

const rows: readonly OptionRow[] = [
  ...showRows.map(({ name, argument, optional, help }) =>
    option(
      name,
      { ...asks(name), takes: argument === "" ? "nothing" : optional ? "maybe" : "value" },
      { help, value: argument },
    ),
  ),
  ...changes.map((name) =>
    kept.includes(name)
      ? option(name, { ...asks(name), takes: "maybe" }, { help: "a change", value: "..." })
      : option(name, refused(notKept, "nothing"), { help: "a change" }),
  ),
  option("help", asks("help"), { help: "print this list" }),
  option("verbose", ignored("there is nothing more to say", undefined, "nothing"), { help: "say more" }),
];

/** The table, for documents. */
export const qconfOptions: OptionTable = optionTable("words", rows);

/** The list of options that show something. */
export function configurationUsage(): string {
  return helpText(
    "qconf [options]",
    rows.filter(({ effect }) => effect.standing.kind === "honoured"),
  );
}

function showCluster({ cluster }: ConfigurationWorld, host: string): Shown {
  if (host === "" || host === "global") return text(`#global:\n${entriesText(clusterEntries(cluster), 29)}\n`);
  if (cluster.nodes.some(({ name }) => isHost(host, name))) return complaint(`configuration ${host} not defined`);
  return complaint(`can't resolve hostname "${host}": can't resolve host name`);
}

function showHost({ cluster, use }: ConfigurationWorld, host: string): Shown {
  if (host === "global") return text(entriesText(hostEntries(cluster, null), 22));
  const node = cluster.nodes.find(({ name }) => isHost(host, name));
  return node
    ? text(entriesText(hostEntries(cluster, node.name, use), 22))
    : complaint(`can't resolve hostname "${host}"`);
}

function inGroup(words: (world: ConfigurationWorld, group: string) => string): ShowRow["show"] {
  return (world, group) => {
    const known = group === everyHost || world.cluster.hostGroups?.some(({ name }) => name === group);
    return known ? text(words(world, group)) : complaint(`Host group "${group}" does not exist`);
  };
}

function treeText(cluster: ClusterDescription, name: string, indent: string = ""): string {
  const members = cluster.hostGroups?.find((group) => group.name === name)?.hosts ?? hostsIn(cluster, name);
  const below = name.startsWith("@") ? members.map((member) => treeText(cluster, member, `${indent}   `)) : [];
  return `${indent}${name}\n${below.join("")}`;
}

function showEnvironment({ cluster }: ConfigurationWorld, asked: string): Shown {
  const found = cluster.parallelEnvironments.find(({ name }) => name === asked);
  return found ? text(entriesText(environmentEntries(found), 19)) : complaint(`${asked} is not a parallel environment`);
}

function showQueues({ cluster }: ConfigurationWorld, asked: string): Shown {
  if (asked === "")
    return text(entriesText(queueEntries({ ...cluster, queues: [freshQueue("template")] }, "template", null), 22));
  const found = asked
    .split(/[,\s]+/)
    .filter(Boolean)
    .map((request) => ({
      request,
      names: queuesShown(cluster, []).filter(({ name }) => matchesQueue(request, name, cluster)),
    }));
  const stranger = found.at(-1);
  if (stranger && found.every(({ names }) => names.length === 0))
    return complaint(`No cluster queue or queue instance matches the phrase "${stranger.request}"`);
  const shown = found.flatMap(({ request, names }) =>
    names.map(({ name }) => entriesText(queueEntries(cluster, name, request.includes("@") ? cluster.host : null), 22)),
  );
  return text(shown.join(""));
}

function showUserSet({ cluster }: ConfigurationWorld, asked: string): Shown {
  const names = asked.split(",").filter(Boolean);
  const stranger = names.find((name) => !userSetNames(cluster).includes(name));
  if (stranger !== undefined) return complaint(`denied: access list "${stranger}" does not exist`);
  return text(names.map((name) => entriesText(setEntries(cluster, name), 8)).join(""));
}

function userSetNames({ userSets: own = [] }: ClusterDescription): readonly string[] {
  return [...new Set([...userSets, ...own.map(({ name }) => name)])].sort();
}

function showUsers({ users, now }: ConfigurationWorld, asked: string): Shown {
  const found = asked.split(",").filter((name) => users.includes(name));
  const forgotten = Math.floor(now / 1000) + userSeconds;
  const strangers = asked.split(",").filter((name) => !users.includes(name));
  return {
    out: found
      .map((name) => `name ${name}\noticket 0\nfshare 0\ndelete_time ${forgotten}\ndefault_project NONE\n`)
      .join("\n"),
    err: strangers.map((name) => `${name} is not known as a user\n`).join(""),
  };
}

function clientsText(host: string): string {
  const cells = (id: string, name: string, place: string) =>
    `${id.padStart(8)} ${name.padEnd(15)} ${place.padEnd(25)}\n`;
  return `${cells("ID", "NAME", "HOST")}${"-".repeat(50)}\n${cells("1", "scheduler", host)}`;
}
