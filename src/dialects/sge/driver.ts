/** Owns the command lines that a real Grid Engine is told for forwarded jobs. */

import { type Driver, type Line, loginName } from "../../language/driver.ts";
import type { Dependency } from "../../model/dependency.ts";
import type { NativeOrder } from "../../model/forwarding.ts";
import { alteration } from "./driver-alteration.ts";
import { profileQuestions } from "./driver-profile.ts";
import { accounted, found, ordered, probed, seen, submitted } from "./driver-replies.ts";

export const sgeDriver: Driver = {
  name: "sge",
  commands: ["qsub", "qstat", "qacct", "qdel", "qalter", "qhold", "qrls", "qmod", "qconf"],
  // Accounts keep no contexts, but the account's name; whoever says one keeps it.
  mark: (mark, _, args) => ["-ac", `headnode=${mark}`, ...(args.includes("-A") ? [] : ["-A", mark])],
  submit: ({ args, program, isScript }) => ({
    argv: ["qsub", "-terse", ...args, ...(isScript ? [] : ["-b", "y"]), ...program],
  }),
  submitted,
  find: (marks) => [
    { argv: ["qstat", "-j", "*"], variables: plain },
    ...marks.map((mark) => ({ argv: ["qacct", "-A", mark, "-j"], variables: plain })),
  ],
  found,
  // It takes no list of jobs.
  query: () => ({ argv: ["qstat", "-xml", "-u", loginName], variables: plain }),
  seen,
  // One file is read from its beginning for each.
  account: (natives) => natives.map((native) => ({ argv: ["qacct", "-j", native], variables: plain })),
  accounted,
  order,
  ordered,
  alteration,
  canWait,
  profile: profileQuestions,
  probe: () => ({ argv: ["qconf", "-sh"], variables: plain }),
  probed,
};

const plain = { TZ: "UTC", LC_ALL: "C" };

const orders: Readonly<Record<NativeOrder["kind"], readonly string[] | null>> = {
  cancel: ["qdel"],
  hold: ["qhold"],
  release: ["qrls"],
  requeue: ["qmod", "-rj"],
  suspend: ["qmod", "-sj"],
  resume: ["qmod", "-usj"],
  // No command sends one.
  signal: null,
  alter: ["qalter"],
};

function order({ kind, native, indices, words: asked = [] }: NativeOrder): Line | null {
  const words = orders[kind];
  if (words === null) return null;
  const elements = indices?.map(([first, last]) => `${native}.${first}${first === last ? "" : `-${last}`}`);
  return { argv: [...words, ...asked, ...(elements ?? [native])], variables: plain };
}

function canWait({ need, conditions }: Dependency): boolean {
  return (
    need === "all" &&
    conditions.every((one) => one.kind === "end" && one.job !== null && one.index === null && one.delay === 0)
  );
}
