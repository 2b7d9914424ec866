/** Owns the tables of qacct: usage added up, for all or by owner, queue, host and so on. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Account } from "./accounting.ts";
import { type AccountingAsks, type Grouping, groupings } from "./accounting-options.ts";

/** The table of these accounts. */
export function summaryText(accounts: readonly Account[], { by }: Pick<AccountingAsks, "by">): string {
  if (by.size === 0) return `Total System Usage\n${table([], [{ names: [], usage: totalOf(accounts) }], "only")}`;
  const shown = groupings.filter((name) => by.has(name) || (name === "h" && typeof by.get("q") === "string"));
  // A pattern of queues stands for several; every other value is one group, which is left out where it used nothing.
  const single = !by.has("q") && [...by.values()].every((value) => value !== null);
  return single
    ? table(
        shown,
        [{ names: shown.map((name) => nameOf(name, by.get(name) ?? "", accounts)), usage: totalOf(accounts) }],
        "only",
      )
    : table(shown, groupsOf(accounts, shown), "all");
}

/** Whether an account belongs to the groups that were named. */
export function inGroups({ by }: Pick<AccountingAsks, "by">, account: Account, named: QueueTest): boolean {
  return [...by].every(([name, value]) => {
    if (value === null) return true;
    if (name === "q") return named(value, account);
    if (name === "slots") return account.slots === Number.parseInt(value, 10);
    if (name === "g" && value === String(account.gid)) return true;
    return rows[name].value(account) === value;
  });
}

/** Whether a request for queues means an account's. */
export type QueueTest = (request: string, account: Account) => boolean;

/** Where accounts happened, as far as queues can be asked for. */
export function queueTest(
  cluster: ClusterDescription,
  matchesQueue: (request: string, queue: string, at: ClusterDescription) => boolean,
): QueueTest {
  return (request, account) => matchesQueue(request, account.queue, { ...cluster, host: account.host || cluster.host });
}

interface Row {
  readonly heading: string;
  readonly value: (account: Account) => string;
}

const rows: Readonly<Record<Grouping, Row>> = {
  h: { heading: "HOST", value: ({ host }) => host },
  q: { heading: "CLUSTER QUEUE", value: ({ queue }) => queue },
  g: { heading: "GROUP", value: ({ group }) => group },
  o: { heading: "OWNER", value: ({ owner }) => owner },
  P: { heading: "PROJECT", value: ({ project }) => project },
  D: { heading: "DEPARTMENT", value: ({ department }) => department },
  pe: { heading: "PE", value: ({ environment }) => environment },
  slots: { heading: "SLOTS", value: ({ slots }) => String(slots) },
  A: { heading: "ACCOUNT", value: ({ account }) => account },
};

// A group may have been named by its number.
function nameOf(name: Grouping, said: string, [first]: readonly Account[]): string {
  return first ? rows[name].value(first) : said;
}

/** What is added up, in the order of its columns. */
const sums = ["wallClock", "userTime", "systemTime", "cpu", "memory", "transferred", "transferTime"] as const;
type Usage = Pick<Account, (typeof sums)[number]>;

interface Group {
  readonly names: readonly string[];
  readonly usage: Usage;
}

function totalOf(accounts: readonly Usage[]): Usage {
  return accounts.reduce(plus, {
    wallClock: 0,
    userTime: 0,
    systemTime: 0,
    cpu: 0,
    memory: 0,
    transferred: 0,
    transferTime: 0,
  });
}

function plus(one: Usage, other: Usage): Usage {
  return {
    wallClock: one.wallClock + other.wallClock,
    userTime: one.userTime + other.userTime,
    systemTime: one.systemTime + other.systemTime,
    cpu: one.cpu + other.cpu,
    memory: one.memory + other.memory,
    transferred: one.transferred + other.transferred,
    transferTime: one.transferTime + other.transferTime,
  };
}

function groupsOf(accounts: readonly Account[], shown: readonly Grouping[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const account of accounts) {
    const names = shown.map((name) => rows[name].value(account));
    const key = names.join("\0");
    groups.set(key, { names, usage: totalOf([groups.get(key)?.usage ?? totalOf([]), account]) });
  }
  return [...groups.values()].sort((one, other) => compared(one, other, shown));
}

function compared(one: Group, other: Group, shown: readonly Grouping[]): number {
  for (const [at, name] of shown.entries()) {
    const [a = "", b = ""] = [one.names[at], other.names[at]];
    if (a !== b) return name === "slots" ? Number(a) - Number(b) : a < b ? -1 : 1;
  }
  return 0;
}

// A single group without any time is not worth its line, and its slots stand without a blank behind them.
function table(shown: readonly Grouping[], groups: readonly Group[], which: "only" | "all"): string {
  const widths = shown.map((name, at) =>
    Math.max(
      rows[name].heading.length,
      ...groups.map(({ names }) => (name === "slots" ? 5 : (names[at]?.length ?? 0))),
    ),
  );
  const cells = (names: readonly string[]): string =>
    shown
      .map((name, at) => {
        const text = names[at] ?? "";
        const cell = name === "slots" ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
        return name === "slots" && which === "only" ? cell : `${cell} `;
      })
      .join("");
  const heading = cells(shown.map((name) => rows[name].heading)) + usageHeading;
  const lines = groups
    .filter(({ usage }) => which === "all" || usage.wallClock > 0)
    .map(({ names, usage }) => `${cells(names)}${usageText(usage)}`);
  return [heading, "=".repeat(heading.length), ...lines].map((line) => `${line}\n`).join("");
}

const usageHeading = [
  ...["WALLCLOCK", "UTIME", "STIME", "CPU"].map((word) => word.padStart(13)),
  ...["MEMORY", "IO", "IOW"].map((word) => word.padStart(18)),
].join(" ");

function usageText(usage: Usage): string {
  return sums
    .map((name, at) => (at === 0 ? String(usage[name]) : usage[name].toFixed(3)).padStart(at < 4 ? 13 : 18))
    .join(" ");
}
