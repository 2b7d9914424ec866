/** Owns what a real Slurm tells of itself: partitions, nodes, limits, qualities of service, accounts. */

import type { Driver, LineReply } from "../../language/driver.ts";
import { noLimits, type ProfiledNodes, type ProfiledQueue, type SiteProfile } from "../../model/site-profile.ts";
import { foldHosts } from "./hostlists.ts";

const plain = { TZ: "UTC", LC_ALL: "C" };
const line = (...argv: readonly string[]) => ({ argv, variables: plain });

export const profileQuestions: Driver["profile"] = {
  first: () => [
    line("scontrol", "show", "config"),
    line("scontrol", "show", "partition", "-o"),
    line("scontrol", "show", "node", "-o"),
    line("sacctmgr", "-n", "-P", "show", "qos", "format=Name"),
    line("sacctmgr", "-n", "-P", "show", "assoc", "format=Account,User"),
  ],
  further: () => [],
  read: ([config, partitions, nodes, qualities, associations]) => {
    const facts = factsOf(config);
    const queues = rowsOf(partitions).map(queueOf);
    return {
      ...{ family: "slurm", version: facts.SLURM_VERSION ?? "", name: facts.ClusterName ?? null },
      ...{ queues, nodes: alike(rowsOf(nodes)), environments: [], complexes: [], defaults: [] },
      // Where nobody looks at them, every name will do.
      qualities: /qos|limits|safe/i.test(facts.AccountingStorageEnforce ?? "") ? linesOf(qualities) : [],
      accounts: accountsOf(linesOf(associations)),
      limits: limitsOf(facts, rowsOf(partitions)),
    };
  },
};

type Facts = Readonly<Record<string, string>>;

function factsOf(reply: LineReply | undefined): Facts {
  return Object.fromEntries(
    [...(reply?.out ?? "").matchAll(/^(\w+) *= *(.*?) *$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** `Key=Value` pairs separated by blanks; what a value has of blanks is lost, and nothing of use here has any. */
function rowsOf(reply: LineReply | undefined): readonly Facts[] {
  return linesOf(reply).map((row) =>
    Object.fromEntries([...row.matchAll(/(\w+)=(\S*)/g)].map(([, name = "", value = ""]) => [name, value])),
  );
}

function linesOf(reply: LineReply | undefined): readonly string[] {
  return reply === undefined || reply.code !== 0 ? [] : reply.out.split("\n").filter((text) => text !== "");
}

const states: Readonly<Record<string, ProfiledQueue["state"]>> = {
  UP: "up",
  DOWN: "down",
  DRAIN: "drain",
  INACTIVE: "inactive",
};

function queueOf(row: Facts): ProfiledQueue {
  return {
    ...{ name: row.PartitionName ?? "", isDefault: row.Default === "YES" },
    ...{
      maxTime: seconds(row.MaxTime),
      defaultTime: seconds(row.DefaultTime),
      priority: Number(row.PriorityTier ?? 1),
    },
    ...{ state: states[row.State ?? "UP"] ?? "up", slots: null, order: null },
  };
}

function alike(rows: readonly Facts[]): readonly ProfiledNodes[] {
  const groups = new Map<string, { readonly names: string[]; readonly node: Omit<ProfiledNodes, "names"> }>();
  for (const row of rows) {
    const node = nodeOf(row);
    const key = JSON.stringify(node);
    const group = groups.get(key);
    if (group) group.names.push(row.NodeName ?? "");
    else groups.set(key, { names: [row.NodeName ?? ""], node });
  }
  // Names that have nothing in common are told one by one.
  return [...groups.values()].flatMap(({ names, node }) =>
    foldHosts(names)
      .split(/,(?![^[]*\])/)
      .map((folded) => ({ ...node, names: folded })),
  );
}

function nodeOf(row: Facts): Omit<ProfiledNodes, "names"> {
  const [, type, count] = /\bgpu(?::([A-Za-z][\w.-]*))?:([0-9]+)/.exec(row.Gres ?? "") ?? [];
  const features = row.AvailableFeatures ?? "(null)";
  return {
    ...{ cpus: Number(row.CPUTot ?? 1), memory: Number(row.RealMemory ?? 0) * 2 ** 20 },
    gpus: count === undefined ? null : { count: Number(count), type: type ?? null },
    features: features === "(null)" ? [] : features.split(","),
  };
}

function accountsOf(rows: readonly string[]): SiteProfile["accounts"] {
  const users = new Map<string, string[]>();
  for (const [account = "", user = ""] of rows.map((row) => row.split("|")))
    users.set(account, [...(users.get(account) ?? []), ...(user === "" ? [] : [user])]);
  return [...users].map(([name, known]) => ({ name, users: known }));
}

function limitsOf(facts: Facts, partitions: readonly Facts[]): SiteProfile["limits"] {
  const usual = partitions.find(({ Default }) => Default === "YES")?.DefMemPerCPU ?? facts.DefMemPerCPU;
  const megabytes = Number(usual);
  const enforced = facts.AccountingStorageEnforce ?? "none";
  return {
    ...noLimits,
    ...{
      maxArraySize: number(facts.MaxArraySize),
      killWait: number(facts.KillWait),
      minJobAge: number(facts.MinJobAge),
    },
    defaultMemoryPerCpu: megabytes > 0 ? megabytes * 2 ** 20 : null,
    enforceLimits: /^(YES|ALL)$/i.test(facts.EnforcePartLimits ?? ""),
    enforceAccounts: /associations|limits|safe/i.test(enforced),
    cancelIfNeverMet: /kill_invalid_depend/i.test(`${facts.DependencyParameters} ${facts.SchedulerParameters}`),
  };
}

function number(text: string | undefined): number | null {
  const read = Number.parseInt(text ?? "", 10);
  return Number.isNaN(read) ? null : read;
}

/** `1-02:03:04`, `NONE`, `UNLIMITED`. */
function seconds(text: string | undefined): number | null {
  const [, days = "0", hours, minutes, rest] = /^(?:([0-9]+)-)?([0-9]+):([0-9]+):([0-9]+)$/.exec(text ?? "") ?? [];
  return hours === undefined
    ? null
    : Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}
