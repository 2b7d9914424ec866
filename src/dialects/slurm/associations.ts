/** Owns the accounts and users that the accounting commands show: those that jobs were submitted by, and whoever asks. */

import type { User } from "../../model/job.ts";
import type { JobHead } from "../../model/verbs.ts";
import { plainAccount } from "./submission.ts";

/** A user in an account; without a user it is the account itself. */
export interface Association {
  readonly account: string;
  readonly user: string | null;
  /** Processor seconds of its jobs. */
  readonly used: number;
}

/** The account above all others, and the user who may do everything. */
export const rootName = "root";

/** Every account, each followed by its users: `root` first, then by name. */
export function associationsOf(
  spent: readonly { readonly job: JobHead; readonly cpuSeconds: number }[],
  caller: User,
): readonly Association[] {
  const used = new Map<string, Map<string, number>>([[rootName, new Map([[rootName, 0]])]]);
  const add = (account: string, user: string, seconds: number) => {
    const users = used.get(account) ?? new Map<string, number>();
    users.set(user, (users.get(user) ?? 0) + seconds);
    used.set(account, users);
  };
  add(plainAccount, caller.name, 0);
  for (const { job, cpuSeconds } of spent) add(job.account, job.user.name, cpuSeconds);
  const names = [...used.keys()].sort((a, b) => (a === rootName ? -1 : b === rootName ? 1 : a < b ? -1 : 1));
  return names.flatMap((account) => {
    const users = [...(used.get(account) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const all = users.reduce((sum, [, seconds]) => sum + seconds, 0);
    return [{ account, user: null, used: all }, ...users.map(([user, seconds]) => ({ account, user, used: seconds }))];
  });
}
