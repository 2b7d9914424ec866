/** Owns sshare: who used how much of the machine. Everybody has the same share of it. */

import type { Column } from "../../language/column.ts";
import { UsageError } from "../../model/errors.ts";
import { type Association, rootName } from "./associations.ts";

/** A line: an association among all others. */
export interface ShareLine extends Association {
  /** Accounts, or users of the account, that share with it. */
  readonly siblings: number;
  /** Processor seconds of the account above; null for the root. */
  readonly above: number | null;
  /** From 0 to 1: 1 for who used least for their share; null for an account. */
  readonly fairShare: number | null;
}

/** Lines for associations, with what they share and how fair it was. */
export function shareLines(associations: readonly Association[]): readonly ShareLine[] {
  const accounts = associations.filter(({ user }) => user === null);
  const total = accounts.reduce((sum, { used }) => sum + used, 0);
  const users = associations.filter(({ user }) => user !== null);
  const ranked = [...users].sort((a, b) => a.used - b.used);
  // Who used the same ranks the same.
  const fair = (used: number) => (users.length - ranked.findIndex((each) => each.used === used)) / users.length;
  return associations.map((each) => {
    const { account, user, used } = each;
    if (user === null && account === rootName)
      return { ...each, used: total, siblings: 1, above: null, fairShare: null };
    if (user === null) return { ...each, siblings: accounts.length, above: total, fairShare: null };
    const own = accounts.find((one) => one.account === account)?.used ?? 0;
    const siblings = users.filter((one) => one.account === account).length;
    return { ...each, siblings, above: own, fairShare: fair(used) };
  });
}

const isRoot = ({ account, user }: ShareLine) => account === rootName && user === null;
const six = (value: number) => value.toFixed(6);
const portion = ({ used, above }: ShareLine) => (above === null ? 1 : above === 0 ? 0 : used / above);

// Depth in the tree is shown by blanks.
function indented({ account, user }: ShareLine): string {
  const depth = account === rootName && user === null ? 0 : user === null || account === rootName ? 1 : 2;
  return " ".repeat(depth) + account;
}

function level(line: ShareLine): string {
  if (isRoot(line)) return "";
  const part = portion(line);
  return part === 0 ? "inf" : six(1 / line.siblings / part);
}

const column =
  (name: string, width: number, right: boolean) =>
  (value: (line: ShareLine) => string): Column<ShareLine> => ({ ask: name, heading: name, width, right, value });

/** All fields, in the order of `--long`. */
const columns: readonly Column<ShareLine>[] = [
  column("Account", 20, false)(indented),
  column("User", 10, true)(({ user }) => user ?? ""),
  column("RawShares", 10, true)((line) => (isRoot(line) ? "" : "1")),
  column("NormShares", 11, true)((line) => six(isRoot(line) ? 0 : 1 / line.siblings)),
  column("RawUsage", 11, true)(({ used }) => String(Math.round(used))),
  column("NormUsage", 11, true)((line) => (isRoot(line) ? "" : six(portion(line)))),
  column("EffectvUsage", 13, true)((line) => six(portion(line))),
  column("FairShare", 10, true)(({ fairShare }) => (fairShare === null ? "" : six(fairShare))),
  column("LevelFS", 10, true)(level),
  column("GrpTRESMins", 30, true)(() => ""),
  column("TRESRunMins", 30, true)(() => "cpu=0,mem=0,energy=0,node=0,billing=0,fs/disk=0,vmem=0,pages=0"),
];

/** All fields, as `--helpformat` lists them. */
export const shareFields = [...columns].sort((a, b) => (a.ask < b.ask ? -1 : 1));

/** Accounts that stand alone are not set in. */
export const flatAccount: Column<ShareLine> = { ...column("Account", 20, false)(({ account }) => account) };

/** The field of that name or its beginning, in any case. Throws UsageError. */
export function findShareField(name: string): Column<ShareLine> {
  const wanted = name.trim().toLowerCase();
  const found = columns.find(({ ask }) => wanted !== "" && ask.toLowerCase().startsWith(wanted));
  if (!found) throw new UsageError(`Invalid field requested: "${name.trim()}"`, 1);
  return found;
}

export const plainShareFormat = "Account,User,RawShares,NormShares,RawUsage,EffectvUsage,FairShare";
export const longShareFormat = columns.map(({ ask }) => ask).join(",");
